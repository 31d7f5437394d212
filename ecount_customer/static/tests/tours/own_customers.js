import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("ecount_own_customers", {
    url: "/odoo/ecount-customers",
    steps: () => [
        {
            content: "Own customers are listed, those of others are not",
            trigger: ".o_list_view:has(.o_data_row:contains('Mine Mart')):not(:has(.o_data_row:contains('Hidden Mart')))",
        },
        { trigger: ".o_list_button_add", run: "click" },
        {
            trigger: ".o_form_view .o_field_widget[name='name'] :is(textarea, input)",
            run: "edit Tour Mart",
        },
        ...stepUtils.saveForm(),
        {
            content: "The new customer is the rep's",
            trigger: ".o_form_saved",
        },
        { trigger: ".nav-link[name='sales_purchases']", run: "click" },
        { trigger: ".o_field_widget[name='user_id'] input:value('Nok')" },
        { content: "It is handed over to a colleague", trigger: ".o_field_widget[name='user_id'] input", run: "edit Somsak" },
        { trigger: ".dropdown-item:contains('Somsak')", run: "click" },
        ...stepUtils.saveForm(),
        { trigger: ".o_form_saved .o_field_widget[name='user_id'] input:value('Somsak')" },
        { trigger: "body:not(:has(.o_error_dialog, .o_notification_manager .bg-danger))" },
        { content: "Back in the list it is gone", trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        {
            trigger: ".o_list_view:has(.o_data_row:contains('Mine Mart')):not(:has(.o_data_row:contains('Tour Mart')))",
        },
    ],
});
