"""Bank statements as files: one reader per format, all into the same lines. Pure Python."""
