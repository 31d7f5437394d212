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
