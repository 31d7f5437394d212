"""Delivery addresses: many for each customer, one of them the default."""

from urllib.parse import quote_plus

from odoo import api, fields, models
from odoo.fields import Command

ADDRESS_SEARCH_FIELDS = ('street', 'street2', 'city', 'zip', 'delivery_contact')  # beside name and code


class ResPartner(models.Model):
    _inherit = 'res.partner'

    is_default_delivery = fields.Boolean(
        string="Default delivery address", copy=False,
        help="Orders and invoices of the customer are delivered here unless another address is chosen. "
             "Ticking one address unticks the customer's other ones.",
    )
    delivery_contact = fields.Char(
        string="Receiver", help="Who takes the goods in. Printed on orders and invoices.")
    delivery_note = fields.Text(
        string="Notes for the driver", help="Gate, opening hours, where to unload. Printed on orders and invoices.")
    delivery_address_ids = fields.One2many(
        'res.partner', 'parent_id', string="Delivery addresses",
        domain=[('active', '=', True), ('type', '=', 'delivery')],
    )
    default_delivery_id = fields.Many2one(
        'res.partner', string="Delivered to", compute='_compute_default_delivery_id',
        help="The default delivery address of the customer.",
    )
    map_url = fields.Char(string="Map", compute='_compute_map_url', help="Shows the address on a map.")

    # Archived ones count: a default brought back must not become the second one.
    _one_default_delivery = models.UniqueIndex(
        "(commercial_partner_id) WHERE is_default_delivery",
        "A customer has one default delivery address.",
    )

    @api.depends('commercial_partner_id.child_ids.is_default_delivery', 'commercial_partner_id.child_ids.active')
    def _compute_default_delivery_id(self):
        customers = self.commercial_partner_id
        defaults = {}
        if customers.ids:
            for address in self.search([
                ('commercial_partner_id', 'in', customers.ids), ('is_default_delivery', '=', True),
                ('active', '=', True),
            ]):
                defaults[address.commercial_partner_id.id] = address
        for partner in self:
            partner.default_delivery_id = defaults.get(partner.commercial_partner_id._origin.id, False)

    @api.depends('street', 'street2', 'city', 'state_id', 'zip', 'country_id', 'partner_latitude', 'partner_longitude')
    def _compute_map_url(self):
        for partner in self:
            if partner.partner_latitude or partner.partner_longitude:
                place = f"{partner.partner_latitude},{partner.partner_longitude}"
            else:
                lines = (partner.street, partner.street2, partner.city, partner.state_id.name, partner.zip,
                         partner.country_id.name)
                place = ", ".join(line for line in lines if line) if partner.street or partner.city else ""
            partner.map_url = place and f"https://www.google.com/maps/search/?api=1&query={quote_plus(place)}"

    # === ONE DEFAULT === #

    @api.model_create_multi
    def create(self, vals_list):
        # Each default is set by itself, after the earlier one of the customer has gone.
        defaults = [bool(vals.get('is_default_delivery')) for vals in vals_list]
        if not any(defaults):
            return super().create(vals_list)
        partners = super().create([
            {**vals, 'is_default_delivery': False} if default else vals for vals, default in zip(vals_list, defaults)])
        for partner, default in zip(partners, defaults):
            if default:
                partner.is_default_delivery = True
        return partners

    def write(self, vals):
        if vals.get('delivery_address_ids'):
            # Taken off the list, an address is put away and stays on the documents that name it.
            vals = {**vals, 'delivery_address_ids': [
                Command.update(command[1], {'active': False, 'is_default_delivery': False})
                if command[0] == Command.DELETE else command for command in vals['delivery_address_ids']]}
        if vals.get('is_default_delivery'):
            last = {partner.commercial_partner_id: partner for partner in self}
            for partner in last.values():
                partner._take_default_delivery_from()
            super(ResPartner, self.browse(partner.id for partner in last.values())).write(vals)
            others = self.browse(partner.id for partner in self if partner not in last.values())
            return super(ResPartner, others).write({**vals, 'is_default_delivery': False}) if others else True
        if {'parent_id', 'is_company'} & vals.keys() and 'is_default_delivery' not in vals:
            # At another customer it is one address among others.
            moved = self.filtered(lambda partner: partner.is_default_delivery and not (
                partner.parent_id.id == vals.get('parent_id') and 'is_company' not in vals))
            if moved:
                super(ResPartner, moved).write({'is_default_delivery': False})
        return super().write(vals)

    def _take_default_delivery_from(self):
        """Untick the present default of this address's customer, archived or not, before another one is ticked."""
        self.ensure_one()
        # Elevated: the earlier one may belong to a contact that the user does not see.
        earlier = self.sudo().with_context(active_test=False).search([
            ('commercial_partner_id', '=', self.commercial_partner_id.id),
            ('is_default_delivery', '=', True), ('id', '!=', self.id),
        ])
        if earlier:
            earlier.write({'is_default_delivery': False})
            earlier.flush_recordset(['is_default_delivery'])

    # === CHOICE ON DOCUMENTS === #

    def address_get(self, adr_pref=None):
        """As natively; deliveries go to the customer's default delivery address where it has one.

        An order for a delivery address itself, or for a contact that has its own, stays there.
        """
        res = super().address_get(adr_pref)
        if 'delivery' not in (adr_pref or ()):
            return res
        for partner in self:
            default = partner.default_delivery_id
            native = self.browse(res['delivery'])
            nearer = native.type == 'delivery' and partner != partner.commercial_partner_id and (
                native == partner or native.parent_id == partner)
            if default and not nearer:
                res['delivery'] = default.id
                break
        return res

    @api.model
    def _get_find_other_names(self):
        names = super()._get_find_other_names()
        return [*names, *ADDRESS_SEARCH_FIELDS] if self.env.context.get('ecount_delivery_address') else names

    @api.depends_context('ecount_delivery_address')
    def _compute_display_name(self):
        super()._compute_display_name()
        if not self.env.context.get('ecount_delivery_address'):
            return
        for partner in self.filtered(lambda partner: partner.type == 'delivery' and partner.name):
            # Among the addresses of one customer its name says nothing; code and city do.
            partner.display_name = " · ".join(
                part for part in (partner.ref, partner.name, partner.city) if part)
