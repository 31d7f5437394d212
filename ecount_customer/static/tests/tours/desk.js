import { registry } from "@web/core/registry";

// Search, sale, receipt, ledger: without a mouse.
registry.category("web_tour.tours").add("ecount_customer.desk", {
    steps: () => [
        { content: "the search has the focus", trigger: ".o_ecount_search:focus", run: "edit TOUR-1" },
        { trigger: ".o_ecount_search", run: "press Enter" },
        { trigger: ".o_ecount_header:contains(Desk Tour Market)" },
        { content: "an empty ledger says so", trigger: ".o_ecount_no_rows" },
        { content: "S enters a sale", trigger: "body", run: "press s" },
        {
            content: "the first line waits for its product",
            trigger: ".o_dialog .o_selected_row .o_field_widget[name^=product] input",
            run: "edit Tour sauce",
        },
        { trigger: ".o_dialog .dropdown-item:contains(Tour sauce), .o-autocomplete--dropdown-item:contains(Tour sauce)", run: "press Enter" },
        { trigger: ".o_dialog .o_field_widget[name=tax_totals]:contains(100.00)" },
        { content: "F8 saves", trigger: ".o_dialog .o_form_view", run: "press F8" },
        { trigger: "body:not(:has(.o_dialog)) .o_ecount_row[data-kind=sale]" },
        { content: "down to the row", trigger: "body", run: "press ArrowDown" },
        { content: "tick it", trigger: ".o_ecount_row.o_ecount_focus", run: "press Space" },
        { trigger: ".o_ecount_totals:contains(1 ticked)" },
        { content: "R registers its payment", trigger: "body", run: "press r" },
        { trigger: ".o_dialog button[name=action_create_payments]", run: "press F8" },
        { trigger: "body:not(:has(.o_dialog)) .o_ecount_row[data-kind=receipt]" },
        { content: "both are in the ledger and nothing is owed", trigger: ".o_ecount_row[data-kind=sale]" },
        { trigger: "[data-figure=receivable]:contains(0.00)" },
        { content: "key 2 shows what is in progress", trigger: "body", run: "press 2" },
        { trigger: ".nav-link.active[data-tab=progress]" },
    ],
});

// What asks first: a code that was put away, leaving a half typed sale, a credit warning.
registry.category("web_tour.tours").add("ecount_customer.desk_questions", {
    steps: () => [
        { trigger: ".o_ecount_search:focus", run: "edit TOUR-2" },
        { trigger: ".o_ecount_search", run: "press Enter" },
        { content: "its code is known", trigger: ".modal-body:contains(TOUR-2)", run: "press Enter" },
        { content: "it is back", trigger: ".o_ecount_header:contains(Desk Tour Cafe):not(:has(.text-bg-danger))" },
        { content: "and is listed like the others", trigger: ".o_ecount_found.o_ecount_current:contains(Desk Tour Cafe)" },
        { content: "? shows the keys", trigger: "body", run: "press ?" },
        { trigger: ".o_ecount_key_list:contains(Receipt)" },
        { trigger: "body", run: "press Escape" },
        { trigger: "body:not(:has(.o_dialog))", run: "press s" },
        { trigger: ".o_dialog .o_selected_row .o_field_widget[name^=product] input", run: "edit Tour sauce" },
        { trigger: ".o_dialog .dropdown-item:contains(Tour sauce), .o-autocomplete--dropdown-item:contains(Tour sauce)", run: "press Enter" },
        { trigger: ".o_dialog .o_field_widget[name=tax_totals]:contains(100.00)" },
        { content: "Esc asks", trigger: ".o_dialog .o_selected_row input", run: "press Escape" },
        { trigger: ".modal-title:contains(Leave without saving)" },
        { content: "F8 answers no question", trigger: ".modal-title:contains(Leave without saving)", run: "press F8" },
        { content: "Esc goes on typing", trigger: ".modal-title:contains(Leave without saving)", run: "press Escape" },
        { content: "nothing is lost", trigger: "body:not(:has(.modal-title:contains(Leave)))" },
        { trigger: ".o_dialog .o_field_widget[name=tax_totals]:contains(100.00)" },
        { content: "F8 saves, and the credit asks", trigger: ".o_dialog .o_form_view", run: "press F8" },
        { trigger: ".modal-title:contains(Credit warning)" },
        { content: "back: the quotation is still there", trigger: ".modal-footer .btn:contains(Back)", run: "click" },
        { trigger: "body:not(:has(.modal-title:contains(Credit warning)))" },
        { trigger: ".o_dialog:has(.o_arrow_button_current:contains(Quotation)) .o_form_button_save:enabled", run: "press F8" },
        { content: "anyway", trigger: ".modal-footer .btn-primary:contains(Confirm anyway)", run: "press Enter" },
        { trigger: "body:not(:has(.o_dialog))" },
        { trigger: "[data-tab=progress]:contains(1)" },
    ],
});
