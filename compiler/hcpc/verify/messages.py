"""What we say about a value that does not fit its schema. Sentences only, no decisions."""

from collections.abc import Sequence
from typing import Any

_LONGEST = 60

# How people call what a shape of the field tables holds; shapes without an entry show their form.
SHAPE_NAMES = {
    "Cidr": "a network in CIDR notation such as `10.0.0.0/16`",
    "DnsLabel": "lower case letters, digits and inner `-`",
    "Duration": "a duration such as `30m` or `1h30m`",
    "FeatureName": "the name of a feature gate",
    "Hostname": "a DNS name",
    "OpenstackId": "a UUID",
    "PortRange": "a range of ports such as `30000-32767`",
    "Quantity": "a quantity such as `8Gi`",
    "RoleArn": "the ARN of an IAM role",
    "Uuid": "a UUID",
}

# How people call the formats of CRDs; a format without an entry shows its name.
FORMAT_NAMES = {
    "byte": "base64",
    "cidr": SHAPE_NAMES["Cidr"],
    "date": "a date such as `2026-01-31`",
    "datetime": "a time such as `2026-01-31T12:00:00Z`",
    "duration": SHAPE_NAMES["Duration"],
    "email": "an e-mail address",
    "hostname": SHAPE_NAMES["Hostname"],
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "k8slongname": "a name of lower case letters, digits, inner `-` and `.`",
    "k8sshortname": SHAPE_NAMES["DnsLabel"],
    "mac": "a MAC address",
    "uri": "a URI such as `https://example.com/`",
    "uuid": SHAPE_NAMES["Uuid"],
}

_TYPE_NAMES = {
    "string": "text",
    "integer": "an integer",
    "boolean": "`true` or `false`",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}


def quoted(value: Any) -> str:
    """A value in backticks, shortened when it is long."""
    text = value if isinstance(value, str) else repr(value)
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[: _LONGEST - 1]}…`"


def choice(options: Sequence[Any], word: str = "or") -> str:
    """`a`, `b` or `c`."""
    shown = [f"`{option}`" if option != "" else "empty" for option in options]
    return f" {word} ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)


def type_of(value: Any) -> str:
    """What kind of value this is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


def unknown_field(name: str) -> str:
    """A field that the schema does not have."""
    return f"unknown field `{name}`"


def missing(name: str, tag: str = "", value: Any = None) -> str:
    """A required field that is not there; `tag` is the field whose `value` requires it."""
    return f"`{name}` is required" + (f" when `{tag}` is {quoted(value)}" if tag else "")


def excluded(name: str, tag: str, values: Sequence[Any]) -> str:
    """A union's member that another member's type rules out."""
    return f"`{name}` is allowed only when `{tag}` is {choice(values)}"


def wrong_type(name: str, types: Sequence[str], value: Any) -> str:
    """A value of another kind than the schema asks for."""
    wanted = " or ".join(_TYPE_NAMES.get(kind, kind) for kind in types)
    return f"`{name}` must be {wanted}, not {type_of(value)}"


def not_an_option(name: str, options: Sequence[Any], value: Any) -> str:
    """A value that is not among the allowed ones."""
    return f"`{name}` must be {choice(options)}, not {quoted(value)}"


def wrong_form(name: str, shape: str, pattern: str, value: Any) -> str:
    """A text that does not match its pattern."""
    form = SHAPE_NAMES.get(shape)
    wanted = f"be {form}" if form else f"match `{pattern}`"
    return f"`{name}` must {wanted}, not {quoted(value)}"


def shortened(pattern: str) -> str:
    """A pattern as far as people read one."""
    return pattern if len(pattern) <= _LONGEST else f"{pattern[: _LONGEST - 1]}…"


def wrong_format(name: str, form: str, value: Any) -> str:
    """A text that does not have the format its schema names."""
    return f"`{name}` must be {FORMAT_NAMES.get(form.replace('-', ''), form)}, not {quoted(value)}"


def no_alternative(name: str, reasons: Sequence[str]) -> str:
    """A value that fits none of several alternatives, each with why it does not."""
    return f"`{name}` fits none of its alternatives: {'; or '.join(dict.fromkeys(reasons))}"


def several_alternatives(name: str, alternatives: Sequence[str]) -> str:
    """A value that fits more than one of several alternatives; those that can be named."""
    named = f": {', '.join(alternatives)}" if alternatives else ""
    return f"`{name}` fits more than one of its alternatives{named}"


def excluded_form(name: str, forms: Sequence[str]) -> str:
    """A value of the one form that it may not have."""
    return f"`{name}` cannot have {forms[0]}" if forms else f"`{name}` has an excluded form"


def not_a_multiple(name: str, factor: Any, value: Any) -> str:
    """A number that is no multiple of another."""
    return f"`{name}` must be a multiple of {factor}, not {value}"


def invalid_name(name: str, value: str) -> str:
    """A name that Kubernetes does not allow."""
    return f"{quoted(value)} cannot be a `{name}`: lower case letters, digits, inner `-` and `.`"


def invalid_key(name: str, key: str) -> str:
    """A name that Kubernetes does not allow for a label, an annotation or a finalizer."""
    return (
        f"{quoted(key)} cannot be in `{name}`: up to 63 letters, digits and inner `-`, `_`, `.`, "
        "after a domain and `/` or alone"
    )


def invalid_label(key: str, value: str) -> str:
    """A label's value that Kubernetes does not allow."""
    return (
        f"label {quoted(key)} cannot be {quoted(value)}: up to 63 letters, digits and inner `-`, "
        "`_`, `.`"
    )


def annotations_too_large(size: int, limit: int) -> str:
    """Annotations that are too large, all of an object's together, in bytes."""
    return f"annotations take {size} bytes, at most {limit} are allowed"


def immutable(name: str, old: Any, new: Any) -> str:
    """A field that keeps the value it got first."""
    return f"`{name}` cannot change from {quoted(old)} to {quoted(new)}"


def bad_key(name: str, key: str) -> str:
    """A key of a map that cannot be one."""
    return f"{quoted(key)} cannot be a key of `{name}`"


def too_long(name: str, limit: int, length: int) -> str:
    """A text with too many characters."""
    return f"`{name}` is {length} characters long, at most {limit} are allowed"


def too_short(name: str, limit: int, length: int) -> str:
    """A text with too few characters."""
    if not length:
        return f"`{name}` must not be empty"
    return f"`{name}` is {length} characters long, at least {limit} are needed"


def too_many(name: str, limit: int, size: int) -> str:
    """A list or mapping with too many entries."""
    return f"`{name}` has {size} entries, at most {limit} are allowed"


def too_few(name: str, limit: int, size: int) -> str:
    """A list or mapping with too few entries."""
    if not size:
        return f"`{name}` must not be empty"
    return f"`{name}` has {size} entries, at least {limit} are needed"


def out_of_range(name: str, word: str, limit: Any, value: Any) -> str:
    """A number beyond a limit; `word` is `most`, `least`, `less than` or `more than`."""
    bound = word if word.endswith("than") else f"at {word}"
    return f"`{name}` must be {bound} {limit}, not {value}"


def duplicate_item(name: str, value: Any) -> str:
    """A value that its list already has."""
    return f"`{name}` already has {quoted(value)}"


def duplicate_key(name: str, keys: Sequence[str], values: Sequence[Any]) -> str:
    """An item of a list whose identifying fields equal those of an earlier item."""
    fields = " and ".join(f"`{key}` {quoted(v)}" for key, v in zip(keys, values, strict=True))
    return f"`{name}` already has an item with {fields}"


def not_json(name: str, value: Any) -> str:
    """A value that no JSON document can hold."""
    return f"`{name}` must be text, a number, a list or a mapping, not {type_of(value)}"


def uncheckable(reason: str) -> str:
    """A manifest that the validator itself refuses to read."""
    return f"the manifest cannot be checked: {reason}"
