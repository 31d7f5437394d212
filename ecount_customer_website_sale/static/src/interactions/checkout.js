import { patch } from "@web/core/utils/patch";
import { Checkout } from "@website_sale/interactions/checkout";

// What a price of one delivery address changes on the page: the lines, and the totals also without delivery methods.
const AMOUNTS = ".o_cart_products_table, .o_cart_total table, #amount_total_summary";

patch(Checkout.prototype, {
    async updateAddress(addressType, partnerId) {
        await super.updateAddress(addressType, partnerId);
        if (addressType === "delivery") {
            await this._refreshAmounts();
        }
    },

    /** Show the cart as it is now: natively only its totals follow a choice, and a delivery address may have prices. */
    async _refreshAmounts() {
        const response = await fetch(window.location.pathname);
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const [shown, fresh] = [document, page].map((root) => [...root.querySelectorAll(AMOUNTS)]);
        if (shown.length === fresh.length) {
            shown.forEach((element, place) => element.replaceWith(fresh[place]));
        }
    },
});
