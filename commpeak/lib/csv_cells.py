"""Cells of CSV files that others open in a spreadsheet."""

# A spreadsheet takes a cell that begins like this for a formula and runs it (OWASP: CSV
# injection); an apostrophe in front makes it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert_cell(text: str) -> str:
    """`text` as a cell that is only ever text. Amounts are written as they are: numbers."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
