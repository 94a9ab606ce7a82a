"""Which address calls what: one module per resource, each ending in its table of routes."""
