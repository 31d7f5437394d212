"""The credit test of a document, the same for orders and invoices."""

import logging
from collections import namedtuple

from psycopg2.errors import SerializationFailure

from odoo import models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import formatLang
from odoo.tools.misc import format_date

# `reaction` is False, 'warn' or 'block'; the amounts are in the currency of the company
CreditVerdict = namedtuple('CreditVerdict', 'reaction reasons terms figures used amount pool pool_used')
_SEVERITY = {False: 0, 'none': 0, 'warn': 1, 'block': 2, 'stop': 2}


class EcountCreditMixin(models.AbstractModel):
    """Gives a document of a customer the test of credit limit and credit period."""

    _name = 'ecount.credit.mixin'
    _inherit = ['ecount.credit.approval.mixin']
    _description = "Document tested for credit"
    _credit_confirm_action = None  # external id of the server action behind "Confirm anyway"

    # === HOOKS === #

    def _get_credit_partner(self):
        """Return the bill-to partners of these documents.

        :rtype: res.partner
        """
        raise NotImplementedError

    def _get_credit_customer(self):
        """Return who will owe: the commercial entity of the bill-to partner.

        Elevated: whoever is billed may be another rep's customer.

        :rtype: res.partner
        """
        return self.sudo()._get_credit_partner().commercial_partner_id

    def _get_credit_amounts(self):
        """Return by how much each document would raise its customer's exposure, and how large it is.

        :return: by document: two amounts in the currency of its company
        :rtype: dict
        """
        raise NotImplementedError

    def _get_credit_check(self, company):
        """Return whether documents of this kind are tested in a company: `follow` the policy, `warn` only, `no`."""
        raise NotImplementedError

    def _is_credit_exempt(self):
        """Whether this document passes whatever the terms say."""
        return False

    def _get_credit_cap(self, growth):
        """Return `warn` where this document is never refused, `none` where it was approved elsewhere, else None.

        :param float growth: by how much the document raises the exposure, in the currency of its company
        """
        return None

    def _get_credit_verdicts(self):
        """Return the verdicts of documents that are not confirmed yet, or stand as they are.

        :rtype: dict[document, CreditVerdict]
        """
        return self._test_credit(lock=False)

    # === THE TEST === #

    def _test_credit(self, amounts=None, counted=False, lock=True):
        """Say what the terms of their customers say to these documents.

        Several documents of one customer add up, in order. Locks the customers for which there is a test, and
        reads nothing for the others.

        :param dict amounts: see `_get_credit_amounts`; completed in place
        :param bool counted: whether the exposure contains the documents already
        :param bool lock: False only where nothing is decided
        :rtype: dict[document, CreditVerdict]
        """
        amounts = {} if amounts is None else amounts
        verdicts = {}
        for company, documents in self.grouped('company_id').items():
            # Elevated: the test holds for whoever enters the document, and in the document's company.
            documents.sudo()._get_credit_partner().with_company(company)._fetch_terms()
            check = self._get_credit_check(company.sudo())
            if check != 'no':
                verdicts.update(documents._test_credit_company(company, check, amounts, counted, lock))
        return verdicts

    def _test_credit_company(self, company, check, amounts, counted, lock):
        customers = {document: document._get_credit_customer().sudo().with_company(company) for document in self}
        terms = {customer: customer._get_credit_terms() for customer in set(customers.values()) if customer}
        tested = self.filtered(
            lambda document: customers[document] and self._has_credit_test(terms[customers[document]]))
        if not tested:
            return {}
        if unknown := tested.filtered(lambda document: document not in amounts):
            amounts.update(unknown._get_credit_amounts())
        tested = tested.filtered(lambda document: document._is_credit_raised(*amounts[document]))
        if not tested:
            return {}
        debtors = self.env['res.partner'].union(*(customers[document] for document in tested))
        pools = self.env['ecount.customer.group'].union(*(terms[debtor].pools for debtor in debtors))
        figures = debtors.with_company(company).sudo()._get_credit_figures(company, pools if lock else None)
        used = {debtor: sum(figures[debtor.id][:3]) for debtor in debtors}
        used.update((pool, pool._get_credit_pool_used(company)) for pool in pools)
        if counted:
            for document in tested:
                for key in (customers[document], *terms[customers[document]].pools):
                    used[key] -= amounts[document][0]
        verdicts = {}
        for document in tested:
            customer = customers[document]
            verdict = document._get_credit_verdict(
                terms[customer], figures[customer.id], used, customer, amounts[document], check)
            if not verdict.reaction or not document._is_credit_exempt():
                verdicts[document] = verdict
            for key in (customer, *terms[customer].pools):
                used[key] += amounts[document][0]
        return verdicts

    def _is_credit_raised(self, growth, size):
        """Whether the document is one on account: what lowers the exposure always passes."""
        return size > 0 and self.company_id.sudo().currency_id.compare_amounts(growth, 0.0) >= 0

    def _has_credit_test(self, terms):
        """Whether there is anything to test: a policy, and a limit or period for it."""
        return bool(
            terms.policy == 'stop'
            or terms.policy != 'none' and (terms.limit or terms.pools)
            or terms.overdue_policy != 'none' and terms.days
        )

    def _get_credit_verdict(self, terms, figures, used, customer, amounts, check):
        """Weigh one document.

        :param dict used: exposure of customers and pools before this document
        :param tuple amounts: growth and size of the document
        """
        self.ensure_one()
        compare = self.company_id.sudo().currency_id.compare_amounts
        growth, size = amounts
        reasons = set()
        broken_pool = next(
            (pool for pool in terms.pools if compare(used[pool] + growth, pool.credit_limit) > 0), None)
        if terms.policy == 'stop':
            reasons.add('stop')
        elif terms.policy != 'none':
            if terms.limit and compare(used[customer] + growth, terms.limit) > 0:
                reasons.add('limit')
            if broken_pool:
                reasons.add('pool')
        reaction = terms.policy if reasons else False
        if terms.overdue_policy != 'none' and terms.days and figures.days > terms.days:
            reasons.add('age')
            reaction = max(reaction, terms.overdue_policy, key=_SEVERITY.get)
        reaction = {0: False, 1: 'warn', 2: 'block'}[_SEVERITY[reaction]]
        if reaction:
            cap = 'none' if self._is_credit_approved(figures) else self._get_credit_cap(growth)
            if cap == 'none':
                reaction = False
            elif cap == 'warn' or check == 'warn':
                reaction = 'warn'
        # What an invoice takes over from its order is in the exposure already: "used" is without this document.
        before = used[customer] + growth - size
        return CreditVerdict(
            reaction, reasons, terms, figures, before, size, broken_pool,
            broken_pool and used[broken_pool] + growth - size)

    def _guard_credit(self, amounts=None, counted=False):
        """Refuse what may not pass, ask where a person pressed the button, and return what is to be warned of.

        :return: the verdicts of those that pass with a warning
        :rtype: dict[document, CreditVerdict]
        :raise UserError: naming every document that is refused; nothing was written
        :raise RedirectWarning: only where the button asked for it by the context key `ecount_credit_ask`
        """
        amounts = {} if amounts is None else amounts
        try:
            verdicts = self._test_credit(amounts, counted)
        except SerializationFailure as error:
            if getattr(error, 'ecount_nothing_written', False):
                self._refuse_credit_at_once(amounts)
            raise
        self._raise_credit_blocked(verdicts)
        warned = {document: verdict for document, verdict in verdicts.items() if verdict.reaction == 'warn'}
        if warned and self.env.context.get('ecount_credit_ask'):
            question = RedirectWarning(
                "\n\n".join(document._describe_credit(verdict) for document, verdict in warned.items()),
                self.env.ref(self._credit_confirm_action).id,
                self.env._("Confirm anyway"),
                {'active_ids': self.ids, 'active_id': self.ids[0], 'active_model': self._name},
            )
            question.loglevel = logging.INFO  # a question is no error in the server's log
            raise question
        return warned

    def _refuse_credit_at_once(self, amounts):
        """Refuse documents for which nothing is left after what another transaction has just confirmed.

        Only what may still pass has to be tried again. Read by a connection of its own: the transaction in which
        the lock failed sees neither the other one's documents nor anything else any more.

        :raise UserError: see `_guard_credit`
        """
        with self.env.registry.cursor() as cr:
            documents = self.with_env(self.env(cr=cr))
            if documents.exists() == documents:
                documents._raise_credit_blocked(documents._test_credit(amounts, lock=False))

    def _raise_credit_blocked(self, verdicts):
        blocked = [document for document, verdict in verdicts.items() if verdict.reaction == 'block']
        if blocked:
            raise UserError("\n\n".join([
                *(document._describe_credit(verdicts[document]) for document in blocked),
                self.env._("Nothing was confirmed. Ask a credit approver to approve it, or record the receipt first."),
            ]))

    def _log_credit_warnings(self, warned):
        """Leave the warnings in the chatter of their documents.

        :param dict warned: see `_guard_credit`
        """
        if warned:
            documents = self.browse(document.id for document in warned)
            documents.sudo()._message_log_batch(bodies={
                document.id: self._credit_html(self.env._(
                    "Confirmed despite a credit warning.\n%s", document._describe_credit(verdict)))
                for document, verdict in warned.items()})

    # === WORDS === #

    def _describe_credit(self, verdict):
        """Say in plain text what speaks against this document.

        :rtype: str
        """
        self.ensure_one()
        customer = self._get_credit_customer()
        if not customer.with_env(self.env).has_access('read'):
            return self.env._(
                "%s: the credit of the customer who is billed does not suffice. Ask a credit approver.",
                self.display_name)
        lines = [f"{self.display_name} · {customer.display_name}"]
        if 'stop' in verdict.reasons:
            lines.append(self.env._(
                "Credit is stopped for this customer. Used %(used)s, this document %(amount)s.",
                used=self._format_credit(verdict.used), amount=self._format_credit(verdict.amount)))
        if 'limit' in verdict.reasons:
            lines.append(self._describe_credit_limit(verdict.terms.limit, verdict.used, verdict.amount))
        if 'pool' in verdict.reasons:
            lines.append(self.env._("Shared limit of %s:", verdict.pool.display_name) + " "
                         + self._describe_credit_limit(verdict.pool.credit_limit, verdict.pool_used, verdict.amount))
        if verdict.figures.oldest and ('age' in verdict.reasons or verdict.terms.days):
            lines.append(self.env._(
                "Oldest unpaid: %(document)s of %(date)s, %(days)s days old; the credit period is %(period)s days.",
                document=verdict.figures.oldest, date=format_date(self.env, verdict.figures.oldest_date),
                days=verdict.figures.days, period=verdict.terms.days))
        elif verdict.figures.oldest:
            lines.append(self.env._(
                "Oldest unpaid: %(document)s of %(date)s, %(days)s days old.",
                document=verdict.figures.oldest, date=format_date(self.env, verdict.figures.oldest_date),
                days=verdict.figures.days))
        return "\n".join(lines)

    def _describe_credit_limit(self, limit, used, amount):
        return self.env._(
            "Credit limit %(limit)s, used %(used)s, this document %(amount)s: over by %(excess)s.",
            limit=self._format_credit(limit), used=self._format_credit(used),
            amount=self._format_credit(amount), excess=self._format_credit(used + amount - limit))

    def _format_credit(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company_id.sudo().currency_id)
