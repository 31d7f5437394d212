import { getColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";

import { MonthChart } from "../month_chart/month_chart";

/** Sales against collections of the last months. */
export class DeskChart extends MonthChart {
    static template = "ecount_customer.DeskChart";
    static props = { months: Array };

    get months() {
        return this.props.months;
    }

    get summary() {
        return _t("Sales and collections of the last months");
    }

    getDatasets() {
        const dataset = (label, name, color) => ({
            label,
            data: this.months.map((month) => month[name]),
            backgroundColor: getColor(color, this.scheme, "odoo"),
            borderRadius: 2,
            categoryPercentage: 0.75,
            barPercentage: 0.9,
        });
        return [dataset(_t("Sales"), "sales", 1), dataset(_t("Collections"), "collected", 3)];
    }
}
