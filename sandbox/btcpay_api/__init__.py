"""The BTCPay Server stand-in: its Greenfield API under /btcpay, and the checkout page."""
