from odoo.tests import tagged

from .merge_common import MergeCommon


@tagged('post_install', '-at_install')
class TestMergeLoyalty(MergeCommon):
    """Loyalty cards, whose own merging adds up points and puts cards away. Runs where `sale_loyalty` is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if 'loyalty.card' not in cls.env:
            return
        cls.program = cls.env['loyalty.program'].create({
            'name': "Points", 'program_type': 'loyalty', 'applies_on': 'both', 'trigger': 'auto',
            'portal_visible': True, 'portal_point_name': "points"})
        cls.kept_card, cls.lost_card = cls.env['loyalty.card'].create([
            {'program_id': cls.program.id, 'partner_id': partner.id, 'points': points}
            for partner, points in ((cls.kept, 30), (cls.loser, 50))])

    def setUp(self):
        super().setUp()
        if 'loyalty.card' not in self.env:
            self.skipTest("sale_loyalty is not installed")

    def _assert_cards(self, *expected):
        """Compare partner, points and active of the kept and the merged customer's card."""
        self.env.invalidate_all()
        self.assertEqual(
            [(card.partner_id, card.points, card.active) for card in self.kept_card + self.lost_card], [*expected])

    def test_points_are_added_up_and_the_undo_gives_each_card_its_own_back(self):
        log = self._merge()
        self._assert_cards((self.kept, 80, True), (self.kept, 0, False))
        log.action_undo()
        self._assert_cards((self.kept, 30, True), (self.loser, 50, True))
        self.assertFalse(log.undo_note)

    def test_points_earned_since_stay_with_the_kept_customer_and_none_are_made(self):
        log = self._merge()
        self.kept_card.points += 20  # 80 + 20
        log.action_undo()
        self._assert_cards((self.kept, 50, True), (self.loser, 50, True))  # 30 + 20, and 50

    def test_points_spent_since_are_not_given_back(self):
        log = self._merge()
        self.kept_card.points -= 60  # 20 are left of 80, less than the 50 of the merged customer
        log.action_undo()
        self._assert_cards((self.kept, 20, True), (self.loser, 0, False))
        self.assertIn(self.kept_card.code, log.undo_note)
        self.assertIn(self.lost_card.code, log.undo_note)

    def test_a_card_of_the_merged_customer_alone_moves_and_comes_back(self):
        self.kept_card.unlink()
        log = self._merge()
        self.assertEqual((self.lost_card.partner_id, self.lost_card.points), (self.kept, 50))
        self.lost_card.points += 5
        log.action_undo()
        self.env.invalidate_all()
        self.assertEqual((self.lost_card.partner_id, self.lost_card.points), (self.loser, 55))

    def test_orders_with_points_move_and_come_back(self):
        order = self._create_order(self.loser, self.product)
        self.env['sale.order.coupon.points'].create({
            'order_id': order.id, 'coupon_id': self.lost_card.id, 'points': 5})
        log = self._merge()
        self.assertEqual(order.partner_id, self.kept)
        log.action_undo()
        self.assertEqual(order.partner_id, self.loser)
        self.assertEqual(order.coupon_point_ids.coupon_id, self.lost_card)
