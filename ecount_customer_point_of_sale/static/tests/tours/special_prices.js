/* global posmodel */

import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as OfflineUtil from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as Order from "@point_of_sale/../tests/generic_helpers/order_widget_util";
import * as PartnerList from "@point_of_sale/../tests/pos/tours/utils/partner_list_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Numpad from "@point_of_sale/../tests/generic_helpers/numpad_util";
import { run } from "@point_of_sale/../tests/generic_helpers/utils";
import { registry } from "@web/core/registry";

// A busy machine takes longer than the default ten seconds, for one to print an invoice.
const patient = (steps) => steps.flat(Infinity).map((step) => ({ timeout: 60000, ...step }));

const choose = (name) => [ProductScreen.clickPartnerButton(), ProductScreen.clickCustomer(name)];

const hasMark = (product, text) => ({
    content: `${product} says: ${text}`,
    trigger: `.orderline:has(.product-name:contains("${product}")) .o_ecount_special_price:contains("${text}")`,
});

function assertEqual(found, expected, what) {
    if (found !== expected) {
        throw new Error(`${what}: ${found} instead of ${expected}`);
    }
}

registry.category("web_tour.tours").add("ecount_pos_special_prices", {
    steps: () =>
        patient([
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            ProductScreen.clickDisplayedProduct("POS fish sauce", true, "1", "100.00"),
            choose("POS Fresh Mart"),
            Order.hasTotal("$ 80.00"),
            hasMark("POS fish sauce", "Special price: POS Fresh Mart"),
            ProductScreen.clickDisplayedProduct("POS rice", true, "1", "91.00"),
            hasMark("POS rice", "Group price: Tier / Gold"),
            ProductScreen.clickDisplayedProduct("POS chili", true, "1", "87.50"),
            ProductScreen.clickDisplayedProduct("POS soap", true, "1", "79.99"),
            ProductScreen.clickDisplayedProduct("POS tea", true, "1", "100.00"),
            ProductScreen.clickLine("POS fish sauce"),
            Numpad.click("1"),
            Numpad.click("0"),
            ProductScreen.selectedOrderlineHasDirect("POS fish sauce", "10", "700.00"),
            // A price that was typed stays.
            ProductScreen.clickLine("POS tea"),
            Numpad.click("Price"),
            Numpad.isActive("Price"),
            Numpad.click("5"),
            Numpad.click("Qty"),
            ProductScreen.selectedOrderlineHasDirect("POS tea", "1", "5.00"),
            // Another customer, then none: list prices.
            choose("POS Stranger"),
            Order.hasTotal("$ 1,305.00"),
            choose("POS Fresh Mart"),
            Order.hasTotal("$ 963.49"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.totalAmountContains("963.49"),
            ReceiptScreen.clickNextOrder(),
            // Refunded is what was paid.
            ProductScreen.clickRefund(),
            TicketScreen.selectOrder("001"),
            Order.hasLine({ productName: "POS fish sauce", withClass: ".selected" }),
            ProductScreen.clickNumpad("1"),
            TicketScreen.toRefundTextContains("1"),
            TicketScreen.confirmRefund(),
            PaymentScreen.isShown(),
            PaymentScreen.totalIs("-70.00"),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ]),
});

registry.category("web_tour.tours").add("ecount_pos_discount_rate", {
    steps: () =>
        patient([
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            choose("POS Fresh Mart"),
            ProductScreen.clickDisplayedProduct("POS tea"),
            ProductScreen.selectedOrderlineHasDirect("POS tea", "1", "90.00"),
            // No rate on a special price.
            ProductScreen.clickDisplayedProduct("POS fish sauce"),
            ProductScreen.selectedOrderlineHasDirect("POS fish sauce", "1", "80.00"),
            // The discount that was typed stays, also with another customer.
            Numpad.click("%"),
            Numpad.click("5"),
            ProductScreen.selectedOrderlineHasDirect("POS fish sauce", "1", "76.00"),
            Order.hasTotal("$ 166.00"),
            choose("POS Stranger"),
            Order.hasTotal("$ 195.00"),
            choose("POS Fresh Mart"),
            Order.hasTotal("$ 166.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ]),
});

registry.category("web_tour.tours").add("ecount_pos_offline", {
    steps: () =>
        patient([
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            choose("POS Fresh Mart"),
            ProductScreen.clickDisplayedProduct("POS fish sauce", true, "1", "80.00"),
            OfflineUtil.setOfflineMode(),
            // Prices that were fetched once are there without a connection.
            choose("POS Stranger"),
            { trigger: ".set-partner .o_ecount_list_prices" },
            Order.hasTotal("$ 100.00"),
            choose("POS Fresh Mart"),
            { trigger: ".set-partner:not(:has(.o_ecount_list_prices))" },
            Order.hasTotal("$ 80.00"),
            choose("POS Stranger"),
            { trigger: ".set-partner .o_ecount_list_prices" },
            ProductScreen.clickPayButton(),
            { trigger: ".payment-screen .partner-button .o_ecount_list_prices" },
            PaymentScreen.clickBack(),
            { trigger: ".set-partner .o_ecount_list_prices" },
            OfflineUtil.setOnlineMode(),
            run(() => window.dispatchEvent(new CustomEvent("pos-network-online")), "the network is back"),
            { trigger: ".set-partner:not(:has(.o_ecount_list_prices))" },
            Order.hasTotal("$ 100.00"),
        ]),
});

registry.category("web_tour.tours").add("ecount_pos_same_prices_as_server", {
    steps: () =>
        patient([
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            choose("POS Fresh Mart"),
            ProductScreen.clickDisplayedProduct("POS fish sauce", true, "1", "80.00"),
            run(async () => {
                const order = posmodel.getOrder();
                const products = posmodel.models["product.product"].filter((product) =>
                    product.display_name.startsWith("POS ")
                );
                for (const product of products) {
                    for (const quantity of [1, 3, 10, 12.5]) {
                        const { ladder } = await posmodel.data.call("sale.order.line", "get_price_info", [
                            { partner_id: order.partner_id.id, product_id: product.id, quantity },
                        ]);
                        const price = product.getPrice(order.pricelist_id, quantity, 0, false, product);
                        assertEqual(
                            price.toFixed(4),
                            ladder[0].price.toFixed(4),
                            `${quantity} × ${product.display_name}`
                        );
                    }
                }
                assertEqual(products.length > 4, true, "products");
            }, "every price is the server's"),
        ]),
});

registry.category("web_tour.tours").add("ecount_pos_combo", {
    steps: () =>
        patient([
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            // A whole code means its customer.
            ProductScreen.clickPartnerButton(),
            PartnerList.searchCustomerValue("00042", true),
            { trigger: ".modal .partner-list .partner-info:contains('00042'):contains('POS Fresh Mart')", run: "click" },
            { trigger: ".set-partner:contains('POS Fresh Mart')" },
            ProductScreen.clickDisplayedProduct("POS lunch"),
            Order.hasTotal("$ 45.00"),
            hasMark("POS lunch", "Special price: POS Fresh Mart"),
            choose("POS Stranger"),
            Order.hasTotal("$ 50.00"),
            { trigger: ".order-container:not(:has(.o_ecount_special_price))" },
            choose("POS Fresh Mart"),
            Order.hasTotal("$ 45.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ]),
});

// The products say in their codes what they cost: price and discount of a line, of a combo total and discount.
registry.category("web_tour.tours").add("ecount_pos_rates", {
    steps: () =>
        patient([
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            choose("POS Fresh Mart"),
            ProductScreen.clickDisplayedProduct("RATE plain"),
            run(async () => {
                await posmodel.waitForSpecialPrices();
                const templates = posmodel.models["product.template"].filter((template) =>
                    template.name.startsWith("RATE ")
                );
                assertEqual(templates.length, 5, "products");
                for (const template of templates) {
                    const payload = template.combo_ids.map((combo) => ({
                        combo_item_id: combo.combo_item_ids[0],
                        configuration: { attribute_value_ids: [], attribute_custom_values: {} },
                        qty: 1,
                    }));
                    const line = await posmodel.addLineToCurrentOrder(
                        { product_tmpl_id: template, qty: 1, ...(payload.length ? { payload: [payload, []] } : {}) },
                        { merge: false }
                    );
                    const parts = line.combo_line_ids.length ? line.combo_line_ids : [line];
                    const price = parts.reduce((sum, part) => sum + part.price_unit, 0);
                    const discounts = [...new Set(parts.map((part) => part.discount || 0))];
                    assertEqual(
                        `${price.toFixed(2)}/${discounts.join()}`,
                        template.product_variant_ids[0].default_code,
                        template.name
                    );
                }
            }, "prices and discounts"),
            // The customer goes, and with it the discounts; it comes back, and all is as before.
            run(() => {
                const order = posmodel.getOrder();
                const total = order.priceIncl;
                const partner = order.partner_id;
                order.setPartner(false);
                assertEqual(order.lines.filter((line) => line.discount).length, 0, "discounts without customer");
                order.setPartner(partner);
                assertEqual(order.priceIncl, total, "total");
            }, "another customer and back"),
        ]),
});
