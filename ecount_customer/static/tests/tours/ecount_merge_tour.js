import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// Find a duplicate, choose whose phone is kept, merge, look at the log, undo.
registry.category("web_tour.tours").add("ecount_customer_merge", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='ecount_customer.ecount_customer_menu_root']", run: "click" },
        { trigger: ".o_menu_sections [data-menu-xmlid='ecount_customer.ecount_customer_menu_tools']", run: "click" },
        { trigger: "[data-menu-xmlid='ecount_customer.ecount_duplicate_menu']", run: "click" },
        {
            content: "The two are offered together",
            trigger: ".o_data_row:contains('T-001'):contains('T-002') button[name='action_preview']",
            run: "click",
        },
        {
            content: "The one with the order is kept",
            trigger: ".modal .o_ecount_merge_comparison input[data-keep='T-001']:checked",
        },
        {
            content: "Keep the other one instead",
            trigger: ".modal .o_ecount_merge_comparison input[data-keep='T-002']",
            run: "click",
        },
        { trigger: ".modal th.table-success:contains('T-002'):contains('Kept')" },
        { trigger: ".modal .o_ecount_merge_moves:contains('Sales Order')" },
        {
            content: "Take the phone of the merged one",
            trigger: ".modal input[data-field='phone'][data-customer='T-001']:not(:checked)",
            run: "click",
        },
        { trigger: ".modal td.fw-bold input[data-field='phone'][data-customer='T-001']" },
        { trigger: ".modal button[name='action_merge']", run: "click" },
        {
            content: "The log says what moved",
            trigger: ".o_form_view .o_data_row:contains('Sales Order')",
        },
        { trigger: "button[name='action_undo']", run: "click" },
        { trigger: ".modal .modal-footer .btn-primary", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Undone')" },
    ],
});

// A customer that exists already is noticed while it is typed.
registry.category("web_tour.tours").add("ecount_customer_possible_duplicate", {
    url: "/odoo/ecount-customers/new",
    steps: () => [
        { trigger: ".o_form_view [name='name'] textarea, .o_form_view [name='name'] input", run: "edit Tour Mart Co., Ltd." },
        { trigger: ".o_form_view [name='search_words'] input", run: "click" },
        { trigger: ".o_ecount_possible_duplicate:contains('Tour Mart'):contains('same name')" },
        ...stepUtils.discardForm(),
    ],
});
