"""The purse in an address: /statement/voice/."""

from billing.models import Purse


class PurseConverter:
    regex = "|".join(Purse.values)

    def to_python(self, value: str) -> Purse:
        return Purse(value)

    def to_url(self, value: str) -> str:
        return Purse(value).value
