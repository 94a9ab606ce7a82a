"""The PayPal stand-in: its REST API under /paypal, and the page where a payer approves."""
