"""Cards by Stripe: Payment Intents, confirmed in the browser by the Payment Element.

The card number goes from the browser to Stripe and never reaches this server.
"""
