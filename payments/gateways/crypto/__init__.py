"""Crypto: invoices of a BTCPay Server, paid on its own page, credited for what arrives."""
