"""Measurements of the product beside others that do the same job: `make bench`.

One file per group of figures (ledger.py); `bench.jobs` holds what the measured processes do.
"""
