"""The purse in an address: /statement/voice/. Importing this registers <purse:…>."""

from django.urls import register_converter

from billing.models import Purse


class PurseConverter:
    regex = "|".join(Purse.values)

    def to_python(self, value: str) -> Purse:
        return Purse(value)

    def to_url(self, value: str) -> str:
        return Purse(value).value


register_converter(PurseConverter, "purse")
