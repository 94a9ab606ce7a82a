"""PayPal: Orders v2, approved on PayPal's page, captured by us.

Not in the registry yet: the core has to capture what a payer approved (`advance`) and to have
webhooks confirmed by PayPal in the worker (`confirm`) before customers may choose it.
"""
