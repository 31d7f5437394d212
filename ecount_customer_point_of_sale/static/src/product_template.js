import { ProductTemplate } from "@point_of_sale/app/models/product_template";
import { patch } from "@web/core/utils/patch";

patch(ProductTemplate.prototype, {
    /** The price of the order's customer: a special price comes before the pricelist. */
    getPrice(
        pricelist,
        quantity,
        price_extra = 0,
        recurring = false,
        variant = false,
        original_line = false,
        related_lines = []
    ) {
        const price = super.getPrice(
            pricelist,
            quantity,
            price_extra,
            recurring,
            variant,
            original_line,
            related_lines
        );
        const book = this.models["pos.config"].getFirst().priceBook;
        // A pricelist that is the base of another one knows no customer.
        const terms = !recurring && book?.getTerms(original_line?.order_id);
        if (!terms) {
            return price;
        }
        if (variant && original_line && original_line.isLotTracked()) {
            // One line for each lot: their quantities count together.
            if (!related_lines.length) {
                related_lines.push(
                    ...original_line.order_id.lines.filter((line) => line.product_id.id === variant.id)
                );
            }
            quantity = related_lines.reduce((sum, line) => sum + line.getQuantity(), 0);
        }
        const request = {
            template: variant?.product_tmpl_id || this,
            variant,
            quantity,
            listPrice: (variant ? variant.lst_price : this.list_price) + (price_extra || 0),
            standardPrice: variant ? variant.standard_price : this.standard_price,
        };
        const rule = book.findSpecialRule(terms, request);
        // A surcharge goes into the price: the point of sale has no negative discount.
        const surcharge = Math.min(book.getDiscountRate(terms, request, pricelist), 0);
        return (rule ? book.computePrice(rule, request) : price) * (1 - surcharge / 100);
    },
});
