"""Approval of documents that pass a customer's credit limit or period."""

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ACTIVITY = 'ecount_customer.mail_activity_type_credit'
# Writing one of these may make it another customer's document, or the approved amount another one.
_APPROVED_FOR = {'partner_id', 'partner_invoice_id', 'company_id', 'currency_id', 'pricelist_id', 'journal_id'}
# In one of these states a document waits for nobody any more.
_DECIDED = {'sale', 'posted', 'cancel'}


class EcountCreditApprovalMixin(models.AbstractModel):
    """Lets a credit approver approve a document with a reason, and anyone else ask for it."""

    _name = 'ecount.credit.approval.mixin'
    _description = "Document with credit approval"

    # What the document has of its own
    company_id = fields.Many2one('res.company')
    currency_id = fields.Many2one('res.currency')
    amount_total = fields.Monetary()

    # Written by the methods below only; see `_check_credit_fields`. Most documents have none of them: the details are
    # read on their own, not with every order and invoice.
    credit_approval_user_id = fields.Many2one(
        'res.users', string="Credit approved by", readonly=True, copy=False)
    credit_approval_date = fields.Datetime(
        string="Credit approved on", readonly=True, copy=False, prefetch='credit_approval')
    credit_approval_reason = fields.Char(
        string="Reason of the approval", readonly=True, copy=False, prefetch='credit_approval',
        groups='base.group_user')  # what is said of customers is not for them: they read their documents
    credit_approved_amount = fields.Monetary(
        string="Approved up to", readonly=True, copy=False, prefetch='credit_approval', currency_field='currency_id',
        groups='base.group_user',
        help="The approval is void when the document grows above this amount.",
    )
    credit_approved_days = fields.Integer(
        readonly=True, copy=False, prefetch='credit_approval', groups='base.group_user',
        help="Age of the oldest unpaid document when it was approved.",
    )
    credit_request_user_id = fields.Many2one(
        'res.users', string="Approval requested by", readonly=True, copy=False, prefetch='credit_approval')
    credit_request_date = fields.Datetime(string="Approval requested on", readonly=True, copy=False)
    can_approve_credit = fields.Boolean(compute='_compute_can_approve_credit')

    @api.depends_context('uid')
    def _compute_can_approve_credit(self):
        self.can_approve_credit = self.env.user.has_group('ecount_customer.group_credit_approver')

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_credit_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_credit_fields(vals)
        approved = self.filtered('credit_approval_user_id') if _APPROVED_FOR & vals.keys() else self.browse()
        before = {document: document._get_credit_approved_for() for document in approved}
        decided = self.filtered('credit_request_date') if vals.get('state') in _DECIDED else self.browse()
        res = super().write(vals)
        decided._end_credit_request()
        for document in approved:
            if before[document] != document._get_credit_approved_for():
                document._void_credit_approval(self.env._(
                    "The credit approval is void: it was given for another customer, company or currency."))
        return res

    def _get_credit_approved_for(self):
        return self._get_credit_customer(), self.company_id, self.currency_id

    @api.model
    def _get_credit_fields(self):
        """Return the fields that only the methods of credit control write."""
        return {
            'credit_approval_user_id', 'credit_approval_date', 'credit_approval_reason', 'credit_approved_amount',
            'credit_approved_days', 'credit_request_user_id', 'credit_request_date',
        }

    def _check_credit_fields(self, vals):
        """Refuse an approval that is typed into the record.

        :raise AccessError: whoever writes, approvers too: an approval has a reason and leaves a trace
        """
        if not self.env.su and any(vals.get(name) for name in self._get_credit_fields() & vals.keys()):
            raise AccessError(self.env._("A credit approval is given with its button, not by writing its fields."))

    # === ACTIONS === #

    def action_approve_credit(self, reason=None, amount=None):
        """Approve these documents despite the credit of their customers. An order on hold is confirmed at once.

        :param str reason: required; kept on the document
        :param float amount: up to which the document may grow, in its currency; its present total if None
        :return: True
        :raise AccessError: for users who are no credit approvers
        :raise UserError: without a reason
        """
        if not self.env.user.has_group('ecount_customer.group_credit_approver'):
            raise AccessError(self.env._("Only credit approvers may approve. Request an approval instead."))
        reason = str(reason or '').strip()
        if not reason:
            raise UserError(self.env._("Give the reason of the approval: it is kept on the document."))
        self.check_access('read')
        for document in self.sudo():  # an approver need not be able to change the document
            customer = document._get_credit_customer().with_company(document.company_id)
            figures = customer._get_credit_figures(document.company_id)[customer.id]
            document.write({
                'credit_approval_user_id': self.env.uid,
                'credit_approval_date': fields.Datetime.now(),
                'credit_approval_reason': reason,
                'credit_approved_amount': max(amount or 0.0, document.amount_total),
                'credit_approved_days': figures.days,
                'credit_request_user_id': False,
                'credit_request_date': False,
            })
            document._message_log(body=self.env._(
                "Credit approved by %(user)s up to %(amount)s: %(reason)s", user=self.env.user.name,
                amount=document.currency_id.format(document.credit_approved_amount), reason=reason))
        self.sudo().activity_feedback([ACTIVITY], feedback=reason)
        self.sudo()._after_credit_approval()
        return True

    def action_request_credit_approval(self):
        """Ask the credit approvers of the document's company, with the figures.

        :return: True
        :raise UserError: when there is no approver, or nothing that needs one
        """
        self.check_access('read')
        verdicts = self._get_credit_verdicts()
        for document in self:
            if not verdicts.get(document) or not verdicts[document].reaction:
                raise UserError(self.env._("%s needs no credit approval.", document.display_name))
            if not document._get_credit_approvers():
                raise UserError(self.env._("No user of %s is a credit approver.", document.company_id.sudo().name))
            document._notify_credit_approvers(document._describe_credit(verdicts[document]))
        return True

    def action_open_credit_approval(self):
        """Open the dialog that asks for the reason."""
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Approve credit"),
            'res_model': 'ecount.credit.approval',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_res_model': self._name, 'default_res_ids': ','.join(map(str, self.ids))},
        }

    # === STEPS === #

    def _after_credit_approval(self):
        """What an approval sets going; runs elevated."""

    def _get_credit_approvers(self):
        """Return the users who may approve in the document's company."""
        self.ensure_one()
        group = self.env.ref('ecount_customer.group_credit_approver')
        return group.sudo().all_user_ids.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids)

    def _notify_credit_approvers(self, text):
        """Put the document on the waiting list and give each approver an activity.

        :param str text: the figures
        """
        for document in self.sudo():  # whoever enters the document may not be able to write it, a portal user too
            document.write({'credit_request_user_id': self.env.uid, 'credit_request_date': fields.Datetime.now()})
            document._message_log(body=self._credit_html(self.env._("Credit approval requested.\n%s", text)))
            document._schedule_credit_activities(text)

    def _schedule_credit_activities(self, text):
        for document in self.sudo():
            approvers = document._get_credit_approvers()
            asked = document.activity_search([ACTIVITY]).user_id
            for approver in approvers - asked:
                document.activity_schedule(
                    ACTIVITY, user_id=approver.id, summary=self.env._("Credit approval"), note=self._credit_html(text))

    def _end_credit_request(self):
        """Take back the requests of documents that were confirmed or cancelled without an approval."""
        documents = self.sudo()  # approvers' activities are theirs, whoever confirms
        documents.activity_unlink([ACTIVITY])
        if asked := documents.filtered('credit_request_date'):
            asked.write({'credit_request_user_id': False, 'credit_request_date': False})

    def _is_credit_approved(self, figures):
        """Whether an approval stands that covers the document as it is now.

        :param CreditFigures figures: of its customer
        """
        self.ensure_one()
        document = self.sudo()
        return bool(
            document.credit_approval_user_id
            and document.currency_id.compare_amounts(document.amount_total, document.credit_approved_amount) <= 0
            and (document.company_id.ecount_approval_until == 'amount' or figures.days <= document.credit_approved_days)
        )

    def _void_grown_credit_approvals(self):
        """Take back the approvals of documents that have grown above the approved amount, for good."""
        for document in self.sudo().filtered('credit_approval_user_id'):
            if document.currency_id.compare_amounts(document.amount_total, document.credit_approved_amount) > 0:
                document._void_credit_approval(self.env._(
                    "The credit approval is void: %(amount)s is more than the approved %(approved)s.",
                    amount=document.currency_id.format(document.amount_total),
                    approved=document.currency_id.format(document.credit_approved_amount)))

    def _void_credit_approval(self, text):
        self.sudo().write({
            'credit_approval_user_id': False, 'credit_approval_date': False, 'credit_approval_reason': False,
            'credit_approved_amount': 0.0, 'credit_approved_days': 0,
        })
        for document in self.sudo():
            document._message_log(body=text)

    @api.model
    def _credit_html(self, text):
        """Return a plain text of several lines for the chatter."""
        return Markup("<br/>").join(escape(line) for line in text.split("\n"))
