import { Component, onWillStart, useState } from "@odoo/owl";
import { serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { evaluateBooleanExpr } from "@web/core/py_js/py";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** What the price of an order or invoice line is made of, and what it beat. */
export class PriceInfoPopover extends Component {
    static template = "ecount_customer.PriceInfoPopover";
    static props = {
        explanation: { type: String },
        values: { type: Object },
        onUse: { type: Function, optional: true },
        close: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ ladder: [], last_prices: [], price_groups: [] });
        onWillStart(async () => {
            Object.assign(this.state, await this.orm.call("sale.order.line", "get_price_info", [this.props.values]));
        });
    }

    use(price) {
        this.props.onUse(price);
        this.props.close();
    }
}

/** The small mark beside a unit price; the popover explains it. */
export class PriceInfo extends Component {
    static template = "ecount_customer.PriceInfo";
    static props = { ...standardWidgetProps };

    setup() {
        this.popover = usePopover(PriceInfoPopover, { position: "top" });
    }

    get source() {
        return this.props.record.data.price_source;
    }

    get mark() {
        return { customer: "◆", group: "◇", pricelist: "=", manual: "✎", last: "↺", list: "·" }[this.source];
    }

    get title() {
        return _t("Why this price");
    }

    /** What the server needs to price the line, which need not be saved: of an order or of an invoice. */
    get lineValues() {
        const line = this.props.record.data;
        const document = this.props.record.model.root.data;
        const isInvoice = this.props.record.resModel === "account.move.line";
        return {
            partner_id: document.partner_id?.id,
            partner_shipping_id: document.partner_shipping_id?.id,
            product_id: line.product_id?.id,
            quantity: isInvoice ? line.quantity : line.product_uom_qty,
            uom_id: line.product_uom_id?.id,
            currency_id: (line.currency_id || document.currency_id)?.id,
            ...(isInvoice
                ? { day: document.invoice_date ? serializeDate(document.invoice_date) : false }
                : {
                      date: document.date_order ? serializeDateTime(document.date_order) : false,
                      pricelist_id: document.pricelist_id?.id || false,
                  }),
        };
    }

    /** Whether the price may be changed, also on a row that is not being edited at the moment. */
    get isEditable() {
        const { record } = this.props;
        const { root } = record.model;
        const lines = record.resModel === "account.move.line" ? "invoice_line_ids" : "order_line";
        const isReadonly = (holder, name) => {
            const modifier = holder.activeFields[name]?.readonly;
            return Boolean(modifier) && evaluateBooleanExpr(modifier, holder.evalContextWithVirtualIds);
        };
        return root.isInEdition && !isReadonly(root, lines) && !isReadonly(record, "price_unit");
    }

    onClick(ev) {
        this.popover.open(ev.currentTarget, {
            explanation: this.props.record.data.price_explanation || "",
            values: this.lineValues,
            ...(this.isEditable ? { onUse: (price) => this.props.record.update({ price_unit: price }) } : {}),
        });
    }
}

registry.category("view_widgets").add("ecount_price_info", {
    component: PriceInfo,
    listViewWidth: 24,
    fieldDependencies: [
        { name: "price_source", type: "selection" },
        { name: "price_explanation", type: "char" },
    ],
});

/** The same on a field: the column of a list of fields hides where it makes no sense, as on vendor bills. */
export class PriceInfoField extends PriceInfo {
    static props = { ...standardFieldProps };
}

registry.category("fields").add("ecount_price_info", {
    component: PriceInfoField,
    supportedTypes: ["selection"],
    listViewWidth: 24,
    label: false,
    fieldDependencies: [{ name: "price_explanation", type: "char" }],
});
