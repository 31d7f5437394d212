import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { patch } from "@web/core/utils/patch";

patch(PosOrderline.prototype, {
    setQuantity(quantity, keep_price) {
        const book = this.config.priceBook;
        if (!book) {
            return super.setQuantity(...arguments);
        }
        const result = book.forOrder(this.order_id, () => super.setQuantity(...arguments));
        if (result === true && !keep_price) {
            this.refreshDiscountRate();
        }
        return result;
    },

    canBeMergedWith(orderline) {
        const book = this.config.priceBook;
        const compare = () => super.canBeMergedWith(...arguments);
        return book ? book.forOrder(orderline.order_id, compare) : compare();
    },

    /**
     * Return who has the special price that the line has, `{name, isGroup}`, or nothing for other prices. No getter:
     * models keep what a getter returned, and prices that arrive later would not be seen.
     */
    getSpecialPriceOwner() {
        const order = this.order_id;
        const book = this.config.priceBook;
        if (!book || !order?.partner_id || order.finalized || this.price_type !== "original" || this.combo_parent_id) {
            return;
        }
        const terms = book.getTerms(order);
        const owner = terms && book.findSpecialOwner(terms, getPriceRequest(this));
        return owner && { name: terms.labels[owner], isGroup: owner.startsWith("ecount.customer.group,") };
    },

    /** Set the discount rate of the customer, unless another discount was typed. */
    refreshDiscountRate() {
        const former = this.technical_discount || 0;
        if (this.getDiscount() !== former || !this.order_id) {
            return;
        }
        // Beside a price that was typed the rate changes with the customer; a refund or tip has none.
        if (this.price_type !== "original" && !former) {
            return;
        }
        const rate = getDiscountRate(this.order_id, getPriceRequest(this.combo_parent_id || this));
        if (rate !== former) {
            this.update({ discount: rate, technical_discount: rate });
        }
    },
});

/** Return what the price of a line is looked up by. */
function getPriceRequest(line) {
    const variant = line.product_id;
    // One line for each lot: their quantities count together.
    const lines = line.isLotTracked()
        ? line.order_id.lines.filter((other) => other.product_id.id === variant.id)
        : [line];
    const quantity = lines.reduce((sum, other) => sum + other.getQuantity(), 0);
    return makePriceRequest(variant, quantity);
}

export function makePriceRequest(variant, quantity) {
    const template = variant.product_tmpl_id;
    // Natively the price of a combo is that of one.
    return { template, variant, quantity: template.isCombo() ? 1 : quantity };
}

/** Return the discount (percent) that the customer of an order gets on a product by itself. */
export function getDiscountRate(order, request) {
    const book = order.config.priceBook;
    const terms = order.partner_id && book?.getTerms(order);
    return terms ? Math.max(book.getDiscountRate(terms, request, order.pricelist_id), 0) : 0;
}
