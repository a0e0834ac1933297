"""What counts as healthy: Lua for Argo CD in `.lua` files, CEL for Flux in `expressions`.

Both say the same of the same status: the tests run both on one table of samples. Which conditions
count is from HyperShift's `support/conditions/conditions.go`.
"""

from importlib.resources import files


def lua(name: str) -> str:
    """The text of a health check, such as `hostedcluster`. Raises FileNotFoundError."""
    return files(__name__).joinpath(f"{name}.lua").read_text(encoding="utf-8")
