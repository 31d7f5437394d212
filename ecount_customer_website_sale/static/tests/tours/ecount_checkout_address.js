import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ecount_checkout_address", {
    url: "/shop/checkout",
    steps: () => [
        {
            content: "The dock, proposed as the only delivery address, has a price of its own",
            trigger: ".o_total_card .td-price:contains(70.00)",
        },
        {
            trigger: "#delivery_address_list .card:not(:contains(Dock)):not(:contains(Nok))",
            run: "click",
        },
        { trigger: ".o_total_card .td-price:contains(80.00)" },
        { trigger: ".o_total_card tr[name=o_order_total_untaxed]:contains(80.00)" },
    ],
});
