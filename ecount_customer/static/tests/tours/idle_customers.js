import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ecount_customer_idle_customers", {
    url: "/odoo/ecount-idle-customers",
    steps: () => [
        {
            content: "nothing is listed before one asks",
            trigger: ".o_form_view .alert:contains(Nothing happens before)",
        },
        { trigger: "div[name=months] input", run: "edit 18" },
        { trigger: "button[name=action_preview]:visible", run: "click" },
        {
            content: "the idle customer is listed, ticked",
            trigger: ".o_field_x2many .o_data_row:contains(Tour Idle Mart)",
        },
        { trigger: "h2:visible:contains(Customers to be put away)" },
        { trigger: ".nav-link:contains(Left alone)", run: "click" },
        { trigger: ".nav-link.active:contains(Left alone)" },
        {
            content: "a customer who owes is left alone, with the reason",
            trigger: ".o_data_row:contains(Tour Owing Mart):contains(Open balance)",
        },
        { trigger: "button[name=action_archive_selected]:visible", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: "h2:visible:contains(Customers that were put away)" },
        { trigger: "button:visible:contains(Customers put away)", run: "click" },
        {
            content: "bring one back from the list",
            trigger: ".o_list_view .o_data_row:contains(Tour Idle Mart) button[name=action_restore_customer]",
            run: "click",
        },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains(Tour Idle Mart)))" },
    ],
});
