import { getColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";

import { MonthChart } from "../month_chart/month_chart";

/** Receivables at the end of each month, over the sales and receipts of the month. */
export class ReceivableChart extends MonthChart {
    static template = "ecount_customer.ReceivableChart";
    static props = { trend: Array, onSelect: Function };

    get months() {
        return this.props.trend;
    }

    get summary() {
        return _t("Receivables at the end of each month");
    }

    getDatasets() {
        const values = (name) => this.months.map((month) => month[name]);
        const line = (label, name, number) => {
            const color = getColor(number, this.scheme, "odoo");
            return {
                type: "line", label, data: values(name), borderColor: color, backgroundColor: color, borderWidth: 2,
                pointRadius: 2, tension: 0.2,
            };
        };
        return [
            line(_t("Sales"), "sales", 1),
            line(_t("Collections"), "collected", 3),
            {
                label: _t("Receivables"), data: values("receivable"), borderRadius: 2,
                backgroundColor: getColor(2, this.scheme, "odoo"),
            },
        ];
    }

    getConfig() {
        const config = super.getConfig();
        Object.assign(config.options, {
            onClick: (ev, items) => items.length && this.props.onSelect(this.months[items[0].index]),
            onHover: (ev, items) => {
                ev.native.target.style.cursor = items.length ? "pointer" : "default";
            },
        });
        return config;
    }
}
