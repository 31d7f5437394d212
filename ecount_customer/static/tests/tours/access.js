import { registry } from "@web/core/registry";

// A rep who sees own customers only: the list, a new customer, the desk, a sale.
registry.category("web_tour.tours").add("ecount_customer.rep", {
    steps: () => [
        { content: "the rep's customer is listed", trigger: ".o_list_view .o_data_row:contains(Mine Mart)" },
        { content: "the other rep's is not", trigger: ".o_list_view:not(:has(.o_data_row:contains(Hidden Mart)))" },
        { trigger: ".o_searchview_input", run: "edit Hidden Mart" },
        { trigger: ".o_searchview_input", run: "press Enter" },
        { content: "nor is it found", trigger: ".o_list_view:not(:has(.o_data_row))" },
        { trigger: ".o_facet_remove", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Mine Mart)" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_form_view div[name=name] :is(input, textarea)", run: "edit New Mart" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "the new customer is the rep's and stays in sight", trigger: ".o_form_view .o_breadcrumb:contains(New Mart), .o_breadcrumb:contains(New Mart)" },
        { trigger: "[data-menu-xmlid='ecount_customer.ecount_customer_menu_desk']", run: "click" },
        { trigger: ".o_ecount_search:focus", run: "edit Hidden Mart" },
        { trigger: ".o_ecount_search", run: "press Enter" },
        { content: "the desk does not know it either", trigger: ".o_ecount_desk_list:not(:has(.o_ecount_found)):not(:has(.fa-spinner))" },
        { trigger: ".o_ecount_search", run: "edit Mine Mart" },
        { trigger: ".o_ecount_search", run: "press Enter" },
        { trigger: ".o_ecount_header:contains(Mine Mart)" },
        { content: "S enters a sale", trigger: "body", run: "press s" },
        { trigger: ".o_dialog .o_selected_row .o_field_widget[name^=product] input", run: "edit Fish sauce" },
        { trigger: ".o_dialog .dropdown-item:contains(Fish sauce), .o-autocomplete--dropdown-item:contains(Fish sauce)", run: "press Enter" },
        { trigger: ".o_dialog .o_field_widget[name=tax_totals]:contains(100.00)" },
        { content: "F8 saves", trigger: ".o_dialog .o_form_view", run: "press F8" },
        { trigger: "body:not(:has(.o_dialog)) .o_ecount_header:contains(Mine Mart)" },
    ],
});
