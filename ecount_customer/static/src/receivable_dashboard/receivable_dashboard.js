import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useState } from "@odoo/owl";

import { ReceivableChart } from "./receivable_chart";

const COLORS = ["bg-success", "bg-info", "bg-warning", "o_ecount_bg_orange", "bg-danger"];

/** What is owed, what is late and by whom; each figure opens its list. */
export class ReceivableDashboard extends Component {
    static template = "ecount_customer.ReceivableDashboard";
    static components = { Layout, ReceivableChart };
    static props = { ...standardActionServiceProps };
    static path = "receivables-dashboard";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ data: {} });
        this.env.config.setDisplayName(_t("Receivables dashboard"));
        onWillStart(() => this.load());
    }

    get data() {
        return this.state.data;
    }

    async load() {
        this.state.data = await this.orm.call("ecount.receivable.report", "get_dashboard", []);
    }

    format(value) {
        return formatCurrency(value, this.data.currency_id);
    }

    get cards() {
        const { receivable, overdue, overdue_customers, over_limit, dso, uncleared } = this.data;
        return [
            { name: "receivable", label: _t("Total receivables"), value: this.format(receivable), open: () => this.openItems() },
            {
                name: "overdue", label: _t("Overdue"), value: this.format(overdue), isBad: overdue > 0,
                note: _t("%(share)s %, %(count)s customers", {
                    share: receivable > 0 ? Math.round((overdue / receivable) * 100) : 0, count: overdue_customers,
                }),
                open: () => this.openItems({ search_default_overdue: 1 }),
            },
            {
                name: "over_limit", label: _t("Over limit"), value: String(over_limit.customers),
                note: over_limit.customers ? _t("by %s", this.format(over_limit.amount)) : "", isBad: over_limit.customers > 0,
                open: () => this.openCustomers(_t("Customers over limit"), [
                    "|", ["credit_available", "<", 0], ["credit_state", "=", "over"],
                ]),
            },
            {
                name: "dso", label: _t("Days sales outstanding"), value: dso === null ? "–" : String(dso),
                note: dso === null ? _t("no sales in 90 days") : _t("by the sales of 90 days"),
                open: () => this.openItems({ search_default_group_by_partner: 0, search_default_group_by_due_month: 1 }),
            },
            uncleared && {
                name: "uncleared", label: _t("Cheques not cleared"), value: this.format(uncleared),
                note: _t("received, not in the total"),
                open: () => this.openCustomers(_t("Cheques not cleared"), [["credit_uncleared", ">", 0]]),
            },
        ].filter(Boolean);
    }

    get buckets() {
        const total = this.data.buckets.reduce((sum, { amount }) => sum + Math.max(amount, 0), 0);
        return this.data.buckets.map((bucket, index) => ({
            ...bucket,
            color: COLORS[Math.min(index, COLORS.length - 1)],
            width: total ? (Math.max(bucket.amount, 0) / total) * 100 : 0,
        }));
    }

    // --- each figure opens its list ---

    openItems(context = {}, { domain = [], name } = {}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: name || _t("Receivables"),
            res_model: "ecount.receivable.report",
            views: [[false, "list"], [false, "pivot"], [false, "graph"]],
            domain: [["company_id", "child_of", this.data.domain[1][2]], ...domain],
            context: { search_default_receivable: 1, search_default_group_by_partner: 1, ...context },
        });
    }

    openBucket({ key, label }) {
        return this.openItems({}, { domain: [["bucket", "=", key]], name: _t("Receivables: %s", label) });
    }

    openMonth({ date }) {
        const day = formatDate(deserializeDate(date));
        return this.openItems({ ecount_as_of: date }, { name: _t("Receivables as of %s", day) });
    }

    /** With the columns of the list of customers: code, balance, credit. */
    async openCustomers(name, domain) {
        const { views, search_view_id } = await this.action.loadAction("ecount_customer.res_partner_action_customer");
        return this.action.doAction({
            type: "ir.actions.act_window", name, res_model: "res.partner", views, search_view_id,
            domain: [["parent_id", "=", false], ...domain], context: { active_test: false },
            help: `<p class="o_view_nocontent_smiling_face">${_t("No customer at the moment")}</p>`,
        });
    }

    openDesk(customer) {
        return this.action.doAction("ecount_customer.ecount_customer_desk_action", {
            additionalContext: { active_id: customer.id },
        });
    }
}

registry.category("actions").add("ecount_customer.receivable_dashboard", ReceivableDashboard);
