import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { deserializeDate, formatDate, serializeDate, today } from "@web/core/l10n/dates";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Chatter } from "@mail/chatter/web_portal/chatter";

import { Component, onMounted, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";

import { DeskChart } from "./desk_chart";
import { DeskKeys, getDeskKeys } from "./desk_keys";
import { DeskFormDialog } from "./desk_dialog";
import { DeskLedger } from "./desk_ledger";
import { DeskSearch } from "./desk_search";
import { DeskAddresses, DeskPrices, DeskProgress } from "./desk_tabs";

const TABS = ["ledger", "progress", "prices", "addresses", "notes"];
const EDITABLE = "input, textarea, select, [contenteditable=true]";

/** Everything of one customer on one screen; nothing navigates away. */
export class CustomerDesk extends Component {
    static template = "ecount_customer.CustomerDesk";
    static components = { Chatter, DeskAddresses, DeskChart, DeskLedger, DeskPrices, DeskProgress, DeskSearch };
    static props = { ...standardActionServiceProps };
    static path = "customer-desk";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.ledger = {}; // the mounted ledger takes the keys
        this.rootRef = useRef("root");
        this.state = useState({
            customer: false,
            recent: [],
            can: {},
            tab: "ledger",
            version: 0, // grows when something may have changed
            isListOpen: false,
            filter: {
                date_from: serializeDate(today().startOf("year")), date_to: false, kinds: [], side: "both",
                open_only: false, newest_first: true,
            },
        });
        this.ticked = useState(new Map());
        onWillStart(() => this.open(this.props.action.context.active_id || this.props.action.params?.active_id));
        onMounted(() => {
            this.env.config.setDisplayName(this.title);
            if (!this.state.customer && !this.ui.isSmall) {
                this.focusSearch();
            }
            if (!this.state.recent.length) {
                this.loadRecent();
            }
        });
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
    }

    // --- what is shown ---

    get customer() {
        return this.state.customer;
    }

    get header() {
        return this.customer.header;
    }

    get figures() {
        return this.customer.figures;
    }

    get title() {
        return this.customer ? this.header.name : _t("Customer desk");
    }

    get tabs() {
        const labels = {
            ledger: _t("Ledger"),
            progress: _t("In progress"),
            prices: _t("Special prices"),
            addresses: _t("Addresses"),
            notes: _t("Notes"),
        };
        return TABS.map((name) => ({ name, label: labels[name], count: this.customer.counts[name] }));
    }

    get buttons() {
        const { sale, purchase, payment } = this.state.can;
        return [
            sale && { key: "s", label: _t("Sale"), icon: "fa-shopping-cart", run: () => this.enterSale(), main: true },
            payment && { key: "r", label: _t("Receipt"), icon: "fa-arrow-down", run: () => this.enterReceipt() },
            purchase && { key: "p", label: _t("Purchase"), icon: "fa-truck", run: () => this.enterPurchase() },
            payment && { key: "y", label: _t("Payment"), icon: "fa-arrow-up", run: () => this.enterPayment() },
            this.state.can.invoice && { key: "i", label: _t("Invoice"), icon: "fa-file-text-o", run: () => this.enterInvoice() },
        ].filter(Boolean);
    }

    get gauge() {
        const { used, limit, state } = this.figures;
        return {
            width: Math.min(used, 100),
            percent: Math.round(used),
            color: { over: "bg-danger", near: "bg-warning", ok: "bg-success" }[state],
            label: { over: _t("Over limit"), near: _t("Near limit"), ok: "" }[state],
            isShown: Boolean(limit),
        };
    }

    get ageing() {
        const { buckets } = this.customer.ageing;
        const total = buckets.reduce((sum, value) => sum + value, 0);
        const labels = [_t("Not due"), "1–30", "31–60", "61–90", "90+"];
        const colors = ["bg-success", "bg-info", "bg-warning", "o_ecount_bg_orange", "bg-danger"];
        return buckets
            .map((value, index) => ({
                value, label: labels[index], color: colors[index], width: total ? (value / total) * 100 : 0,
            }))
            .filter(({ value }) => value);
    }

    get labels() {
        return { putAway: _t("Put away"), archived: _t("Archived") };
    }

    get isStopped() {
        return this.header.terms.some((term) => term.is_stop);
    }

    /** The value of an own field as the forms show it. */
    formatOwn({ type, value }) {
        const formats = {
            boolean: () => _t("Yes"),
            date: () => formatDate(deserializeDate(value)),
            float: () => formatFloat(value, { trailingZeros: false, digits: [16, 2] }),
            integer: () => formatFloat(value, { trailingZeros: false, digits: [16, 0] }),
        };
        return formats[type]?.() ?? value;
    }

    format(value, options = {}) {
        return formatCurrency(value, this.customer?.header?.currency_id ?? this.env.services.currency_id, options);
    }

    // --- loading ---

    async open(partnerId) {
        const opened = await this.orm.call("res.partner", "desk_open", [partnerId || null, this.filterArguments]);
        this.state.can = opened.can;
        this.state.recent = opened.recent;
        if (partnerId && !opened.customer) {
            this.notification.add(_t("This customer does not exist or is not one of yours."), { type: "warning" });
        }
        this.show(opened.customer);
    }

    /** The list beside a customer that was opened by its address; it does not wait for it. */
    async loadRecent() {
        this.state.recent = (await this.orm.silent.call("res.partner", "desk_search", ["", null, 12])).customers;
    }

    show(customer) {
        this.ticked.clear();
        this.state.customer = customer;
        this.state.version++;
        this.state.isListOpen = !customer;
        this.env.config.setDisplayName(this.title);
    }

    async select(partnerId) {
        const customer = await this.orm.call("res.partner", "get_desk", [partnerId, this.filterArguments]);
        this.show(customer);
        this.state.tab = "ledger";
        this.props.updateActionState?.({ active_id: customer.header.id });
        if (this.rootRef.el) {
            this.rootRef.el.scrollTop = 0;
        }
    }

    get filterArguments() {
        return { ...this.state.filter };
    }

    /** What was entered shows: ledger, figures and chart. */
    async refresh() {
        if (this.customer) {
            this.show(await this.orm.call("res.partner", "get_desk", [this.header.id, this.filterArguments]));
        }
    }

    async setFilter(changes) {
        Object.assign(this.state.filter, changes);
        this.ticked.clear();
        this.customer.ledger = await this.orm.call("res.partner", "desk_ledger", [this.header.id], this.filterArguments);
    }

    // --- keys ---

    focusSearch() {
        this.state.isListOpen = true;
        this.searchInput?.focus();
        this.searchInput?.select();
    }

    async onKeydown(ev) {
        const dialogs = document.querySelectorAll(".o_dialog");
        if (ev.key === "F8" && dialogs.length && !ev.defaultPrevented) {
            ev.preventDefault(); // a native dialog, such as Register Payment
            const dialog = dialogs[dialogs.length - 1];
            if (dialog.querySelector(".o_form_view")) { // F8 saves; it answers no question
                dialog.querySelector(".modal-footer .btn-primary")?.click();
            }
            return;
        }
        if (ev.defaultPrevented || ev.ctrlKey || ev.altKey || ev.metaKey || dialogs.length) {
            return;
        }
        const isTyping = ev.target.matches?.(EDITABLE);
        if (ev.key === "F3" || (ev.key === "/" && !isTyping)) {
            ev.preventDefault();
            return this.focusSearch();
        }
        if (!this.customer || (isTyping && ev.key !== "F2")) {
            return;
        }
        const button = this.buttons.find(({ key }) => key === (ev.key === "F2" ? "s" : ev.key.toLowerCase()));
        if (button) {
            ev.preventDefault();
            return button.run();
        }
        if (ev.key === "m" && this.state.can.payment) {
            ev.preventDefault();
            return this.match();
        }
        const more = { e: () => this.editCustomer(), o: () => this.toggleOpenItems(), t: () => this.statement(), "?": () => this.showKeys() };
        if (more[ev.key]) {
            ev.preventDefault();
            return more[ev.key]();
        }
        const index = Number(ev.key) - 1;
        if (TABS[index]) {
            ev.preventDefault();
            this.state.tab = TABS[index];
        } else if (this.state.tab === "ledger" && this.ledger.onHotkey && !ev.target.closest("button, a, .dropdown-menu")) {
            if (["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Enter", " "].includes(ev.key)) {
                ev.preventDefault();
                await this.ledger.onHotkey(ev.key);
            }
        }
    }

    toggleOpenItems() {
        if (this.customer.ledger) {
            this.state.tab = "ledger";
            return this.setFilter({ open_only: !this.state.filter.open_only });
        }
    }

    showKeys() {
        this.dialog.add(DeskKeys, { keys: getDeskKeys(this) });
    }

    // --- entering ---

    /** Open the real form of a document in a dialog; when it closes, what was done there shows. */
    openForm(resModel, resId, { title, context = {}, finish = false, size = "xl", firstLine = false } = {}) {
        this.dialog.add(
            DeskFormDialog,
            {
                resModel, resId, title, size, firstLine,
                context: { ...context },
                finish: finish ? (id, finishContext) => this.finish(resModel, id, finishContext) : undefined,
            },
            { onClose: () => this.refresh() }
        );
    }

    async finish(resModel, resId, context = {}) {
        const message = await this.orm.call("res.partner", "desk_finish", [resModel, resId], { context });
        if (message) {
            this.notification.add(message, { type: "info" });
        }
    }

    newTitle(what) {
        return `${what} · ${this.header.name}`;
    }

    enterSale() {
        this.openForm("sale.order", false, {
            title: this.newTitle(_t("New sale")), finish: true, firstLine: true,
            context: { default_partner_id: this.header.id },
        });
    }

    enterPurchase() {
        this.openForm("purchase.order", false, {
            title: this.newTitle(_t("New purchase")), firstLine: true, context: { default_partner_id: this.header.id },
        });
    }

    enterInvoice() {
        this.openForm("account.move", false, {
            title: this.newTitle(_t("New invoice")), finish: true, firstLine: true,
            context: { default_partner_id: this.header.id, default_move_type: "out_invoice" },
        });
    }

    enterReceipt() {
        return this.enterMoney("sale", _t("New receipt"), "inbound", "customer");
    }

    enterPayment() {
        return this.enterMoney("purchase", _t("New payment"), "outbound", "supplier");
    }

    /** The native Register Payment on the ticked documents, else money on account. */
    async enterMoney(kind, title, paymentType, partnerType) {
        const moveIds = [...this.ticked.values()].filter((row) => row.kind === kind).map((row) => row.move_id);
        if (!moveIds.length) {
            return this.openForm("account.payment", false, {
                title: this.newTitle(title), finish: true, size: "lg",
                context: {
                    default_partner_id: this.header.id,
                    default_payment_type: paymentType,
                    default_partner_type: partnerType,
                    default_move_journal_types: ["bank", "cash"],
                },
            });
        }
        await this.action.doAction(
            {
                type: "ir.actions.act_window", res_model: "account.payment.register", name: this.newTitle(title),
                views: [[false, "form"]], target: "new",
                context: { active_model: "account.move", active_ids: moveIds, dont_redirect_to_payments: true },
            },
            { onClose: () => this.refresh() }
        );
    }

    async match() {
        await this.orm.call("res.partner", "desk_match", [this.header.id]);
        await this.refresh();
    }

    openDocument(resModel, resId) {
        this.openForm(resModel, resId);
    }

    editCustomer() {
        this.openForm("res.partner", this.header.id, { title: this.header.name });
    }

    addAddress() {
        this.openForm("res.partner", false, {
            title: this.newTitle(_t("New address")), size: "lg",
            context: { default_parent_id: this.header.id, default_type: "delivery", default_is_company: false },
        });
    }

    addPrice() {
        this.openForm("product.pricelist.item", false, {
            title: this.newTitle(_t("New special price")), size: "lg",
            context: {
                default_partner_id: this.header.id, default_pricelist_id: false,
                form_view_ref: "ecount_customer.product_pricelist_item_view_form_special",
            },
        });
    }

    async bringBack() {
        await this.orm.call("res.partner", "action_restore_customer", [[this.header.id]]);
        await this.refresh();
    }

    async balanceSms() {
        await this.action.doAction(await this.orm.call("res.partner", "action_balance_sms", [[this.header.id]]));
    }

    async statement() {
        if (!this.customer.ledger?.complete) {
            return;
        }
        await this.action.doAction("ecount_customer.ecount_customer_statement_action", {
            additionalContext: {
                default_partner_ids: [this.header.id],
                default_date_from: this.state.filter.date_from,
                default_date_to: this.state.filter.date_to || serializeDate(today()),
            },
        });
    }
}

registry.category("actions").add("ecount_customer.desk", CustomerDesk);
