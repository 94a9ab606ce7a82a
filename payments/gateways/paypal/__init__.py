"""PayPal: Orders v2, approved on PayPal's page, captured by us."""
