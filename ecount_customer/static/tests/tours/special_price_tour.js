import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// The first opening of a form compiles its views; a busy machine takes longer than the default ten seconds.
const patient = (steps) => steps.map((step) => ({ timeout: 60000, ...step }));

// A clerk registers a customer in a group, agrees on a price, makes a quotation and sees why it costs what it costs.
registry.category("web_tour.tours").add("ecount_customer_special_price", {
    steps: () => patient([
        { content: "new customer", trigger: ".o_list_button_add", run: "click" },
        { content: "name", trigger: ".o_field_widget[name=name] :is(input, textarea)", run: "edit Tour Mart" },
        { content: "code", trigger: ".o_field_widget[name=ref] input", run: "edit T-0042" },
        { content: "group", trigger: ".o_field_widget[name=customer_group_ids] input", run: "edit Tour Gold" },
        { content: "choose it", trigger: ".o-autocomplete--dropdown-item:contains(Tour Gold)", run: "click" },
        { trigger: ".o_field_widget[name=customer_group_ids] .o_tag:contains(Tour Gold)" },
        { content: "special prices", trigger: ".nav-link[name=special_prices]", run: "click" },
        {
            content: "add a price",
            trigger: ".o_field_widget[name=special_price_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "product",
            trigger: ".o_field_widget[name=special_price_ids] .o_selected_row [name=product_tmpl_id] input",
            run: "edit Tour Fish Sauce",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains(Tour Fish Sauce)", run: "click" },
        {
            content: "price",
            trigger: ".o_field_widget[name=special_price_ids] .o_selected_row [name=fixed_price] input",
            run: "edit 80",
        },
        ...stepUtils.saveForm(),
        { content: "quotations", trigger: ".oe_stat_button:contains(Sales)", run: "click" },
        { content: "new quotation", trigger: ".breadcrumb-item:contains(Tour Mart)" },
        { trigger: ".o_list_button_add, .o-kanban-button-new", run: "click" },
        { content: "a line", trigger: "a:contains(Add a product)", run: "click" },
        {
            content: "product on the line",
            trigger: ".o_data_row [name=product_template_id] input",
            run: "edit Tour Fish Sauce",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains(Tour Fish Sauce)", run: "click" },
        { content: "why?", trigger: ".o_ecount_price_info[data-source=customer]", run: "click" },
        { content: "the explanation", trigger: ".o_ecount_price_popover:contains(special price of Tour Mart)" },
        { content: "the price it has and what it beat", trigger: ".o_ecount_price_popover:contains(80.00):contains(100.00)" },
        { content: "close the popover", trigger: ".o_form_sheet h1", run: "click" },
        ...stepUtils.saveForm(),
    ]),
});
