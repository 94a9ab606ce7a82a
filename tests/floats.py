"""M8: no float near money. `scripts/check` runs this: python -m tests.floats"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
NEAR_MONEY = ["billing", "payments", "commpeak/lib/money.py", "commpeak/lib/currencies.py"]
FLOATS = {"float", "FloatField"}
# where a float is no amount of money
EXCEPT = {
    "billing/api/events.py": "tells a JSON number from a text, and refuses it",
    "billing/management/commands/simulate_usage.py": "how fast the made-up traffic goes",
    "billing/simulated_usage.py": "the odds of made-up traffic",
    "payments/gateways/crypto/client.py": "a timeout in seconds",
    "payments/gateways/crypto/snapshot.py": "seconds since 1970",
    "payments/gateways/paypal/api.py": "a timeout in seconds",
    "payments/management/commands/refill.py": "pauses in seconds",
    "payments/views/wire_pdf.py": "places on a page in millimetres",
}


def floats_in(source: str) -> Iterator[int]:
    """The lines that write a float, name the type, or make a column of it."""
    for node in ast.walk(ast.parse(source)):
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        is_name = isinstance(node, ast.Name) and node.id in FLOATS
        is_attribute = isinstance(node, ast.Attribute) and node.attr in FLOATS
        if is_literal or is_name or is_attribute:
            yield node.lineno


def sources() -> Iterator[Path]:
    for place in NEAR_MONEY:
        path = ROOT / place
        found = [path] if path.is_file() else sorted(path.rglob("*.py"))
        yield from (one for one in found if "tests" not in one.parts[len(ROOT.parts) :])


def complaints() -> Iterator[str]:
    """One a line, also about an exception that is not needed any more."""
    unused = set(EXCEPT)
    for path in sources():
        name = str(path.relative_to(ROOT))
        lines = sorted(set(floats_in(path.read_text())))
        if lines and name in EXCEPT:
            unused.discard(name)
        elif lines:
            yield from (f"{name}:{line}: a float; use Decimal or Money" for line in lines)
    yield from (f"{name}: has no float any more: take it from tests/floats.py" for name in unused)


if __name__ == "__main__":
    sys.exit("\n".join(complaints()) or 0)
