"""What CEL's values are in Python, where Python has no type of its own for them.

Booleans, integers, doubles, text, bytes, null, lists and maps are Python's own. A rule's errors are
`EvaluationError`s; what this package cannot judge at all is an `UnsupportedError`, so that nobody
takes it for a pass.
"""

from typing import Any, Final, NamedTuple


class CelError(Exception):
    """An expression that cannot be compiled or evaluated.

    `offset` is the index of the character of the expression where the fault stands, if one does.
    """

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class EvaluationError(CelError):
    """What CEL itself calls an error: a missing key, an index out of bounds, an overflow."""


class UnsupportedError(CelError):
    """The expression may be right, but this package cannot say."""


class Uint(int):
    """An unsigned integer of 64 bits."""

    __slots__ = ()


class Duration(NamedTuple):
    """A span of time in nanoseconds."""

    nanoseconds: int


class Timestamp(NamedTuple):
    """A point in time, in nanoseconds since 1970 in UTC."""

    nanoseconds: int


class CelType(NamedTuple):
    """A type as a value: what `type(x)` gives."""

    name: str


class Optional(NamedTuple):
    """`optional.of(value)`, or `optional.none()` where `present` is false."""

    value: Any
    present: bool


class Url(NamedTuple):
    """A URL in the parts that Go's `url.URL` has; `path` is decoded, `raw_path` as written."""

    text: str
    scheme: str
    host: str
    path: bytes
    raw_path: str
    raw_query: str


class Ip(NamedTuple):
    """An address: family 4 or 6, and its bits as a number."""

    family: int
    bits: int


class Cidr(NamedTuple):
    """A network as written: the address keeps bits beyond the prefix."""

    ip: Ip
    prefix: int


class Quantity(NamedTuple):
    """A Kubernetes quantity in billionths, which is as fine as Kubernetes keeps them.

    `scale` is the power of ten by which Kubernetes counts a quantity of 64 bits; None for others.
    """

    nano: int
    scale: int | None


class Semver(NamedTuple):
    """A semantic version; `pre` holds numbers and words."""

    major: int
    minor: int
    patch: int
    pre: tuple[int | str, ...]


class Format(NamedTuple):
    """One of Kubernetes' named formats of text."""

    name: str


class Opaque(NamedTuple):
    """A value that expressions cannot look into, only compare."""

    value: Any


class Broken(NamedTuple):
    """What stands for a text that does not have the format of its field: an error where used."""

    message: str


class ObjectMap(dict[str, Any]):
    """A map of declared fields with some that expressions do not see; `hidden` holds those."""

    __slots__ = ("hidden",)

    def __init__(self, visible: dict[str, Any], hidden: dict[str, Any]) -> None:
        super().__init__(visible)
        self.hidden = hidden


class SetList(list[Any]):
    """A list whose elements are unique and in no order (`x-kubernetes-list-type: set`)."""

    __slots__ = ()


class MapList(list[Any]):
    """A list of maps told apart by `keys` (`x-kubernetes-list-type: map`)."""

    __slots__ = ("keys",)

    def __init__(self, items: list[Any], keys: tuple[str, ...]) -> None:
        super().__init__(items)
        self.keys = keys

    def key_of(self, item: Any) -> tuple[Any, ...]:
        """What tells `item` apart; a key that it lacks counts as null."""
        if not isinstance(item, dict):
            raise EvaluationError("unexpected element of a list with map keys")
        return tuple((type(item.get(key)), item.get(key)) for key in self.keys)


NONE: Final = Optional(None, present=False)
LISTS: Final = (list, SetList, MapList)
MAPS: Final = (dict, ObjectMap)

_NAMES: Final[dict[type, str]] = {
    bool: "bool",
    int: "int",
    Uint: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    type(None): "null_type",
    list: "list",
    SetList: "list",
    MapList: "list",
    dict: "map",
    ObjectMap: "map",
    Duration: "google.protobuf.Duration",
    Timestamp: "google.protobuf.Timestamp",
    CelType: "type",
    Optional: "optional_type",
    Url: "kubernetes.URL",
    Ip: "net.IP",
    Cidr: "net.CIDR",
    Quantity: "kubernetes.Quantity",
    Semver: "kubernetes.Semver",
    Format: "kubernetes.NamedFormat",
    Opaque: "unknown",
}
TYPE_NAMES: Final = frozenset(_NAMES.values())


def type_name(value: Any) -> str:
    """CEL's name of the type of `value`."""
    return _NAMES.get(type(value), type(value).__name__)


def no_overload(*arguments: Any) -> EvaluationError:
    """The error of an operator or function that has no meaning for its arguments."""
    broken = next((each.message for each in arguments if type(each) is Broken), None)
    return EvaluationError(broken or "no such overload")
