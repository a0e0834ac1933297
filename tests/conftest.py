"""How hypothesis runs: no deadline (machines differ), and the same examples each time in CI."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "hcpc",
    deadline=None,
    derandomize="CI" in os.environ,
    # A spec is a large value: drawing one is slow, never wrong.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("hcpc")
