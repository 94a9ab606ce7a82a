"""What was asked (top-up), each try at it (payment), and all that happened (event)."""
