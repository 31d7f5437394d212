import { Component } from "@odoo/owl";
import { formatMonetary } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const COLORS = { ok: "bg-success", near: "bg-warning", over: "bg-danger", overdue: "bg-danger" };

/** Credit used of the limit as a bar; the state in words for who cannot see its colour. */
export class CreditGauge extends Component {
    static template = "ecount_customer.CreditGauge";
    static props = { ...standardFieldProps, compact: { type: Boolean, optional: true } };

    get limit() {
        return this.props.record.data.credit_limit_effective;
    }

    get used() {
        return this.props.record.data.credit_exposure;
    }

    get percent() {
        return this.limit ? Math.round((100 * this.used) / this.limit) : 0;
    }

    get width() {
        return Math.max(0, Math.min(100, this.percent));
    }

    get color() {
        return COLORS[this.props.record.data.credit_state] || "bg-success";
    }

    get state() {
        const state = this.props.record.data.credit_state;
        if (state === "over") {
            return _t("Over limit");
        }
        if (state === "overdue") {
            return _t("Over period");
        }
        return this.limit ? `${this.percent} %` : "";
    }

    format(amount) {
        const currency = this.props.record.data.currency_id;
        return formatMonetary(amount, { currencyId: currency && currency.id });
    }
}

const fieldDependencies = [
    { name: "credit_limit_effective", type: "monetary", readonly: true },
    { name: "credit_available", type: "monetary", readonly: true },
    { name: "credit_state", type: "selection", readonly: true },
    { name: "credit_overdue_days", type: "integer", readonly: true },
    { name: "credit_oldest_document", type: "char", readonly: true },
];

registry.category("fields").add("ecount_credit_gauge", {
    component: CreditGauge,
    displayName: _t("Credit gauge"),
    supportedTypes: ["monetary", "float"],
    fieldDependencies,
    extractProps: ({ options }) => ({ compact: Boolean(options.compact) }),
});
