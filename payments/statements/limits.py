"""How much of a file is read. Beyond that it is refused before it costs memory or time."""

from django.utils.translation import gettext as _

from payments.statements.base import StatementError

# Ten thousand lines with everything a bank may say of each are about 25 MB of camt.053, and a
# day's statement is a hundredth of that. A file is held in memory once.
BYTES_MAX = 32 * 1024 * 1024
# An hour of a clerk's day is a few hundred lines; whoever has more asks the bank for less at once.
LINES_MAX = 50_000
STATEMENTS_MAX = 2_000  # a year of eight accounts, day by day

# Of XML, what a hostile file could pile up otherwise. An entry with all that the standard knows
# has about 80 elements, what stands around the entries of 2,000 statements less than 100,000.
ELEMENTS_PER_LINE_MAX = 100
ELEMENTS_BESIDE_LINES_MAX = 100_000
DEPTH_MAX = 40  # the standard nests twelve deep
ATTRIBUTES_MAX = 20  # it knows one, and schemas add a few to the outermost element
TOKEN_BYTES_MAX = 64 * 1024  # one tag or text; 500 characters are the standard's longest

# Of text files. MT940 has up to a dozen lines for a movement.
TEXT_LINES_MAX = 12 * LINES_MAX
LINE_CHARS_MAX = 16 * 1024
FIELD_LINES_MAX = 200  # of :86: of an MT940, where the standard has six

MEMBERS_MAX = 200  # files in a zip: a year of daily statements comes in two or three
RATIO_MAX = 200  # unpacked : packed. Statements reach 30, a zip bomb 1,000

# What the standard gives 140 characters, or 35; more is not a name.
FIELD_CHARS_MAX = 500
TEXT_CHARS_MAX = 4_000


def too_large() -> StatementError:
    return StatementError(
        _(
            "The file is too large: at most %(megabytes)d MB and %(lines)d lines are read. "
            "Ask the bank for fewer days at once."
        )
        % {"megabytes": BYTES_MAX // 1024 // 1024, "lines": LINES_MAX}
    )
