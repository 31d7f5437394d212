{
    'name': "Customer Management in the web shop",
    'summary': "Customers who are logged in see their own prices",
    'version': '19.0.1.0.0',
    'category': 'Sales/Sales',
    'author': "ecount_customer contributors",
    'license': 'LGPL-3',
    'depends': ['ecount_customer', 'website_sale'],
    'auto_install': True,
    'data': [
        'security/website_sale_access_security.xml',
    ],
    'assets': {
        'web.assets_frontend': ['ecount_customer_website_sale/static/src/interactions/**/*'],
        'web.assets_tests': ['ecount_customer_website_sale/static/tests/tours/**/*'],
    },
}
