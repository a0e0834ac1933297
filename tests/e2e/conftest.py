"""Worlds for scenarios: one API server for all, and for each test a world of its own."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.e2e.control_plane import ControlPlane
from tests.e2e.nursery import Nursery
from tests.e2e.proxy import Proxy
from tests.e2e.world import World

_NUMBERS = count(1)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only one process starts an API server for scenarios."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """The API server with HyperShift's CRDs, where roles are heeded."""
    plane = ControlPlane(tmp_path_factory.mktemp("plane")).start()
    yield plane
    plane.stop()


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Where processes of hcpc come from."""
    with Nursery(tmp_path_factory.mktemp("nursery")) as nursery:
        yield nursery


@pytest.fixture
def proxy(plane: ControlPlane) -> Iterator[Proxy]:
    """What stands between the sync and the API server."""
    proxy = Proxy(plane.server.url, plane.certificate, plane.key).start()
    yield proxy
    proxy.stop()


@pytest.fixture
def world(plane: ControlPlane, proxy: Proxy, nursery: Nursery, tmp_path: Path) -> Iterator[World]:
    """A management cluster and its repository; nothing is published yet."""
    world = World(f"w{next(_NUMBERS)}", plane, proxy, nursery, tmp_path)
    yield world
    world.forget()
