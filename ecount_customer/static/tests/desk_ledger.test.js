import { describe, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { reactive } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { DeskLedger } from "@ecount_customer/desk/desk_ledger";
import { DeskSearch } from "@ecount_customer/desk/desk_search";

describe.current.tags("desktop");
defineMailModels();

const SALE = {
    date: "2026-01-10", kind: "sale", move_type: "out_invoice", name: "INV/1", label: "S1", res_model: "account.move",
    res_id: 1, move_id: 1, debit: 100, credit: 0, balance: 100, due_date: "2026-02-10", open: 60, company_id: 1,
    document_currency_id: 1,
};
const RECEIPT = {
    ...SALE, date: "2026-01-20", kind: "receipt", move_type: "entry", name: "PAY/1", label: "", res_model: "account.payment",
    res_id: 7, move_id: 2, debit: 0, credit: 40, balance: 60, due_date: false, open: 0,
};

async function mountLedger(ledger = {}, props = {}) {
    const opened = [];
    const ticked = reactive(new Map());
    const component = await mountWithCleanup(DeskLedger, {
        props: {
            customerId: 5,
            expose: () => {},
            figures: { receivable: 60, to_invoice: 0, uncleared: 0, total: 60 },
            filter: { date_from: "2026-01-01", date_to: false, kinds: [], side: "both", open_only: false, newest_first: false },
            format: (value) => value.toFixed(2),
            ledger: {
                opening: 0, closing: 60, total: 2, debit: 100, credit: 40, currency_id: 1, complete: true,
                rows: [SALE, RECEIPT], ...ledger,
            },
            onFilter: (changes) => expect.step(JSON.stringify(changes)),
            onOpen: (model, id) => opened.push(`${model},${id}`),
            canMatch: true,
            canTick: true,
            onMatch: () => {},
            ticked,
            ...props,
        },
    });
    return { component, opened, ticked };
}

test("rows show debit, credit and the running balance, below what was brought forward", async () => {
    await mountLedger();
    expect(".o_ecount_row").toHaveCount(2);
    expect(".o_ecount_opening td:eq(3)").toHaveText("0");
    expect(".o_ecount_row:first .o_ecount_number").toHaveCount(3);
    expect(".o_ecount_row:first .o_ecount_number:first").toHaveText("100.00");
    expect(".o_ecount_row:last .o_ecount_number:last").toHaveText("60.00");
    expect("tfoot .o_ecount_number:first").toHaveText("100.00");
    expect("[data-total=ledger]").toHaveText("Ledger balance60.00");
});

test("who does not see every entry gets no running balance, and a sum that adds up", async () => {
    await mountLedger(
        { complete: false, rows: [SALE], total: 1, closing: 100 },
        { figures: { receivable: 60, to_invoice: 15, uncleared: 0, total: 75 } }
    );
    expect(".o_ecount_row .o_ecount_number:last").toHaveText("");
    expect(".o_ecount_opening").toHaveCount(0);
    expect("[data-total=ledger]").toHaveCount(0);
    expect(".o_ecount_owed").toHaveText("Receivable60.00 + Ordered, not invoiced15.00 = Total owed75.00", { inline: true });
});

test("arrows, space and enter do what a mouse does", async () => {
    onRpc("desk_document_lines", () => [{ name: "Fish sauce", quantity: 1, unit: "Units", price: 100, discount: 0, amount: 100 }]);
    const { component, opened, ticked } = await mountLedger();
    await component.onHotkey("Enter");
    expect(opened).toEqual([], { message: "no row is chosen yet" });
    await component.onHotkey("ArrowDown");
    await animationFrame();
    expect(".o_ecount_row:first").toHaveClass("o_ecount_focus");
    await component.onHotkey(" ");
    expect([...ticked.keys()]).toEqual(["account.move,1"]);
    await component.onHotkey("ArrowRight");
    await animationFrame();
    expect(".o_ecount_line").toHaveCount(1);
    await component.onHotkey("ArrowDown");
    await component.onHotkey(" ");
    expect([...ticked.keys()]).toEqual(["account.move,1"], { message: "a receipt is not paid" });
    await component.onHotkey("ArrowDown");
    await component.onHotkey("Enter");
    expect(opened).toEqual(["account.payment,7"], { message: "the last row is the end" });
});

test("the next page is asked for where the rows end", async () => {
    onRpc("desk_ledger", ({ kwargs }) => {
        expect.step(`offset ${kwargs.offset}`);
        return { rows: [{ ...SALE, res_id: 3, name: "INV/3" }] };
    });
    const { component } = await mountLedger({ total: 3 });
    await component.loadMore();
    await animationFrame();
    await component.loadMore(); // all are there
    expect(".o_ecount_row").toHaveCount(3);
    expect.verifySteps(["offset 2"]);
});

test("a kind is a filter", async () => {
    await mountLedger();
    await contains("[data-kind=receipt].btn").click();
    expect.verifySteps(['{"kinds":["receipt"]}']);
});

test("the search is used without a mouse, and knows a put-away code", async () => {
    onRpc("desk_search", ({ args: [term] }) => ({
        groups: [],
        put_away: term === "00042" && { id: 9, code: "00042", name: "Gone", date: "2026-01-01", user: "Admin" },
        customers: term === "fresh" ? [
            { id: 1, name: "Fresh Mart", ref: "1", city: "", phone: "", balance: 0 },
            { id: 2, name: "Fresh & Co", ref: "2", city: "", phone: "", balance: 5 },
        ] : [],
    }));
    const chosen = [];
    await mountWithCleanup(DeskSearch, {
        props: {
            customerId: false, recent: [], format: String, inputRef: () => {}, onSelect: (id) => chosen.push(id),
        },
    });
    await contains(".o_ecount_search").edit("fresh", { confirm: false });
    await press("ArrowDown");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(chosen.length).toBe(1);
    expect(".o_ecount_found").toHaveCount(2);
    await contains(".o_ecount_search").edit("00042", { confirm: false });
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(".o_ecount_put_away").toHaveText(/00042 Gone/);
    expect(chosen.length).toBe(1);
});
