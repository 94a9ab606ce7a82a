"""The category in an address: /profile/notifications/payments/add/."""

from accounts.models import Category


class CategoryConverter:
    regex = "|".join(Category.values)

    def to_python(self, value: str) -> Category:
        return Category(value)

    def to_url(self, value: str) -> str:
        return Category(value).value
