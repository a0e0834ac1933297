"""How hypothesis runs: no deadline (machines differ), and the same examples each time in CI.

And where the cache lies while tests run: never where a user's own is.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

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
        yield
