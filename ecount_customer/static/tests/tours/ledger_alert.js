import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ecount_customer_ledger_alert", {
    url: "/odoo/ecount-alerts",
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(Large sales of the week)" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "div[name=name] input, div[name=name] textarea", run: "edit Tour alert" },
        { trigger: "div[name=measure] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Receivable)", run: "click" },
        { trigger: "div[name=amount] input", run: "edit 50" },
        { trigger: "div[name=user_ids] input", run: "edit Mitchell Tour" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Mitchell Tour)", run: "click" },
        { trigger: "button[name=action_preview]:visible", run: "click" },
        {
            content: "the message is shown as it would be sent",
            trigger: ".modal .o_field_html:contains(Tour Debt Mart):contains(150.00)",
        },
        { trigger: ".modal div[name=recipients]:contains(Mitchell Tour)" },
        { trigger: ".modal button[name=action_send_to_me]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: "button[name=action_view_log]", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Tour alert)" },
    ],
});
