"""What counts as healthy: Lua for Argo CD in `.lua` files, CEL for Flux in `expressions`.

Both say the same of the same status: the tests run both on one table of samples. Which conditions
count stands in `hcpc.kube.conditions`.
"""

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files

from hcpc.kube import conditions

_SHARED = "-- (conditions.lua stands here)\n"
"""Argo CD runs each check by itself, so what two of them share is put into both."""
_LINES = re.compile(r"^  -- \((?P<name>[A-Z_]+) stands here\)\n", re.MULTILINE)
_INLINE = re.compile(r"--\[\[(?P<name>[A-Z_]+)\]\]")
"""Where a list of conditions goes: an item a line, or all on one."""


def lua(name: str) -> str:
    """The text of a health check, such as `hostedcluster`. Raises FileNotFoundError."""
    text = _read(name)
    text = text.replace(_SHARED, _read("conditions")) if _SHARED in text else text
    text = _LINES.sub(lambda found: "".join(f"  {each},\n" for each in _items(found["name"])), text)
    return _INLINE.sub(lambda found: ", ".join(_items(found["name"])), text)


def _items(name: str) -> Iterable[str]:
    """A list of conditions in Lua; with what they should be where that differs."""
    match getattr(conditions, name):
        case Mapping() as wanted:
            return (f'{{"{each}", "{value}"}}' for each, value in wanted.items())
        case names:
            return (f'"{each}"' for each in names)


def _read(name: str) -> str:
    return files(__name__).joinpath(f"{name}.lua").read_text(encoding="utf-8")
