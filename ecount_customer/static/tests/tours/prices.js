import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ecount_price_catalogue", {
    steps: () => [
        { trigger: "button[name=action_add_from_catalog]", run: "click" },
        {
            content: "the special price in the catalogue",
            trigger: ".o_kanban_record:contains('Tour fish'):contains('80.00')",
        },
        { trigger: ".o_kanban_record:contains('Tour fish') .fa-shopping-cart", run: "click" },
        { content: "in the order", trigger: ".o_kanban_record:contains('Tour fish'):not(:has(.fa-shopping-cart))" },
        { trigger: "button.o-kanban-button-back", run: "click" },
        { trigger: "div[name=order_line] .o_data_row td[name=price_unit]:contains('80.00')" },
        { content: "why this price", trigger: "div[name=order_line] .o_ecount_price_info", run: "click" },
        { trigger: ".o_ecount_price_popover:contains('Tour Fresh Mart')" },
    ],
});
