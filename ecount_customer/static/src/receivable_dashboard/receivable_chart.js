import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";

import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

/** Receivables at the end of each month, over the sales and receipts of the month. */
export class ReceivableChart extends Component {
    static template = "ecount_customer.ReceivableChart";
    static props = { trend: Array, onSelect: Function };

    setup() {
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new Chart(this.canvasRef.el, this.getConfig());
                return () => chart.destroy();
            },
            () => [this.props.trend]
        );
    }

    get summary() {
        return _t("Receivables at the end of each month");
    }

    getConfig() {
        const scheme = cookie.get("color_scheme");
        const text = getCustomColor(scheme, "#6b7280", "#9ca3af");
        const values = (name) => this.props.trend.map((month) => month[name]);
        const line = (label, name, color) => ({
            type: "line", label, data: values(name), borderColor: color, backgroundColor: color, borderWidth: 2,
            pointRadius: 2, tension: 0.2,
        });
        return {
            type: "bar",
            data: {
                labels: this.props.trend.map(({ month }) => deserializeDate(month).toFormat("LLL")),
                datasets: [
                    line(_t("Sales"), "sales", getColor(4, scheme, "odoo")),
                    line(_t("Collections"), "collected", getColor(3, scheme, "odoo")),
                    {
                        label: _t("Receivables"), data: values("receivable"), borderRadius: 2,
                        backgroundColor: getColor(1, scheme, "odoo"),
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                onClick: (ev, items) => items.length && this.props.onSelect(this.props.trend[items[0].index]),
                onHover: (ev, items) => {
                    ev.native.target.style.cursor = items.length ? "pointer" : "default";
                },
                plugins: {
                    legend: { position: "bottom", labels: { boxWidth: 10, boxHeight: 10, color: text } },
                    tooltip: {
                        callbacks: {
                            title: ([item]) =>
                                deserializeDate(this.props.trend[item.dataIndex].month).toFormat("LLLL yyyy"),
                            label: (item) => `${item.dataset.label}: ${formatFloat(item.raw)}`,
                        },
                    },
                },
                scales: {
                    x: { grid: { display: false }, ticks: { color: text, maxRotation: 0, autoSkipPadding: 4 } },
                    y: {
                        border: { display: false },
                        ticks: {
                            color: text, maxTicksLimit: 5,
                            callback: (value) => formatFloat(value, { humanReadable: true, decimals: 0 }),
                        },
                    },
                },
            },
        };
    }
}
