import { PosStore } from "@point_of_sale/app/services/pos_store";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { markRaw } from "@odoo/owl";
import { getDiscountRate, makePriceRequest } from "./pos_order_line";
import { PriceBook } from "./price_book";

const PATIENCE = 5000; // milliseconds: a customer at the counter does not wait longer for the server

patch(PosStore.prototype, {
    async afterProcessServerData() {
        this.config.priceBook = markRaw(new PriceBook(() => this.getOrder()));
        this.pricedCustomers = new Map(); // uuid of the order, id of the customer whose prices it has
        this.pendingPrices = new Set();
        this.models["pos.order"].addEventListener("update", ({ id, fields }) => {
            if (fields?.includes("partner_id")) {
                this.loadSpecialPrices(this.models["pos.order"].get(id));
            }
        });
        window.addEventListener("pos-network-online", () => this.loadSpecialPrices(this.getOrder()));
        const result = await super.afterProcessServerData(...arguments);
        this.loadSpecialPrices(this.getOrder());
        return result;
    },

    setOrder(order) {
        super.setOrder(...arguments);
        this.loadSpecialPrices(order);
    },

    /** Fetch the special prices of the order's customer, and price the order again. Never fails. */
    async loadSpecialPrices(order) {
        const partner = order?.partner_id;
        if (!this.pendingPrices || !order || order.finalized) {
            return;
        }
        if (!partner) {
            this.pricedCustomers.delete(order.uuid);
            order.uiState.isListPriced = false;
            return;
        }
        if (this.pricedCustomers.get(order.uuid) === partner.id) {
            return;
        }
        this.pricedCustomers.set(order.uuid, partner.id);
        order.uiState.isListPriced = !this.config.priceBook.has(partner);
        const loading = this.fetchSpecialPrices(partner).then((isLoaded) => {
            this.pendingPrices.delete(loading);
            if (order.partner_id?.id !== partner.id) {
                return;
            }
            if (!isLoaded) {
                this.pricedCustomers.delete(order.uuid); // another try when the order is opened or the network is back
            } else if (!order.finalized) {
                order.uiState.isListPriced = false;
                order.setPricelist(order.pricelist_id);
            }
        });
        this.pendingPrices.add(loading);
        await loading;
    },

    async fetchSpecialPrices(partner) {
        const book = this.config.priceBook;
        try {
            const data = await this.data.call("res.partner", "get_pos_special_prices", [
                [partner.id],
                this.config.id,
                book.versions,
            ]);
            book.add(partner, data);
            return true;
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                Promise.reject(error); // shown as any other error; the order goes on with list prices
            }
            return false;
        }
    },

    /** Wait for prices that are on their way, not for ever. */
    async waitForSpecialPrices() {
        if (this.pendingPrices?.size) {
            await Promise.race([
                Promise.all(this.pendingPrices),
                new Promise((resolve) => setTimeout(resolve, PATIENCE)),
            ]);
        }
    },

    async pay() {
        await this.waitForSpecialPrices();
        return super.pay(...arguments);
    },

    async validateOrderFast() {
        await this.waitForSpecialPrices();
        return super.validateOrderFast(...arguments);
    },

    handlePriceUnit(values, order, price_unit) {
        const book = this.config.priceBook;
        if (!book) {
            return super.handlePriceUnit(...arguments);
        }
        book.forOrder(order, () => super.handlePriceUnit(...arguments));
        if (price_unit !== undefined || "discount" in values) {
            return;
        }
        const rate = getDiscountRate(order, makePriceRequest(values.product_id, values.qty));
        const lines = (values.combo_line_ids || []).map(([, line]) => line);
        for (const line of values.product_tmpl_id.isCombo() ? lines : [values]) {
            Object.assign(line, { discount: rate, technical_discount: rate });
        }
    },
});

patch(OrderPaymentValidation.prototype, {
    async askBeforeValidation() {
        // The customer may have been chosen on the payment screen a moment ago.
        await this.pos.waitForSpecialPrices();
        return super.askBeforeValidation(...arguments);
    },
});
