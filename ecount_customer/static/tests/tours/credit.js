import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ecount_credit_block", {
    steps: () => [
        {
            content: "The banner says by how much the order is over the limit",
            trigger: ".o_ecount_credit_banner.alert-danger:contains('over by')",
        },
        {
            content: "Confirm: refused",
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        {
            trigger: ".modal:contains('Nothing was confirmed') .modal-footer button.btn-primary",
            run: "click",
        },
        {
            content: "Approve with a reason",
            trigger: "body:not(:has(.modal)) .o_ecount_credit_banner button[name=action_open_credit_approval]",
            run: "click",
        },
        {
            trigger: ".modal [name=reason] input",
            run: "edit Pays tomorrow",
        },
        {
            trigger: ".modal button[name=action_approve]",
            run: "click",
        },
        {
            content: "Approved: the banner is gone",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(.o_ecount_credit_banner))",
        },
        {
            content: "Confirm",
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Sales Order')",
        },
    ],
});

registry.category("web_tour.tours").add("ecount_credit_warn", {
    steps: () => [
        {
            trigger: ".o_ecount_credit_banner.alert-warning:contains('over by')",
        },
        {
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "The question shows the figures",
            trigger: ".modal:contains('over by') button:contains('Confirm anyway')",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains('Sales Order')",
        },
    ],
});
