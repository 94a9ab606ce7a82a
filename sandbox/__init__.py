"""Stand-ins for the payment gateways: one process, its own memory, never in production."""
