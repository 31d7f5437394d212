{
    'name': "Customer Management",
    'summary': "Customer groups, special prices, credit control and one screen for everything of a customer",
    'version': '19.0.1.0.0',
    'category': 'Sales/Sales',
    'author': "ecount_customer contributors",
    'license': 'LGPL-3',
    'application': True,
    'depends': [
        'contacts',
        'sale',
        'purchase',
        'sms',
    ],
    'external_dependencies': {
        'python': ['openpyxl', 'phonenumbers'],
    },
    'data': [
        # security
        'security/ecount_customer_groups.xml',
        'security/ir.model.access.csv',
        'security/ecount_customer_group_security.xml',
        'security/product_pricelist_item_security.xml',
        'security/res_partner_security.xml',
        'security/customer_document_security.xml',
        # data
        'data/ir_sequence_data.xml',
        'data/ecount_custom_field_data.xml',
        'data/mail_activity_type_data.xml',
        'data/ir_cron_data.xml',
        # wizards
        'wizards/ecount_custom_field_clear_views.xml',
        'wizards/ecount_dormant_wizard_views.xml',
        'wizards/ecount_customer_merge_views.xml',
        'wizards/ecount_merge_pairs_views.xml',
        # views
        'views/ecount_customer_group_views.xml',
        'views/product_pricelist_item_views.xml',
        'views/product_template_views.xml',
        'views/res_partner_views.xml',
        'views/res_partner_access_views.xml',
        'views/res_partner_merge_views.xml',
        'views/ecount_duplicate_views.xml',
        'views/ecount_not_duplicate_views.xml',
        'views/ecount_merge_log_views.xml',
        'views/ecount_custom_field_views.xml',
        'views/ecount_required_field_views.xml',
        'views/res_partner_required_field_views.xml',
        'views/ecount_list_column_views.xml',
        'views/res_partner_dormant_views.xml',
        'views/res_partner_address_views.xml',
        'views/sale_order_views.xml',
        'views/purchase_order_views.xml',
        'views/account_move_views.xml',
        'views/account_payment_views.xml',
        'views/res_config_settings_views.xml',
        'report/delivery_address_templates.xml',
        # menus last: they name the actions above
        'views/menus.xml',
    ],
    'demo': [
        'demo/ecount_customer_demo.xml',  # company and users
        'demo/ecount.customer.group.csv',
        'demo/product.template.csv',
        'demo/res.partner.csv',
        'demo/ecount_customer_documents_demo.xml',  # needs all of the above
    ],
    'assets': {
        'web.assets_backend': [
            'ecount_customer/static/src/**/*',
        ],
        'web.assets_tests': [
            'ecount_customer/static/tests/tours/**/*',
        ],
    },
}
