"""Durations as Go reads and writes them."""

import re

_FORM = r"[-+]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)"
_PART = r"([0-9]*\.?[0-9]*)(ns|us|µs|μs|ms|s|m|h)"
_SECONDS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "μs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}


def seconds(duration: str) -> float | None:
    """The seconds of a duration such as `1h30m`; None for a text that is none."""
    if re.fullmatch(_FORM, duration) is None:
        return None
    total = sum(float(count) * _SECONDS[unit] for count, unit in re.findall(_PART, duration))
    return -total if duration.startswith("-") else total
