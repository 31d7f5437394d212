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
        const priced = this.combo_parent_id || this;
        const rate = getLineDiscountRate(this.order_id, priced.product_id, priced.getQuantity());
        if (rate !== former) {
            this.update({ discount: rate, technical_discount: rate });
        }
    },
});

/** Return the discount (percent) that the customer of an order gets on a product by itself. */
export function getLineDiscountRate(order, product, quantity) {
    const book = order.config.priceBook;
    const terms = order.partner_id && book?.getTerms(order);
    if (!terms) {
        return 0;
    }
    const request = { template: product.product_tmpl_id, variant: product, quantity };
    return Math.max(book.getDiscountRate(terms, request, order.pricelist_id), 0);
}
