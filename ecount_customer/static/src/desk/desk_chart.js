import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";

import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

/** Sales against collections of the last months. */
export class DeskChart extends Component {
    static template = "ecount_customer.DeskChart";
    static props = { months: Array };

    setup() {
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new Chart(this.canvasRef.el, this.getConfig());
                return () => chart.destroy();
            },
            () => [this.props.months]
        );
    }

    get summary() {
        return _t("Sales and collections of the last months");
    }

    getConfig() {
        const scheme = cookie.get("color_scheme");
        const text = getCustomColor(scheme, "#6b7280", "#9ca3af");
        const grid = getCustomColor(scheme, "rgba(0,0,0,.06)", "rgba(255,255,255,.08)");
        const dataset = (label, name, color) => ({
            label,
            data: this.props.months.map((month) => month[name]),
            backgroundColor: color,
            borderRadius: 2,
            categoryPercentage: 0.75,
            barPercentage: 0.9,
        });
        return {
            type: "bar",
            data: {
                labels: this.props.months.map(({ month }) => deserializeDate(month).toFormat("LLL")),
                datasets: [
                    dataset(_t("Sales"), "sales", getColor(1, scheme, "odoo")),
                    dataset(_t("Collections"), "collected", getColor(3, scheme, "odoo")),
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { position: "bottom", labels: { boxWidth: 10, boxHeight: 10, color: text } },
                    tooltip: {
                        callbacks: {
                            title: ([item]) =>
                                deserializeDate(this.props.months[item.dataIndex].month).toFormat("LLLL yyyy"),
                            label: (item) => `${item.dataset.label}: ${formatFloat(item.raw)}`,
                        },
                    },
                },
                scales: {
                    x: { grid: { display: false }, ticks: { color: text, maxRotation: 0, autoSkipPadding: 4 } },
                    y: {
                        border: { display: false },
                        grid: { color: grid },
                        ticks: {
                            color: text,
                            maxTicksLimit: 4,
                            callback: (value) => formatFloat(value, { humanReadable: true, decimals: 0 }),
                        },
                    },
                },
            },
        };
    }
}
