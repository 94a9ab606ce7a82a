"""No tables. Django sends post_migrate only for apps with this module (see apps.py)."""
