"""How hypothesis runs: no deadline (machines differ), and the same examples each time in CI.

And where the cache lies while tests run: never where a user's own is. Fleets of tests are compared
with no revision unless a test says so: what lies around them is our own repository, or none. For
waivers it is always the same day.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.envtest.server import ApiServer
from tests.fidelity.figures import write_figures

settings.register_profile(
    "hcpc",
    deadline=None,
    derandomize="CI" in os.environ,
    # A spec is a large value: drawing one is slow, never wrong.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("hcpc")


@pytest.fixture(scope="session", autouse=True)
def _cache_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HCPC_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("HCPC_BASE", "none")
        patch.setenv("SOURCE_DATE_EPOCH", "1781481600")  # 15 June 2026
        yield


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """A real API server, the same for all tests that run in one process.

    Such tests are in the group `api-server`, so that only one process starts one.
    """
    with ApiServer(tmp_path_factory.mktemp("api-server")) as server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Prints what tests have to say beside that they passed; a page gets it if all did."""
    reports = [each for key in ("passed", "failed") for each in terminalreporter.stats.get(key, ())]
    texts = [value for each in reports for key, value in each.user_properties if key == "summary"]
    if texts:
        terminalreporter.section("what hcpc and a real API server say")
        terminalreporter.write_line("\n\n".join(texts))
        if (page := os.environ.get("HCPC_FIGURES")) and exitstatus == pytest.ExitCode.OK:
            write_figures(Path(page), "\n\n".join(texts))
