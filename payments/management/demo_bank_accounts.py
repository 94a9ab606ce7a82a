"""Where the demo's customers send their wires: accounts that look real and belong to no bank.

The numbers pass every check, with a bank code "DEMO" that no bank has.
"""

_HOLDER = "CommPeak Demo Ltd"
_NOTES = "This is the demo: please do not send real money."

DEMO_BANK_ACCOUNTS: list[dict[str, str]] = [
    {
        "currency": "USD",
        "holder": _HOLDER,
        "bank_name": "Demo Bank USA",
        "bank_address": "100 Example Avenue, New York, NY 10001",
        "country": "US",
        "account_number": "000123456789",
        "routing_number": "123456780",
        "bic": "DEMOUS33XXX",
        "notes": _NOTES,
    },
    {
        "currency": "EUR",
        "holder": _HOLDER,
        "bank_name": "Demo Bank Ireland",
        "bank_address": "1 Example Quay, Dublin 1",
        "country": "IE",
        "iban": "IE76DEMO90000012345678",
        "bic": "DEMOIE2DXXX",
        "notes": _NOTES,
    },
    {
        "currency": "GBP",
        "holder": _HOLDER,
        "bank_name": "Demo Bank UK",
        "bank_address": "1 Example Lane, London EC1A 1AA",
        "country": "GB",
        "iban": "GB62DEMO00000012345678",
        "account_number": "12345678",
        "routing_number": "000000",
        "bic": "DEMOGB2LXXX",
        "notes": _NOTES,
    },
]
