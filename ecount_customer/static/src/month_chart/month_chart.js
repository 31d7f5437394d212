import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";
import { deserializeDate } from "@web/core/l10n/dates";
import { formatFloat } from "@web/views/fields/formatters";

import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

/** Bars and lines over the last months. A subclass says which months, and their datasets. */
export class MonthChart extends Component {
    setup() {
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new Chart(this.canvasRef.el, this.getConfig());
                return () => chart.destroy();
            },
            () => [this.months]
        );
    }

    get scheme() {
        return cookie.get("color_scheme");
    }

    getConfig() {
        const text = getCustomColor(this.scheme, "#6b7280", "#9ca3af");
        const grid = getCustomColor(this.scheme, "rgba(0,0,0,.06)", "rgba(255,255,255,.08)");
        return {
            type: "bar",
            data: {
                labels: this.months.map(({ month }) => deserializeDate(month).toFormat("LLL")),
                datasets: this.getDatasets(),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { position: "bottom", labels: { boxWidth: 10, boxHeight: 10, color: text } },
                    tooltip: {
                        callbacks: {
                            title: ([item]) => deserializeDate(this.months[item.dataIndex].month).toFormat("LLLL yyyy"),
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
                            maxTicksLimit: 5,
                            callback: (value) => formatFloat(value, { humanReadable: true, decimals: 0 }),
                        },
                    },
                },
            },
        };
    }
}
