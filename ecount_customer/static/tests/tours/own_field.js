import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("ecount_own_field", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='ecount_customer.ecount_customer_menu_root']", run: "click" },
        { trigger: "[data-menu-xmlid='ecount_customer.ecount_customer_menu_configuration']", run: "click" },
        { trigger: "[data-menu-xmlid='ecount_customer.ecount_custom_field_menu']", run: "click" },
        { trigger: ".o_data_row:first .o_data_cell[name=name]", run: "click" },
        { trigger: ".o_form_view div[name=name] input", run: "edit Line ID" },
        { trigger: ".o_form_view div[name=required] input", run: "click" },
        { trigger: ".o_form_view div[name=show_in_list] input", run: "click" },
        { trigger: "button[name=action_activate]", run: "click" },
        { content: "the field is active", trigger: "button[name=action_deactivate]" },
        { trigger: "[data-menu-xmlid='ecount_customer.res_partner_menu_customer']", run: "click" },
        { content: "the list has the column", trigger: ".o_list_view th[data-name=x_custom_1]:contains('Line ID')" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_form_view div[name=name] :is(input, textarea)", run: "edit Fresh Mart" },
        { trigger: ".o_form_button_save", run: "click" },
        // The message that names the field is gone after some seconds; what stays is the mark on the field.
        { trigger: ".o_notebook_headers .nav-link[name=own_fields]", run: "click" },
        { content: "the field is red", trigger: "div[name=x_custom_1].o_field_invalid" },
        { trigger: "div[name=x_custom_1] input", run: "edit @fresh" },
        ...stepUtils.saveForm(),
    ],
});

registry.category("web_tour.tours").add("ecount_quick_creation", {
    steps: () => [
        { content: "a customer typed into a new quotation", trigger: "div[name=partner_id] input", run: "edit Sea Food" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Create \"Sea Food\"')", run: "click" },
        { content: "the form opens and shows what is missing", trigger: ".modal div[name=email].o_required_modifier" },
        { trigger: ".modal div[name=email] input", run: "edit sea@example.com" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        ...stepUtils.saveForm(),
    ],
});
