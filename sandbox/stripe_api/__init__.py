"""The Stripe stand-in: its API, its browser library and its bank's 3-D Secure page."""
