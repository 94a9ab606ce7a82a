"""`make demo`: everything the portal needs, started together and stopped together."""
