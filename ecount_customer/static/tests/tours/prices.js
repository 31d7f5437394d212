import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// The first opening of a form compiles its views; a busy machine takes longer than the default ten seconds.
const patient = (steps) => steps.map((step) => ({ timeout: 60000, ...step }));

registry.category("web_tour.tours").add("ecount_price_sheet", {
    steps: () => patient([
        { trigger: "div[name=partner_id] input", run: "edit Tour Fresh Mart" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour Fresh Mart')", run: "click" },
        { trigger: "div[name=product_search] input", run: "edit TOUR-FISH" },
        { trigger: "div[name=categ_id] input", run: "click" },
        {
            content: "the one product with its native price",
            trigger:
                "div[name=line_ids]:not(:has(.o_data_row + .o_data_row)) .o_data_row:contains('TOUR-FISH') " +
                "td[name=native_price]:contains('100.00')",
        },
        { trigger: "div[name=line_ids] .o_data_row td[name=special_price]", run: "click" },
        { trigger: "div[name=line_ids] .o_data_row div[name=special_price] input", run: "edit 80" },
        { trigger: "button[name=action_save]", run: "click" },
        {
            content: "the price is saved and shown",
            trigger: "div[name=line_ids] .o_data_row:not(.o_selected_row) td[name=special_price]:contains('80.00')",
        },
    ]),
});

registry.category("web_tour.tours").add("ecount_direct_invoice", {
    steps: () => patient([
        { trigger: "div[name=partner_id] input", run: "edit Tour Fresh Mart" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour Fresh Mart')", run: "click" },
        { trigger: "div[name=invoice_line_ids] .o_optional_columns_dropdown button", run: "click" },
        ...["product_id", "quantity"].map((name) => ({
            content: "a column that is hidden until there is a line with it",
            trigger: `.o-dropdown-item input[name=${name}]`,
            run() {
                this.anchor.checked || this.anchor.click();
            },
        })),
        { trigger: "div[name=invoice_line_ids] th[data-name=quantity]" },
        { trigger: "div[name=invoice_line_ids] .o_field_x2many_list_row_add a", run: "click" },
        {
            trigger: "div[name=invoice_line_ids] .o_selected_row [name=product_id] :is(input, textarea)",
            run: "edit Tour fish",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour fish')", run: "click" },
        {
            content: "the special price",
            trigger: "div[name=invoice_line_ids] .o_selected_row div[name=price_unit] input:value(80.00)",
        },
        { trigger: "div[name=invoice_line_ids] .o_selected_row div[name=quantity] input", run: "edit 3" },
        ...stepUtils.saveForm(),
        { content: "240 in total", trigger: "div[name=tax_totals]:contains('240.00')" },
        {
            content: "why this price",
            trigger: "div[name=invoice_line_ids] .o_ecount_price_info[data-source=customer]",
            run: "click",
        },
        { content: "the last price", trigger: ".o_ecount_price_popover:contains('Last prices'):contains('75.00')" },
        { content: "take it", trigger: ".o_ecount_use_price", run: "click" },
        { trigger: "div[name=invoice_line_ids] .o_data_row td[name=price_unit]:contains('75.00')" },
        { content: "typed", trigger: "div[name=invoice_line_ids] .o_ecount_price_info[data-source=manual]" },
        ...stepUtils.saveForm(),
        { content: "225 in total", trigger: "div[name=tax_totals]:contains('225.00')" },
    ]),
});

registry.category("web_tour.tours").add("ecount_price_catalogue", {
    steps: () => patient([
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
    ]),
});

registry.category("web_tour.tours").add("ecount_use_last_price", {
    steps: () => patient([
        { trigger: "div[name=order_line] .o_ecount_price_info[data-source=customer]", run: "click" },
        { content: "what the customer paid last", trigger: ".o_ecount_price_popover:contains('75.00')" },
        { content: "take it", trigger: ".o_ecount_use_price", run: "click" },
        { trigger: "div[name=order_line] .o_data_row td[name=price_unit]:contains('75.00')" },
        { content: "it counts as typed", trigger: "div[name=order_line] .o_ecount_price_info[data-source=manual]" },
        ...stepUtils.saveForm(),
        { trigger: "div[name=tax_totals]:contains('75.00')" },
    ]),
});

registry.category("web_tour.tours").add("ecount_no_use_on_locked_order", {
    steps: () => patient([
        { trigger: "div[name=order_line] .o_ecount_price_info", run: "click" },
        { content: "prices are shown", trigger: ".o_ecount_price_popover:contains('75.00')" },
        { content: "and cannot be taken", trigger: ".o_ecount_price_popover:not(:has(.o_ecount_use_price))" },
    ]),
});
