{
    'name': "Customer Management: Leads",
    'summary': "Own customers only: leads and opportunities",
    'version': '19.0.1.0.0',
    'category': 'Sales/Sales',
    'author': "ecount_customer contributors",
    'license': 'LGPL-3',
    'depends': [
        'ecount_customer',
        'sale_crm',
    ],
    'auto_install': True,
    'data': [
        'security/crm_security.xml',
    ],
}
