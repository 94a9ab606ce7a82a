"""The fixtures `driver` and `outside`: every test of this folder runs once for each gateway."""

import pytest

from payments.gateways.registry import GATEWAYS
from payments.tests.contract.driver import Driver, OutsideDriver
from payments.tests.contract.drivers import drivers
from payments.tests.contract.wire_driver import WireDriver
from payments.tests.wire_builders import make_bank_account


@pytest.fixture(params=GATEWAYS)
def driver(request, db) -> Driver:
    """The gateway talks to an empty sandbox; its settings are set by the fixture of its name."""
    if request.param == "wire":
        make_bank_account()
        return WireDriver(code="wire")
    return drivers(request.getfixturevalue(request.param))[request.param]


@pytest.fixture
def outside(driver: Driver) -> OutsideDriver:
    """For what can only be shown where there is somebody to ask."""
    if not isinstance(driver, OutsideDriver):
        pytest.skip("nobody can be asked about a wire, and no answer gets lost: receipts prove it")
    return driver
