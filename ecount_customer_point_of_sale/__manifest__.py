{
    'name': "Customer Management in the point of sale",
    'summary': "The customer who is chosen pays their own prices",
    'version': '19.0.1.0.0',
    'category': 'Sales/Point of Sale',
    'author': "ecount_customer contributors",
    'license': 'LGPL-3',
    'depends': ['ecount_customer', 'point_of_sale'],
    'auto_install': True,
    'data': ['security/point_of_sale_access_security.xml'],
    'assets': {
        'point_of_sale._assets_pos': ['ecount_customer_point_of_sale/static/src/**/*'],
        'web.assets_tests': ['ecount_customer_point_of_sale/static/tests/tours/**/*'],
    },
}
