"""How a value is written in `answers.jsonl`, by us and by `tests/tools/cel_answers/main.go`."""

import base64
import json
import struct
from typing import Any

from hcpc.cel import CelError, EvaluationError, compile_rule
from hcpc.cel.values import (
    CelType,
    Duration,
    Optional,
    Timestamp,
    Uint,
    type_name,
)

_NANO = 10**9


def answer(expression: str) -> str:
    """What the expression gives; `error` where it breaks, `compile` where it is none."""
    try:
        program = compile_rule(expression, ("self", "oldSelf"))
    except CelError:
        return "compile"
    try:
        return written(program.evaluate())
    except EvaluationError:
        return "error"


def written(value: Any) -> str:
    """A value and its type in one word."""
    if isinstance(value, list):
        return "[" + "".join(f"{written(item)}," for item in value) + "]"
    if isinstance(value, dict):
        entries = {written(key): written(item) for key, item in value.items()}
        return json.dumps(entries, separators=(",", ":"), sort_keys=True)
    if value is None:
        return "null"
    if type(value) is bool:
        return f"bool:{str(value).lower()}"
    if type(value) is Optional:
        return f"some({written(value.value)})" if value.present else "none"
    return _scalar(value)


def _scalar(value: Any) -> str:
    match value:
        case str():
            return f"string:{base64.b64encode(value.encode()).decode()}"
        case bytes():
            return f"bytes:{base64.b64encode(value).decode()}"
        case float():
            return "double:NaN" if value != value else f"double:{_bits(value):016x}"  # noqa: PLR0124
        case Uint():
            return f"uint:{int(value)}"
        case Duration(nanoseconds):
            return f"duration:{nanoseconds}"
        case Timestamp(nanoseconds):
            return f"timestamp:{nanoseconds // _NANO}.{nanoseconds % _NANO:09d}"
        case CelType(name):
            return f"type:{name}"
        case _:
            return f"{type_name(value)}:{value}"


def _bits(value: float) -> int:
    found: int = struct.unpack(">Q", struct.pack(">d", value))[0]
    return found
