"""References and gateways in addresses."""

from payments.gateways.registry import GATEWAYS


class TopUpReferenceConverter:
    """Only what can be a reference reaches the database; anything else is 404 at once."""

    regex = "T-[0-9A-Z]{10}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RefundReferenceConverter(TopUpReferenceConverter):
    regex = "R-[0-9A-Z]{10}"


class GatewayConverter:
    """The code of a gateway that there is; any other is 404."""

    regex = "[a-z]+"

    def to_python(self, value: str) -> str:
        if value not in GATEWAYS:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value
