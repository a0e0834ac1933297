"""Sentences about fields of documents."""

from typing import Any

from hcpc.diagnostics.suggest import listed
from hcpc.syntax.tree import Mapping, Path, Scalar, Sequence, Tree, dotted, written

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
}
_MAPPING = "a mapping"
_FLAGS = {
    **dict.fromkeys(("true", "yes", "on", "y", "1"), "write `true`"),
    **dict.fromkeys(("false", "no", "off", "n", "0"), "write `false`"),
}
_MAX_SHOWN = 60
_MAX_LISTED = 14
_POOLS, _POOL_DEFAULTS = "nodePools", "nodePoolDefaults"


def place(path: Path) -> str:
    """A field's path from the cluster, or from the node pool it belongs to.

    The same for every pool, so that one fault in what pools share is one finding.
    """
    for pool in ((_POOL_DEFAULTS,), path[:2] if path[:1] == (_POOLS,) else ()):
        if pool and path[: len(pool)] == pool and len(path) > len(pool):
            return dotted(path[len(pool) :])
    return dotted(path)


def where(path: Path) -> str:
    """` in PATH`, or nothing at the top."""
    if path == (_POOL_DEFAULTS,) or (path[:1] == (_POOLS,) and path[2:] == () and path[1:]):
        return " in a node pool"
    return f" in `{place(path)}`" if path else ""


def shown(value: Any) -> str:
    """A value for a sentence, shortened."""
    match value:
        case bool():
            text = "true" if value else "false"
        case _:
            text = str(value)
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def unknown_field(name: str | int, parent: Path) -> str:
    """For HCP0202."""
    return f"unknown field `{shown(name)}`{where(parent)}"


def known_fields(known: list[str]) -> str:
    """What could stand there instead; long lists are not worth reading."""
    return "fields here: " + listed(known) if 0 < len(known) <= _MAX_LISTED else ""


def belongs(name: str, places: list[str]) -> str:
    """Where a field of that name does exist."""
    return f"`{name}` exists as {listed(places)}" if places else ""


def missing(wanted: list[str], parent: Path) -> str:
    """For HCP0204: one field, or one of several."""
    if len(wanted) > 1:
        return f"one of {listed(wanted)} is needed{where(parent)}"
    return f"missing required field {listed(wanted)}{where(parent)}"


def add(name: str, skeleton: str, description: str) -> str:
    """What to write where a field is missing; `description` is the model's."""
    about = description.removesuffix(".")
    if about[1:2].islower():
        about = about[:1].lower() + about[1:]
    return f"add `{name}: {skeleton}`" + (f" ({about})" if about else "")


def cannot_be(path: Path, value: Tree | None) -> str:
    """The beginning of most findings about a value: which field cannot be what."""
    return f"`{place(path)}` cannot be {kind_of(value)}"


def bad_value(path: Path, value: Any) -> str:
    """A value of the right kind that is not one of the right form."""
    return f"`{place(path)}` cannot be `{shown(value)}`" if value != "" else is_empty(path)


def is_empty(path: Path) -> str:
    """A text without a character."""
    return f"`{place(path)}` cannot be empty"


def bad_key(path: Path) -> str:
    """For a key that cannot be one; the path ends with it."""
    return f"`{shown(path[-1])}` cannot be a key" + where(path[:-1])


def allowed(values: list[str]) -> str:
    """The values of an enum."""
    named = [value for value in values if value]
    return f"allowed: {listed(named)}" if named else ""


def exclusive(names: list[str], path: Path) -> str:
    """For HCP0211."""
    named = " and ".join(f"`{name}`" for name in names)
    return f"{named} exclude each other{where(path)}"


def exclusive_help(first: str, *, inherited: bool) -> str:
    """What to do about it; an `inherited` field stands in another file."""
    if inherited:
        return f"write `{first}: null` here to drop the inherited one, or remove one of the two"
    return "remove one of the two"


def kind_of(value: Tree | None) -> str:
    """What a tree is, for a person."""
    match value:
        case Mapping():
            return _MAPPING
        case Sequence():
            return "a list"
        case Scalar(value=bool(flag)):
            return "`true`" if flag else "`false`"
        case Scalar(value=int(number)):
            return f"the number `{number}`"
        case Scalar(value=str(text)) if text:
            return f"the text `{shown(written(value))}`"
        case _:
            return "empty"


def expected(kind: str) -> str:
    """The type that a pydantic error asks for."""
    return f"expected {_EXPECTED.get(kind, _MAPPING)}"


def type_help(kind: str, value: Tree | None, skeleton: str) -> str:
    """What to write instead, where it can be guessed; `skeleton` is the shape of a right value."""
    match value:
        case Scalar(value=str(text)) if kind == "int_type" and text.isascii() and text.isdigit():
            is_quoted = value.file.text.startswith(("'", '"'), value.start)
            return "remove the quotes" if is_quoted else "the number is too large"
        case Scalar(value=str(text)) if kind == "bool_type":
            return _FLAGS.get(text.lower(), "")
        case Scalar(value=str(text) | int(text)) if kind not in _EXPECTED and "…" in skeleton:
            return f"write `{skeleton.replace('…', shown(text), 1)}`" if text != "" else ""
        case Scalar(value=str(text) | int(text)) if kind == "list_type" and text != "":
            return f"write `[{shown(text)}]`"
        case Scalar(value=None) if skeleton.startswith("{") and not skeleton.startswith(
            ("{…", "{}")
        ):
            return f"write `{skeleton}`"
        case Sequence(items=[first, *_]) if skeleton.startswith("{…"):
            return _keyed_help(first)
        case Mapping() if kind == "list_type":
            return "write `[{…}]`"
    return ""


def _keyed_help(first: Tree) -> str:
    """A list of things with names where a mapping by name is wanted."""
    named = first.children.get("name") if isinstance(first, Mapping) else first
    if not isinstance(named, Scalar) or not named.text:
        return ""
    return f"make each item's name a key: `{shown(named.text)}: {{…}}`"


def out_of_range(path: Path, kind: str, context: dict[str, Any], value: Any) -> tuple[str, str]:
    """For HCP0212: the message, and which bound was broken."""
    where_it_is = f"`{place(path)}`"
    match kind:
        case "greater_than_equal":
            return bad_value(path, value), f"expected at least {context['ge']}"
        case "less_than_equal":
            return bad_value(path, value), f"expected at most {context['le']}"
        case "too_long" | "string_too_long":
            unit = "characters" if isinstance(value, str) else "entries"
            message = f"{where_it_is} has {len(value)} {unit}"
            return message, f"at most {context['max_length']} are allowed"
        case "too_short" | "string_too_short" if context["min_length"] == 1:
            return is_empty(path), ""
        case "string_too_short":
            message = f"{where_it_is} has {len(value)} characters"
            return message, f"at least {context['min_length']} are needed"
        case _:
            return f"{where_it_is} is out of range", kind.replace("_", " ")
