import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

import { Component, onMounted, useEffect, useRef, useState } from "@odoo/owl";

const SHOWN = 8;

/** The search box and the customers below it: those found, those of a group, or the recent ones. */
export class DeskSearch extends Component {
    static template = "ecount_customer.DeskSearch";
    static props = {
        customerId: { type: [Number, { value: false }] },
        format: Function,
        inputRef: Function,
        onSelect: Function,
        recent: Array,
    };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.inputRef = useRef("input");
        this.listRef = useRef("list");
        this.keepLast = new KeepLast();
        this.state = useState({
            term: "", limit: SHOWN, group: null, customers: null, groups: [], putAway: false, active: 0, searching: false,
        });
        this.searchDebounced = useDebounced(() => this.search(), 120);
        onMounted(() => this.props.inputRef(this.inputRef.el));
        useEffect(
            () => {
                this.listRef.el?.querySelector(".active")?.scrollIntoView({ block: "nearest" });
            },
            () => [this.state.active]
        );
    }

    get customers() {
        return this.state.customers ?? this.props.recent;
    }

    get isSearch() {
        return this.state.customers !== null;
    }

    describe({ ref, city, phone }) {
        return [ref, city, phone].filter(Boolean).join(" · ");
    }

    async search() {
        const { group, limit } = this.state;
        const term = this.state.term.trim();
        if (!term && !group) {
            Object.assign(this.state, { customers: null, groups: [], putAway: false, active: 0 });
            return;
        }
        this.state.searching = true;
        try {
            const found = await this.keepLast.add(
                this.orm.silent.call("res.partner", "desk_search", [term, group?.id ?? null, limit])
            );
            Object.assign(this.state, { customers: found.customers, groups: found.groups, putAway: found.put_away });
            this.state.active = Math.min(this.state.active, Math.max(found.customers.length - 1, 0));
        } finally {
            this.state.searching = false;
        }
    }

    onInput() {
        this.state.limit = SHOWN;
        this.state.active = 0;
        this.searchDebounced();
    }

    async onKeydown(ev) {
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            ev.preventDefault();
            await this.move(ev.key === "ArrowDown" ? 1 : -1);
        } else if (ev.key === "Enter") {
            ev.preventDefault();
            await this.choose();
        } else if (ev.key === "Escape" && (this.state.term || this.state.group)) {
            ev.preventDefault();
            ev.stopPropagation();
            this.clear();
        }
    }

    async move(step) {
        const active = this.state.active + step;
        if (active >= this.customers.length && this.isSearch && this.customers.length >= this.state.limit) {
            this.state.limit += SHOWN; // more with the arrow key
            await this.search();
        }
        this.state.active = Math.max(0, Math.min(active, this.customers.length - 1));
    }

    /** Enter, also while a search is still running: what was typed counts, not what happens to be listed. */
    async choose() {
        this.searchDebounced.cancel();
        const { active, term } = this.state;
        if (term.trim()) {
            await this.search();
        }
        const customer = this.customers[active] ?? this.customers[0];
        if (this.state.putAway && !active) {
            this.offerPutAway(); // exactly this code was typed
        } else if (customer) {
            this.select(customer);
        }
    }

    /** The code of a customer that was put away: it may be looked at, or brought back. */
    offerPutAway() {
        const { id, code, name, date, user } = this.state.putAway;
        this.inputRef.el.blur(); // the keys are the desk's again
        this.dialog.add(ConfirmationDialog, {
            title: _t("Bring back %s?", name),
            body: _t(
                "%(code)s %(name)s was put away on %(date)s by %(user)s. It comes back with its contacts.",
                { code, name, user, date: formatDate(deserializeDate(date)) }
            ),
            confirmLabel: _t("Bring back"),
            confirm: async () => {
                await this.orm.call("res.partner", "action_restore_customer", [[id]]);
                this.props.onSelect(id);
                await this.search(); // listed among the others now
            },
            cancelLabel: _t("Only look at it"),
            cancel: () => this.props.onSelect(id),
            dismiss: () => this.inputRef.el.focus(),
        });
    }

    select(customer) {
        this.inputRef.el.blur();
        this.props.onSelect(customer.id);
    }

    async chooseGroup(group) {
        Object.assign(this.state, { group, term: "", groups: [], putAway: false, limit: 80, active: 0 });
        await this.search();
        this.inputRef.el.focus();
    }

    clear() {
        Object.assign(this.state, {
            term: "", group: null, customers: null, groups: [], putAway: false, limit: SHOWN, active: 0,
        });
        this.inputRef.el.focus();
    }
}
