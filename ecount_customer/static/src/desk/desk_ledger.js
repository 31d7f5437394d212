import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDate, formatDate, serializeDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatCurrency } from "@web/core/currency";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";

import { Component, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";

export const PAGE = 80;
export const KINDS = [
    ["all", _t("All"), []],
    ["sale", _t("Sales"), ["sale"]],
    ["purchase", _t("Purchases"), ["purchase"]],
    ["receipt", _t("Receipts"), ["receipt"]],
    ["payment", _t("Payments made"), ["payment"]],
];
const SIDES = [
    ["both", _t("Net")],
    ["receivable", _t("Receivable")],
    ["payable", _t("Payable")],
];
const KIND_LABELS = {
    sale: _t("Sale"),
    purchase: _t("Purchase"),
    receipt: _t("Receipt"),
    payment: _t("Payment"),
    other: _t("Entry"),
};
const KIND_COLORS = { sale: "primary", purchase: "warning", receipt: "success", payment: "danger", other: "secondary" };

/** The ledger: rows with running balances, pages as one scrolls, rows that unfold to their items. */
export class DeskLedger extends Component {
    static template = "ecount_customer.DeskLedger";
    static components = { DateTimeInput, Dropdown, DropdownItem };
    static props = {
        customerId: Number,
        expose: Function,
        figures: Object,
        filter: Object, // date_from, date_to, kinds, side, open_only, newest_first
        format: Function,
        ledger: [Object, { value: false }],
        onFilter: Function,
        onOpen: Function,
        canMatch: Boolean,
        canTick: Boolean,
        onMatch: Function,
        ticked: Object, // Map of row key to row
    };

    setup() {
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.scrollRef = useRef("scroll");
        this.kinds = KINDS;
        this.sides = SIDES;
        this.state = useState({ rows: this.props.ledger?.rows ?? [], loading: false, focus: -1, unfolded: {} });
        this.props.expose(this);
        onWillUpdateProps((nextProps) => {
            if (nextProps.ledger !== this.props.ledger) {
                const focus = nextProps.customerId === this.props.customerId ? this.state.focus : -1;
                Object.assign(this.state, { rows: nextProps.ledger?.rows ?? [], focus, unfolded: {} });
            }
        });
        useEffect(
            () => {
                this.scrollRef.el?.querySelector(".o_ecount_focus")?.scrollIntoView({ block: "nearest" });
            },
            () => [this.state.focus]
        );
    }

    // --- what is shown ---

    get filter() {
        return this.props.filter;
    }

    get isComplete() {
        return this.state.rows.length >= this.props.ledger.total;
    }

    get kind() {
        return KINDS.find(([, , kinds]) => kinds.join() === this.filter.kinds.join())?.[0];
    }

    get dateFrom() {
        return this.filter.date_from ? deserializeDate(this.filter.date_from) : false;
    }

    get dateTo() {
        return this.filter.date_to ? deserializeDate(this.filter.date_to) : false;
    }

    /** Balances are shown only where the user's rights show every entry. */
    balance(value) {
        return this.props.ledger.complete ? this.amount(value, "0") : "";
    }

    /** What is owed in all, member by member; the receivable is not the ledger's balance for whoever we owe as well. */
    get owed() {
        const { receivable, to_invoice, uncleared, total } = this.props.figures;
        if (!to_invoice && !uncleared) {
            return false;
        }
        const isShown = this.props.ledger.complete && this.props.ledger.closing === receivable;
        return { receivable: isShown ? false : receivable, to_invoice, uncleared, total, isShown };
    }

    /** The amount in the document's own currency, where that is another one. */
    foreign(row) {
        return row.document_currency_id && row.document_currency_id !== this.props.ledger.currency_id
            ? formatCurrency(Math.abs(row.amount_currency), row.document_currency_id)
            : "";
    }

    /** The company of a row, where several are open. */
    company(row) {
        const companies = user.activeCompanies ?? [];
        return companies.length > 1 ? companies.find(({ id }) => id === row.company_id)?.name : "";
    }

    get periods() {
        const now = today();
        return [
            [_t("This month"), now.startOf("month"), null],
            [_t("Last month"), now.minus({ months: 1 }).startOf("month"), now.minus({ months: 1 }).endOf("month")],
            [_t("This year"), now.startOf("year"), null],
            [_t("Last 12 months"), now.minus({ months: 12 }).plus({ days: 1 }), null],
            [_t("Everything"), null, null],
        ];
    }

    key(row) {
        return `${row.res_model},${row.res_id}`;
    }

    date(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    /** Amounts of the columns: no symbol, nothing instead of a zero. */
    amount(value, zero = "") {
        return value ? this.props.format(value, { noSymbol: true }) : zero;
    }

    number(value) {
        return formatFloat(value, { trailingZeros: false, digits: [16, 2] });
    }

    kindLabel(row) {
        if (row.move_type === "out_refund" || row.move_type === "in_refund") {
            return _t("Credit note");
        }
        return KIND_LABELS[row.kind];
    }

    kindClass(row) {
        return `text-bg-${KIND_COLORS[row.kind]}`;
    }

    isOverdue(row) {
        return row.open > 0 && row.due_date && row.kind !== "receipt" && row.due_date < serializeDate(today());
    }

    /** Whether there is money that could settle something. */
    get canMatch() {
        const open = (sign) => this.state.rows.some((row) => Math.sign(row.open) === sign);
        return this.props.canMatch && open(1) && open(-1);
    }

    canTick(row) {
        return this.props.canTick && row.open !== 0 && row.move_id && ["sale", "purchase"].includes(row.kind);
    }

    // --- what is done ---

    setPeriod(from, to) {
        this.props.onFilter({ date_from: from ? serializeDate(from) : false, date_to: to ? serializeDate(to) : false });
    }

    async onScroll() {
        const el = this.scrollRef.el;
        if (el.scrollTop + el.clientHeight > el.scrollHeight - 400) {
            await this.loadMore();
        }
    }

    async loadMore() {
        if (this.state.loading || this.isComplete) {
            return;
        }
        this.state.loading = true;
        const ledger = this.props.ledger;
        try {
            const page = await this.orm.silent.call("res.partner", "desk_ledger", [this.props.customerId], {
                ...this.filter,
                limit: PAGE,
                offset: this.state.rows.length,
            });
            if (ledger === this.props.ledger) {
                this.state.rows.push(...page.rows);
            }
        } finally {
            this.state.loading = false;
        }
    }

    tick(row) {
        const key = this.key(row);
        if (this.props.ticked.has(key)) {
            this.props.ticked.delete(key);
        } else if (this.canTick(row)) {
            this.props.ticked.set(key, row);
        }
    }

    async unfold(row) {
        const key = this.key(row);
        if (this.state.unfolded[key]) {
            delete this.state.unfolded[key];
            return;
        }
        this.state.unfolded[key] = await this.orm.call("res.partner", "desk_document_lines", [row.res_model, row.res_id]);
    }

    /** Arrows move among the rows, Enter opens, Space ticks, Right unfolds; called by the desk. */
    async onHotkey(key) {
        const { rows, focus } = this.state;
        const row = rows[focus];
        if (key === "ArrowDown" || key === "ArrowUp") {
            this.state.focus = Math.max(0, Math.min(rows.length - 1, focus + (key === "ArrowDown" ? 1 : -1)));
            if (this.state.focus >= rows.length - 5) {
                await this.loadMore();
            }
        } else if (!row) {
            return false;
        } else if (key === "Enter") {
            this.props.onOpen(row.res_model, row.res_id);
        } else if (key === " ") {
            this.tick(row);
        } else if (key === "ArrowRight" || key === "ArrowLeft") {
            await this.unfold(row);
        } else {
            return false;
        }
        return true;
    }
}
