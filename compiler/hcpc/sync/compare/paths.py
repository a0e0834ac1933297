"""Paths into objects, as people read them and as managed fields write their steps."""

import json
import re
from typing import Any

from hcpc.sync.records import Path

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def field_path(path: Path) -> str:
    """A path as one text: `spec.services[0].type`, `metadata.labels[app.kubernetes.io/name]`.

    An item of a list with keys is named by these: `spec.ports[name="web"].port`.
    """
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif is_item(step):
            parts.append(step)
        elif _PLAIN.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{step}]")
    return "".join(parts)


def item_step(keys: dict[str, Any]) -> str:
    """The step to the item that has these keys."""
    named = ",".join(f"{name}={json.dumps(value)}" for name, value in keys.items())
    return f"[{named}]"


def value_step(value: Any) -> str:
    """The step to a value in a list that is a set."""
    return f"[={json.dumps(value)}]"


def is_item(step: str) -> bool:
    """Whether a step leads to an item of a list by what the item says."""
    return step.startswith("[")
