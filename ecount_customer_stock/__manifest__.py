{
    'name': "Customer Management: Stock",
    'summary': "Own customers only: deliveries and stock moves",
    'version': '19.0.1.0.0',
    'category': 'Sales/Sales',
    'author': "ecount_customer contributors",
    'license': 'LGPL-3',
    'depends': [
        'ecount_customer',
        'sale_stock',
        'purchase_stock',
    ],
    'auto_install': True,
    'data': [
        'security/stock_security.xml',
    ],
}
