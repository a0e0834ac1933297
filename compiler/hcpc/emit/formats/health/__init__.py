"""What counts as healthy: Lua for Argo CD in `.lua` files, CEL for Flux in `expressions`.

Both say the same of the same status: the tests run both on one table of samples. Which conditions
count is from HyperShift's `support/conditions/conditions.go`.
"""

from importlib.resources import files

_SHARED = "-- (conditions.lua stands here)\n"
"""Argo CD runs each check by itself, so what two of them share is put into both."""


def lua(name: str) -> str:
    """The text of a health check, such as `hostedcluster`. Raises FileNotFoundError."""
    text = _read(name)
    return text.replace(_SHARED, _read("conditions")) if _SHARED in text else text


def _read(name: str) -> str:
    return files(__name__).joinpath(f"{name}.lua").read_text(encoding="utf-8")
