import { Component, onWillStart, useState } from "@odoo/owl";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** What the price of an order line is made of, and what it beat. */
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

    get lineValues() {
        const line = this.props.record.data;
        const order = this.props.record.model.root.data;
        return {
            partner_id: order.partner_shipping_id?.id || order.partner_id?.id,
            product_id: line.product_id?.id,
            quantity: line.product_uom_qty,
            uom_id: line.product_uom_id?.id,
            date: order.date_order ? serializeDateTime(order.date_order) : false,
            pricelist_id: order.pricelist_id?.id,
            currency_id: line.currency_id?.id,
        };
    }

    onClick(ev) {
        this.popover.open(ev.currentTarget, {
            explanation: this.props.record.data.price_explanation || "",
            values: this.lineValues,
            ...(this.props.readonly ? {} : { onUse: (price) => this.props.record.update({ price_unit: price }) }),
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
