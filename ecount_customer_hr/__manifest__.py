{
    'name': "Customer Management: Employees",
    'summary': "The contacts of employees are no customers: nothing is required of them",
    'version': '19.0.1.0.0',
    'category': 'Sales/Sales',
    'author': "ecount_customer contributors",
    'license': 'LGPL-3',
    'depends': ['ecount_customer', 'hr'],
    'auto_install': True,
}
