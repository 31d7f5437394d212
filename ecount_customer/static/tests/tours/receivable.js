import { registry } from "@web/core/registry";

// By customer and age, by group of the tree, as of an earlier date, and to the desk.
registry.category("web_tour.tours").add("ecount_customer.receivables", {
    steps: () => [
        { trigger: ".o_group_name:contains(Tour Market)" },
        { content: "the buckets are columns", trigger: "th[data-name=amount_bucket_4]:contains(Over 90)" },
        { content: "both are in the total", trigger: "tfoot:contains(1,001.00)" },
        {
            content: "only one group",
            trigger: ".o_search_panel_category_value:contains(Tour Region) header",
            run: "click",
        },
        { trigger: ".o_list_view:not(:has(.o_group_name:contains(Other))) .o_group_name:contains(Tour Market)" },
        { content: "as of a date", trigger: "button:contains(As of date)", run: "click" },
        { trigger: ".o_dialog .o_field_widget[name=date] button", run: "click" },
        { trigger: ".o_dialog .o_field_widget[name=date] input", run: "edit 01/31/2026" },
        { trigger: ".o_dialog button[name=action_open]", run: "click" },
        { content: "nothing was open then", trigger: ".o_view_nocontent:contains(Nothing is open)" },
        { trigger: ".breadcrumb-item a:contains(Receivables), .o_back_button", run: "click" },
        { trigger: ".o_group_name:contains(Tour Market)", run: "click" },
        { content: "a row opens the desk", trigger: ".o_data_row .o_data_cell[name=document]", run: "click" },
        { trigger: ".o_ecount_header:contains(Tour Market)" },
    ],
});

// Every figure opens its list.
registry.category("web_tour.tours").add("ecount_customer.receivable_dashboard", {
    steps: () => [
        { trigger: "[data-figure=receivable]:contains(1,001.00)" },
        { trigger: "[data-figure=overdue]:contains(1,000.00)", run: "click" },
        { trigger: ".o_list_view .o_group_name:contains(Tour Market)" },
        { trigger: ".o_list_view:not(:has(.o_group_name:contains(Other)))" },
        { trigger: ".breadcrumb-item a:contains(Receivables dashboard), .o_back_button", run: "click" },
        { trigger: "[data-figure=over_limit]", run: "click" },
        { trigger: ".o_breadcrumb:contains(Customers over limit)" },
        { content: "with the columns of customers", trigger: ".o_list_view th[data-name=ref]" },
        { trigger: ".breadcrumb-item a:contains(Receivables dashboard), .o_back_button", run: "click" },
        { trigger: "[data-bucket='4']", run: "click" },
        { trigger: ".o_breadcrumb:contains(Over 90)" },
        { trigger: ".o_list_view .o_group_name:contains(Tour Market)" },
        { trigger: ".breadcrumb-item a:contains(Receivables dashboard), .o_back_button", run: "click" },
        { trigger: ".o_ecount_top tr:contains(Tour Market)", run: "click" },
        { trigger: ".o_ecount_header:contains(Tour Market)" },
    ],
});
