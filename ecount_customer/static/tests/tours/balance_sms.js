import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ecount_customer_balance_sms", {
    url: "/odoo/ecount-balance-sms",
    steps: () => [
        { trigger: "button[name=action_preview]:visible", run: "click" },
        {
            content: "the overdue customer is told its balance",
            trigger: ".o_data_row:contains(Tour Overdue Mart):contains(+66812345678)",
        },
        { trigger: ".o_data_row:contains(Tour Landline Mart):contains(no mobile number)" },
        { trigger: "button[name=action_send]:visible", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Tour Overdue Mart):contains(In queue)" },
    ],
});

registry.category("web_tour.tours").add("ecount_customer_balance_sms_page", {
    steps: () => [
        { trigger: "a[name=sms_log]", run: "click" },
        {
            content: "one customer's text can be copied",
            trigger: ".tab-pane.active button[name=action_balance_sms]",
            run: "click",
        },
        { trigger: ".o_field_widget[name=single_body]:contains(outstanding balance)" },
        { trigger: "button.o_btn_text_copy:contains(Copy text)" },
        { trigger: "button[name=action_send]:visible", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Page Mart):contains(In queue)" },
        { content: "back to the wizard, then to the page", trigger: ".breadcrumb-item.o_back_button", run: "click" },
        { trigger: ".o_form_view:contains(Messages: 1)" },
        { trigger: ".breadcrumb-item.o_back_button", run: "click" },
        { trigger: "a[name=sms_log]", run: "click" },
        {
            content: "the page shows the message, which can be stopped",
            trigger: ".o_field_widget[name=sms_log_ids] .o_data_row:contains(In queue) button[name=action_cancel]",
            run: "click",
        },
        { trigger: ".o_field_widget[name=sms_log_ids] .o_data_row:contains(Cancelled)" },
        { trigger: ".o_field_widget[name=no_balance_sms] input", run: "check" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".tab-pane.active:not(:has(button[name=action_balance_sms]))" },
        { content: "saved", trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
    ],
});
