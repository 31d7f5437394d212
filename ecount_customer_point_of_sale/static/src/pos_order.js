import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";

patch(PosOrder.prototype, {
    setPricelist() {
        const book = this.config.priceBook;
        if (!book) {
            return super.setPricelist(...arguments);
        }
        book.forOrder(this, () => super.setPricelist(...arguments));
        this.lines.forEach((line) => line.refreshDiscountRate());
    },

    updatePricelistAndFiscalPosition() {
        super.updatePricelistAndFiscalPosition(...arguments);
        if (this.config.use_presets && this.preset_id?.pricelist_id) {
            // Natively nothing changes with the customer where the preset has a pricelist.
            this.setPricelist(this.pricelist_id);
        }
    },
});
