import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const SHEET = [
    "Customer code,Name,Country,Email,Salesperson",
    "T-1,Tour Mart,Thialand,tour@example.com,",
    "T-2,Tour Shop,Thialand,nobody,",
    "T-3,Tour Stall,Thailand,stall@example.com,",
].join("\n");

registry.category("web_tour.tours").add("ecount_customer_import", {
    steps: () => [
        { trigger: ".o_list_view", content: "the list of customers" },
        { trigger: ".o_control_panel button:contains('Upload')", run: "click" },
        {
            content: "a file is chosen, and checked at once",
            trigger: ".o_ecount_drop_zone",
            run: () => inputFiles(".o_ecount_drop_zone input[type=file]", [
                new File([SHEET], "tour.csv", { type: "text/csv" }),
            ]),
        },
        { content: "three rows are not known", trigger: ".o_ecount_upload_counts div[name=wrong_count]:contains('2')" },
        { trigger: "div[name=reason_ids] .o_data_row:contains('Thialand → Thailand')" },
        {
            trigger: "div[name=reason_ids] .o_data_row:contains('Thialand') button[name=action_use_suggestions]",
            run: "click",
        },
        { trigger: ".o_ecount_upload_counts div[name=wrong_count]:contains('1')" },
        { trigger: "div[name=error_ids] .o_data_row:contains('nobody') .o_data_cell[name=replacement]", run: "click" },
        { trigger: "div[name=error_ids] div[name=replacement] input", run: "edit shop@example.com" },
        { trigger: "button[name=action_check]:contains('again')", run: "click" },
        { trigger: ".o_ecount_upload_counts div[name=wrong_count]:contains('0')" },
        { trigger: "button[name=action_import_all]", run: "click" },
        { content: "what was done", trigger: ".alert-success:contains('3 new')" },
    ],
});

registry.category("web_tour.tours").add("ecount_customer_download", {
    steps: () => [
        { trigger: ".o_searchview_input", run: "edit Tour Mart" },
        { trigger: ".o_searchview_input", run: "press Enter" },
        { content: "the filter is on", trigger: ".o_list_view:not(:has(.o_data_row:contains('Tour Shop'))) .o_data_row:contains('Tour Mart')" },
        {
            content: "the browser would open the file in a window of its own",
            trigger: ".o_control_panel button:contains('Download')",
            run: ({ click }) => {
                patchWithOpened();
                return click();
            },
        },
        { trigger: "body[data-opened^='/ecount_customer/download/']", run: () => fetch(document.body.dataset.opened) },
    ],
});

function patchWithOpened() {
    browser.open = (url) => {
        document.body.dataset.opened = new URL(url, document.location).pathname;
    };
}
