"""The API for switches: /api/v1/. docs/api.md is its manual, billing/api/site.py its beginning."""
