import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { formatCurrency } from "@web/core/currency";
import { useService } from "@web/core/utils/hooks";
import { View } from "@web/views/view";

import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

/** Quotations, orders and purchases that are not done yet. */
export class DeskProgress extends Component {
    static template = "ecount_customer.DeskProgress";
    static props = { customerId: Number, version: Number, onOpen: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ rows: [] });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((nextProps) => this.load(nextProps));
    }

    async load({ customerId }) {
        this.state.rows = await this.orm.call("res.partner", "desk_progress", [customerId]);
    }

    date(value) {
        return formatDate(deserializeDate(value));
    }

    amount(row) {
        return formatCurrency(row.amount, row.currency_id);
    }
}

/** The customer's contacts and addresses as cards. */
export class DeskAddresses extends Component {
    static template = "ecount_customer.DeskAddresses";
    static props = { customerId: Number, version: Number, canEdit: Boolean, onOpen: Function, onAdd: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ addresses: [] });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((nextProps) => this.load(nextProps));
    }

    async load({ customerId }) {
        this.state.addresses = await this.orm.call("res.partner", "desk_addresses", [customerId]);
    }
}

/** The native list of special prices, edited in place. */
export class DeskPrices extends Component {
    static template = "ecount_customer.DeskPrices";
    static components = { View };
    static props = { customerId: Number, version: Number, canEdit: Boolean, onAdd: Function };

    get viewProps() {
        return {
            type: "list",
            resModel: "product.pricelist.item",
            domain: [["partner_id", "child_of", this.props.customerId]],
            context: {
                default_partner_id: this.props.customerId,
                default_pricelist_id: false,
                list_view_ref: "ecount_customer.product_pricelist_item_view_list_special",
                form_view_ref: "ecount_customer.product_pricelist_item_view_form_special",
            },
            display: { controlPanel: false, searchPanel: false },
            editable: this.props.canEdit,
            allowSelectors: false,
            noContentHelp: "",
        };
    }
}
