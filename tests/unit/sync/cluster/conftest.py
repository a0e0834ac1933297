"""Stub servers for the tests of requests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.certificates import make
from tests.unit.sync.cluster.stub import Stub, api_of, serving

from hcpc.sync.cluster.api import Api


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That of all stub servers; its key is beside it."""
    directory = tmp_path_factory.mktemp("certificate")
    make(directory / "tls.crt", directory / "tls.key")
    return directory / "tls.crt"


@pytest.fixture
def stub(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """A server that says what it is told to; no proxy of this machine is in the way."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with serving(certificate, certificate.with_suffix(".key")) as server:
        yield server


@pytest.fixture
def api(stub: Stub, tmp_path: Path) -> Api:
    """A connection to it."""
    return api_of(stub, tmp_path)
