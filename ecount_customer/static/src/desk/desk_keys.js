import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

/** The keys of the desk, for whoever asks with a question mark. */
export class DeskKeys extends Component {
    static template = "ecount_customer.DeskKeys";
    static components = { Dialog };
    static props = { close: Function, keys: Array };
}

/** Pairs of key and what it does on this desk, for this customer and this user. */
export function getDeskKeys({ buttons, customer, state, tabs }) {
    return [
        ["/  F3", _t("Find a customer")],
        ...buttons.map(({ key, label }) => [key === "s" ? "S  F2" : key.toUpperCase(), label]),
        ["F8", _t("Save")],
        ["E", _t("Customer form")],
        ...(customer.ledger?.complete ? [["T", _t("Statement")]] : []),
        ...(customer.ledger ? [["O", _t("Open items")]] : []),
        ...(state.can.payment ? [["M", _t("Match receipts with the oldest open documents")]] : []),
        ...tabs.map(({ label }, index) => [String(index + 1), label]),
        ["↑  ↓", _t("Rows of the ledger")],
        ["←  →", _t("Items of a row")],
        ...(state.can.payment ? [[_t("Space"), _t("Tick a row to be paid")]] : []),
        [_t("Enter"), _t("Open the document")],
    ];
}
