"""Idle customers put away together with their contacts, and brought back as they were."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

DORMANT_FIELDS = ('dormant_since', 'dormant_user_id')


class ResPartner(models.Model):
    _inherit = 'res.partner'

    dormant_since = fields.Date(
        string="Put away on", readonly=True, copy=False, index='btree_not_null',
        help="Day on which the customer was put away. Its contacts that were archived with it have it too.",
    )
    dormant_user_id = fields.Many2one('res.users', string="Put away by", readonly=True, copy=False)
    is_put_away = fields.Boolean(
        string="Put away", compute='_compute_is_put_away', search='_search_is_put_away',
        help="A customer that was put away and not brought back. Merged customers are not among them.",
    )

    @api.depends('active', 'dormant_since', 'merged_into_id', 'commercial_partner_id')
    def _compute_is_put_away(self):
        for partner in self:
            partner.is_put_away = bool(
                not partner.active and partner.dormant_since and not partner.merged_into_id
                and partner.commercial_partner_id == partner)

    def _search_is_put_away(self, operator, value):
        if operator != 'in' or True not in value:
            return NotImplemented
        return Domain([
            ('dormant_since', '!=', False), ('active', '=', False), ('merged_into_id', '=', False),
        ]) & Domain.custom(to_sql=lambda model, alias, query: SQL(
            "%s = %s", SQL.identifier(alias, 'commercial_partner_id'), SQL.identifier(alias, 'id')))

    def _decide_write_access(self, name):
        # Who put a customer away and when is written by putting it away, by nobody's hand.
        return self.env.su if name in DORMANT_FIELDS else super()._decide_write_access(name)

    def write(self, vals):
        res = super().write(vals)
        if vals.get('active') and not set(DORMANT_FIELDS) & vals.keys():
            # Activated by whatever way: not put away any more. Elevated: nobody writes that by hand.
            self.sudo().filtered('dormant_since').write(dict.fromkeys(DORMANT_FIELDS, False))
        return res

    # === PUT AWAY === #

    def _put_away(self, cutoff):
        """Archive the customers among these that are idle, each with all its contacts and addresses.

        Asked anew what speaks against it, also in what other transactions committed meanwhile; customers that
        another transaction is naming in a document at this moment are left alone.

        :param datetime.date cutoff: who traded on this day or later is not idle
        :return: the customers put away, and for each other customer the reason in the user's language
        :rtype: tuple[res.partner, dict[int, str]]
        """
        self.check_access('write')
        customers = self.filtered('active')
        reasons = dict.fromkeys((self - customers).ids, self.env._("Archived already"))
        reasons.update(dict.fromkeys(customers._lock_family(), self.env._("Being used at this moment")))
        reasons.update(customers._get_reasons_against_putting_away(cutoff))
        with self.env.registry.cursor() as cr:
            # Our own snapshot is older than the lock: a document committed in between is seen by a new one only.
            context = {**self.env.context, 'tz': self.env.tz.zone}
            fresh = customers.with_env(api.Environment(cr, SUPERUSER_ID, context)).with_company(self.env.company.id)
            reasons.update(fresh._get_reasons_against_putting_away(cutoff))
        done = customers.filtered(lambda customer: customer.id not in reasons)
        done._set_put_away()
        return done, reasons

    def _lock_family(self):
        """Keep documents that name these customers or their contacts out until this transaction ends.

        A row of a document holds its partner with FOR KEY SHARE until it is committed. FOR UPDATE does not go
        together with that: customers being named at this moment are passed over, later documents wait for us.

        :return: ids of the customers that could not be locked
        :rtype: list[int]
        """
        self.env.flush_all()
        return [row[0] for row in self.env.execute_query(SQL(
            """
            WITH locked AS MATERIALIZED (
                SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%(ids)s) ORDER BY id
                   FOR UPDATE SKIP LOCKED)
            SELECT DISTINCT partner.commercial_partner_id
              FROM res_partner partner
             WHERE partner.commercial_partner_id = ANY(%(ids)s)
               AND NOT EXISTS (SELECT FROM locked WHERE locked.id = partner.id)
            """, ids=self.ids,
        ))]

    def _get_reasons_against_putting_away(self, cutoff):
        """Return the reason for each of these customers that must be left alone.

        :param datetime.date cutoff: see `_put_away`
        :rtype: dict[int, str]
        """
        customers = SQL(
            "SELECT id, create_date, active, commercial_partner_id FROM res_partner WHERE id = ANY(%s)", self.ids)
        rows = self.env.execute_query(SQL(
            "SELECT partner_id, skip_reason FROM (%s) idle WHERE skip_reason IS NOT NULL",
            self._get_idle_sql(customers, cutoff, busy_too=True, few=True),
        )) if self else []
        return dict(rows)

    def _set_put_away(self):
        """Archive these customers and their contacts, in SQL: `write` takes a millisecond for each partner."""
        self._update_family(
            SQL("active"),
            SQL("active = FALSE, dormant_since = %s, dormant_user_id = %s",
                fields.Date.context_today(self), self.env.uid),
        )

    def _update_family(self, condition, assignment):
        """Update the partners of these customers, themselves included, that meet a condition.

        :param SQL condition: on `res_partner`
        :param SQL assignment: SET clause
        """
        Partner = self.env['res.partner']
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            "UPDATE res_partner SET %s, write_uid = %s, write_date = (now() AT TIME ZONE 'UTC')"
            " WHERE commercial_partner_id = ANY(%s) AND %s RETURNING id",
            assignment, self.env.uid, self.ids, condition,
        ))
        changed = Partner.browse(row[0] for row in rows)
        changed.invalidate_recordset(['active', *DORMANT_FIELDS, 'write_uid', 'write_date'])
        Partner.invalidate_model(['child_ids'], flush=False)
        changed.modified(['active', *DORMANT_FIELDS])

    def action_open_put_away(self):
        """Open the preview of putting these customers away.

        :return: action of the wizard
        """
        wizard = self.env['ecount.dormant.wizard'].create({'partner_ids': [(6, 0, self.commercial_partner_id.ids)]})
        return wizard._get_action()

    # === BRING BACK === #

    def action_restore_customer(self):
        """Bring back these customers with exactly the contacts that were archived with them.

        A contact stands for its customer. Customers in use are passed over.

        :return: True
        :raise AccessError: for users who may not change the customer
        :raise UserError: for a merged customer, which lives on in another one
        """
        customers = self.with_context(active_test=False).commercial_partner_id
        customers.check_access('write')
        if merged := customers.filtered('merged_into_id'):
            raise UserError(self.env._(
                "%(customer)s was merged into %(kept)s. Undo the merge to bring it back.",
                customer=merged[0].display_name, kept=merged[0].merged_into_id.display_name,
            ))
        notes = {
            customer.id: self.env._(
                "Brought back. Put away on %(date)s by %(user)s.",
                date=fields.Date.to_string(customer.dormant_since), user=customer.dormant_user_id.sudo().name)
            for customer in customers if not customer.active and customer.dormant_since
        }
        customers._update_family(
            SQL("NOT active AND (dormant_since IS NOT NULL OR commercial_partner_id = id)"),
            SQL("active = TRUE, dormant_since = NULL, dormant_user_id = NULL"),
        )
        if notes:
            self.browse(notes)._message_log_batch(bodies=notes)
        return True

    @api.model
    def find_put_away(self, code):
        """Find the put-away customer with a code, to offer bringing it back.

        :param str code: typed by a user; case and blanks around it do not matter
        :return: `id`, `name`, `code`, `date` (ISO day) and `user` of a customer that the user may see, or False
        :rtype: dict | bool
        """
        code = code.strip() if isinstance(code, str) else ''
        is_code = Domain.custom(to_sql=lambda model, alias, query: SQL(  # as the index of codes has it
            "lower(btrim(%s)) = lower(%s)", SQL.identifier(alias, 'ref'), code))
        self.flush_model(['ref'])
        customer = self.with_context(active_test=False).search(
            is_code & Domain('is_put_away', '=', True), limit=1) if code else self.browse()
        return customer and {
            'id': customer.id, 'name': customer.name, 'code': customer.ref,
            'date': fields.Date.to_string(customer.dormant_since), 'user': customer.dormant_user_id.sudo().name,
        } or False
