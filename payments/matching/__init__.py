"""Whose is a wire? Ranked answers with their reasons in words. Pure Python."""
