"""The fixture `driver`: every test of this folder runs once for each gateway."""

import pytest

from payments.gateways.registry import GATEWAYS
from payments.tests.contract.drivers import Driver, drivers


@pytest.fixture(params=[code for code in GATEWAYS if code != "wire"])  # a wire has no other side
def driver(request) -> Driver:
    """The gateway talks to an empty sandbox; its settings are set by the fixture of its name."""
    return drivers(request.getfixturevalue(request.param))[request.param]
