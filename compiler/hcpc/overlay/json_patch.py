"""JSON Patch (RFC 6902) on plain data, with JSON Pointers (RFC 6901).

All or nothing: a faulty operation raises `Unfit`, and what was given is never changed.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hcpc.diagnostics.suggest import did_you_mean
from hcpc.mapping.patch import same
from hcpc.syntax.tree import Path

Pointer = tuple[str, ...]
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


class Unfit(Exception):  # noqa: N818  # an answer, not an error: the caller makes the diagnostic
    """An operation cannot be done: why, and perhaps what was meant or what to do instead.

    `is_about_source` tells that `from` is at fault, not `path`.
    """

    def __init__(self, message: str, *, label: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.label = label
        self.remedy = remedy
        self.is_about_source = False


class Effect(NamedTuple):
    """What an operation did: the path it set or removed, and how it moved later items there."""

    path: Path
    shift: int = 0
    is_removal: bool = False


def read_pointer(text: str) -> Pointer:
    """The names of a JSON Pointer, which begins with `/` or is empty."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])


def pointer_text(pointer: Sequence[str]) -> str:
    """A JSON Pointer as people write it."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in pointer)


def apply_operation(
    body: Any, op: str, pointer: Pointer, source: Pointer, value: Any
) -> tuple[Any, list[Effect]]:
    """The data after one operation, and what it did; raises `Unfit`.

    `source` is the `from` of `move` and `copy`, `value` that of `add`, `replace` and `test`.
    """
    match op:
        case "add":
            return _add(body, pointer, value)
        case "remove":
            return _remove(body, pointer)
        case "replace":
            _value_at(body, pointer)
            return _edit(body, pointer, _replaced(value))
        case "copy":
            return _add(body, pointer, _source_value(body, source))
        case "move":
            return _move(body, source, pointer)
        case _:
            _test(body, pointer, value)
            return body, []


def _test(body: Any, pointer: Pointer, value: Any) -> None:
    if not same(_value_at(body, pointer), value):
        raise Unfit(f"`{pointer_text(pointer)}` has another value")


def _move(body: Any, source: Pointer, pointer: Pointer) -> tuple[Any, list[Effect]]:
    value = _source_value(body, source)
    if source == pointer:
        return body, []
    if source == pointer[: len(source)]:
        raise Unfit("a value cannot be moved into itself")
    without, removed = _remove(body, source)
    moved, added = _add(without, pointer, value)
    return moved, [*removed, *added]


def _value_at(body: Any, pointer: Pointer) -> Any:
    for depth in range(len(pointer)):
        body = _step(body, pointer, depth)
    return body


def _source_value(body: Any, source: Pointer) -> Any:
    try:
        return _value_at(body, source)
    except Unfit as unfit:
        unfit.is_about_source = True
        raise


def _step(holder: Any, pointer: Pointer, depth: int) -> Any:
    """What stands one step further; raises where there is nothing."""
    if isinstance(holder, list):
        return holder[_index(holder, pointer, depth)]
    step = pointer[depth]
    if isinstance(holder, dict) and step in holder:
        return holder[step]
    raise _absent(holder, pointer, depth)


def _absent(holder: Any, pointer: Pointer, depth: int) -> Unfit:
    path = pointer_text(pointer[: depth + 1])
    if not isinstance(holder, dict):
        return Unfit(f"`{path}` leads into a single value")
    label = did_you_mean(pointer[depth], holder)
    is_parent = depth < len(pointer) - 1
    remedy = "an operation makes no parents: add them first, or use `merge`" if is_parent else ""
    return Unfit(f"there is no `{path}`", label=label, remedy="" if label else remedy)


def _index(items: list[Any], pointer: Pointer, depth: int, *, behind: bool = False) -> int:
    """The index that a step is; `behind` allows the place behind the last item as well."""
    step, path = pointer[depth], pointer_text(pointer[: depth + 1])
    if behind and step == "-":
        return len(items)
    if _INDEX.fullmatch(step) is None:
        raise Unfit(f"`{path}` leads into a list, and `{step}` is no index of an item")
    if int(step) >= len(items) + behind:
        count = "1 item" if len(items) == 1 else f"{len(items)} items"
        raise Unfit(f"there is no `{path}`: the list has {count}")
    return int(step)


_Change = Callable[[Any, Pointer, int], Effect]
"""Changes a fresh copy of the holder of a pointer's last step; its effect has that step alone."""


def _edit(body: Any, pointer: Pointer, change: _Change) -> tuple[Any, list[Effect]]:
    """The data with the holder of a pointer's last step changed; what leads there is copied."""
    if not pointer:
        holder = {"": body}
        effect = change(holder, ("",), 0)
        return holder[""], [effect._replace(path=())]
    edited, effect = _edit_at(body, pointer, 0, change)
    return edited, [effect]


def _edit_at(holder: Any, pointer: Pointer, depth: int, change: _Change) -> tuple[Any, Effect]:
    if not isinstance(holder, dict | list):
        raise _absent(holder, pointer, depth)
    copy = holder.copy()
    if depth == len(pointer) - 1:
        return copy, change(copy, pointer, depth)
    inner = _step(holder, pointer, depth)
    step: Any = int(pointer[depth]) if isinstance(holder, list) else pointer[depth]
    copy[step], effect = _edit_at(inner, pointer, depth + 1, change)
    return copy, effect._replace(path=(step, *effect.path))


def _replaced(value: Any) -> _Change:
    def change(holder: Any, pointer: Pointer, depth: int) -> Effect:
        step: Any = pointer[depth]
        if isinstance(holder, list):
            step = _index(holder, pointer, depth)
        holder[step] = value
        return Effect((step,))

    return change


def _add(body: Any, pointer: Pointer, value: Any) -> tuple[Any, list[Effect]]:
    def change(holder: Any, pointer: Pointer, depth: int) -> Effect:
        if isinstance(holder, list):
            index = _index(holder, pointer, depth, behind=True)
            holder.insert(index, value)
            return Effect((index,), shift=1)
        holder[pointer[depth]] = value
        return Effect((pointer[depth],))

    return _edit(body, pointer, change)


def _remove(body: Any, pointer: Pointer) -> tuple[Any, list[Effect]]:
    def change(holder: Any, pointer: Pointer, depth: int) -> Effect:
        if isinstance(holder, list):
            index = _index(holder, pointer, depth)
            del holder[index]
            return Effect((index,), shift=-1, is_removal=True)
        if pointer[depth] not in holder:
            raise _absent(holder, pointer, depth)
        del holder[pointer[depth]]
        return Effect((pointer[depth],), is_removal=True)

    if not pointer:
        raise Unfit("the pointer leads to the whole object")
    return _edit(body, pointer, change)
