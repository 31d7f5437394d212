import { ComboConfiguratorDialog } from "@sale/js/combo_configurator_dialog/combo_configurator_dialog";
import { ProductConfiguratorDialog } from "@sale/js/product_configurator_dialog/product_configurator_dialog";
import { SaleOrderLineProductField } from "@sale/js/sale_product_field";
import { patch } from "@web/core/utils/patch";

/** The configurators of an order line ask for the prices of the order's customer. */

for (const Dialog of [ProductConfiguratorDialog, ComboConfiguratorDialog]) {
    Dialog.props = { ...Dialog.props, customer: { type: Object, optional: true } };
    patch(Dialog.prototype, {
        _getAdditionalRpcParams() {
            return { ...super._getAdditionalRpcParams(), ...this.props.customer };
        },
    });
}

patch(ComboConfiguratorDialog.prototype, {
    _getAdditionalDialogProps() {
        return { ...super._getAdditionalDialogProps(), customer: this.props.customer };
    },
});

patch(SaleOrderLineProductField.prototype, {
    get customerOfOrder() {
        const order = this.props.record.model.root.data;
        return {
            partner_id: order.partner_id?.id || false,
            partner_shipping_id: order.partner_shipping_id?.id || false,
        };
    },
    _getAdditionalRpcParams() {
        return { ...super._getAdditionalRpcParams(), ...this.customerOfOrder };
    },
    _getAdditionalDialogProps() {
        return { ...super._getAdditionalDialogProps(), customer: this.customerOfOrder };
    },
});
