"""Sentences about fields of documents."""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.syntax.tree import Mapping, Path, Scalar, Sequence, Tree

EXCLUSIVE_HELP = "keep one; in a layer above, an inherited one is dropped by setting it to `null`"

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "`true` or `false`",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
}
_MAX_SHOWN = 60


def dotted(path: Path) -> str:
    """A path as people write it: `nodePools.workers.taints[0].key`."""
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else str(step)
    return shown


def where(path: str) -> str:
    """`in PATH`, or nothing at the top."""
    return f" in `{path}`" if path else ""


def shown(value: Any) -> str:
    """A value for a sentence, shortened."""
    text = (
        value if isinstance(value, str) else {True: "true", False: "false"}.get(value, str(value))
    )
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def unknown_field(name: str | int, parent: Path) -> str:
    """For HCP0202."""
    return f"unknown field `{shown(str(name))}`{where(dotted(parent))}"


def known_fields(known: list[str]) -> str:
    """What could stand there instead; long lists are not worth reading."""
    if not known or len(known) > 14:  # noqa: PLR2004  # more do not fit a line
        return ""
    return "fields here: " + ", ".join(f"`{name}`" for name in known)


def missing(wanted: list[str], parent: str) -> str:
    """For HCP0204: one field, or one of several."""
    names = ", ".join(f"`{name}`" for name in wanted)
    if len(wanted) > 1:
        return f"one of {names} is needed{where(parent)}"
    return f"missing required field {names}{where(parent)}"


def bad_enum(value: Any, place: str) -> str:
    """For HCP0205."""
    return f"`{place}` cannot be `{shown(value)}`"


def allowed(values: list[str]) -> str:
    """The values of an enum."""
    named = ", ".join(f"`{value}`" for value in values if value)
    return f"allowed: {named}" if named else ""


def exclusive(names: list[str], place: str) -> str:
    """For HCP0211."""
    listed = " and ".join(f"`{name}`" for name in names)
    return f"{listed} exclude each other{where(place)}"


def kind_of(value: Tree | None) -> str:
    """What a tree is, for a person."""
    match value:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=bool(flag)):
            return f"the flag `{'true' if flag else 'false'}`"
        case Scalar(value=int(number)):
            return f"the number `{number}`"
        case Scalar(value=None):
            return "nothing"
        case Scalar(text=text):
            return f"the text `{shown(text)}`"
        case _:
            return "nothing"


def wrong_type(kind: str, value: Tree | None, place: str) -> str:
    """For HCP0203."""
    expected = _EXPECTED.get(kind, "another type")
    return f"`{place}` expects {expected}, found {kind_of(value)}"


def type_help(kind: str, value: Tree | None) -> str:
    """What to change, where it can be guessed."""
    if not isinstance(value, Scalar) or not isinstance(value.value, str):
        return ""
    if kind == "int_type" and value.text.isdigit():
        return f"write {value.text} without quotes"
    if kind == "bool_type" and value.text.lower() in {"true", "yes", "on", "y", "1"}:
        return "write `true`"
    if kind == "bool_type" and value.text.lower() in {"false", "no", "off", "n", "0"}:
        return "write `false`"
    return ""


def bad_value(code: Code, error: dict[str, Any], value: Any, place: str) -> str:
    """For codes about one value: what it is not, or which bound it breaks."""
    context: dict[str, Any] = error.get("ctx", {})
    what = f"`{place}`" if place else "this"
    if expected := context.get("expected"):
        return f"{what} is `{shown(value)}`, expected {expected}"
    if code is codes.OUT_OF_RANGE and error["type"] == "range":
        return f"{what}: {error['msg']}"
    if pattern := context.get("pattern"):
        return f"{what} is `{shown(value)}`, which does not match `{pattern}`"
    return f"{what} is out of range: {_bound(error['type'], context)}"


def _bound(kind: str, context: dict[str, Any]) -> str:
    match kind:
        case "greater_than_equal":
            return f"at least {context['ge']}"
        case "less_than_equal":
            return f"at most {context['le']}"
        case "too_long":
            return f"at most {context['max_length']} entries, found {context['actual_length']}"
        case "too_short":
            return f"at least {context['min_length']} entries, found {context['actual_length']}"
        case "string_too_long":
            return f"at most {context['max_length']} characters"
        case "string_too_short":
            return f"at least {context['min_length']} characters"
        case _:
            return kind.replace("_", " ")
