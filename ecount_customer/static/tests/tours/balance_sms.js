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
