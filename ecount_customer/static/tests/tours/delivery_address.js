import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ecount_customer_delivery_address", {
    url: "/odoo/sales/new",
    steps: () => [
        { trigger: "div[name=partner_id] input", run: "edit Tour Harbour Mart" },
        { trigger: ".ui-autocomplete a:contains(Tour Harbour Mart)", run: "click" },
        {
            content: "the order goes to the default delivery address",
            trigger: "div[name=partner_shipping_id] input:value(Tour West gate)",
        },
        {
            content: "an address is found by its street",
            trigger: "div[name=partner_shipping_id] input",
            run: "edit Canal Road",
        },
        {
            content: "neither the others nor another customer's",
            trigger: ".ui-autocomplete:not(:contains(Tour Pier)):not(:contains(Tour West gate)) a:contains(Tour North dock)",
            run: "click",
        },
        { trigger: "div[name=partner_shipping_id] input", run: "edit Tour South dock" },
        { trigger: ".ui-autocomplete a:contains(Create and edit)", run: "click" },
        { trigger: ".modal div[name=name] input:value(Tour South dock)" },
        { trigger: ".modal div[name=city] input", run: "edit Lampang" },
        { trigger: ".modal div[name=delivery_note] textarea", run: "edit Gate 3" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) div[name=partner_shipping_id] input:value(Tour South dock)" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
    ],
});
