"""Codecs: a `lower`/`lift` pair for one value, and the way a manifest path leads back.

`lower` turns a spec value into a manifest value and never fails on a validated spec. `lift` is
its inverse and raises `Unliftable` when the manifest value has no spec form; the value then
travels in the passthrough. `trace` maps the rest of a manifest path, below the codec's own value,
to the rest of the spec path.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from hcpc.syntax.tree import Path


class Unliftable(Exception):  # noqa: N818  # a signal between lift and the table, not an error
    """The manifest value cannot be said in the spec language."""


class Codec(Protocol):
    """What a row needs to carry a value in both directions."""

    @property
    def says(self) -> str:
        """One phrase for the field reference; empty for a plain copy."""

    def lower(self, value: Any) -> Any:
        """The manifest value of a spec value."""

    def lift(self, value: Any) -> Any:
        """The spec value of a manifest value; raises `Unliftable`."""

    def trace(self, rest: Path, value: Any) -> Path:
        """The spec path below this value for a manifest path below `value`."""


class Copy(NamedTuple):
    """The same value on both sides."""

    says: str = ""

    def lower(self, value: Any) -> Any:
        """The value itself."""
        return value

    def lift(self, value: Any) -> Any:
        """The value itself."""
        return value

    def trace(self, rest: Path, value: Any) -> Path:
        """The same path: both sides have one shape."""
        del value
        return rest


class Reference(NamedTuple):
    """`{secret: NAME}` or `{configMap: NAME}` against `{name: NAME}`."""

    kind: str

    @property
    def says(self) -> str:
        """Which kind of object is named."""
        return f"name of a {'Secret' if self.kind == 'secret' else 'ConfigMap'}"

    def lower(self, value: Any) -> Any:
        """The object reference."""
        return {"name": value[self.kind]}

    def lift(self, value: Any) -> Any:
        """The name under its kind."""
        match value:
            case {"name": str(name), **rest} if name and not rest:
                return {self.kind: name}
        raise Unliftable

    def trace(self, rest: Path, value: Any) -> Path:
        """The one field there is."""
        del value
        return (self.kind,) if rest else ()


class Wrapped(NamedTuple):
    """A bare value against an object with one field: `x` and `{field: x}`."""

    field: str

    @property
    def says(self) -> str:
        """The object that the value is wrapped in."""
        return f"wrapped as `{{{self.field}: …}}`"

    def lower(self, value: Any) -> Any:
        """The object."""
        return {self.field: value}

    def lift(self, value: Any) -> Any:
        """The bare value."""
        if isinstance(value, dict) and value.keys() == {self.field}:
            return value[self.field]
        raise Unliftable

    def trace(self, rest: Path, value: Any) -> Path:
        """The value itself stands for the whole object."""
        del value
        return rest[1:]


class Each(NamedTuple):
    """A list on both sides, item by item."""

    item: Codec

    @property
    def says(self) -> str:
        """What holds for each item."""
        return f"each {self.item.says}" if self.item.says else "a list"

    def lower(self, value: Any) -> Any:
        """Each item lowered, in order."""
        return [self.item.lower(item) for item in value]

    def lift(self, value: Any) -> Any:
        """Each item lifted, in order."""
        if not isinstance(value, list):
            raise Unliftable
        return [self.item.lift(item) for item in value]

    def trace(self, rest: Path, value: Any) -> Path:
        """The same index on both sides."""
        if not rest:
            return ()
        return (rest[0], *self.item.trace(rest[1:], item_at(value, rest[0])))


class Keyed(NamedTuple):
    """A mapping by name against a list of objects that carry their name in field `key`."""

    key: str
    item: Codec

    @property
    def says(self) -> str:
        """Which field of the list's items is the key."""
        return f"a list, here keyed by `{self.key}`"

    def lower(self, value: Any) -> Any:
        """The list, in the mapping's order."""
        return [{self.key: name, **self.item.lower(item)} for name, item in value.items()]

    def lift(self, value: Any) -> Any:
        """The mapping; unliftable when a name is missing, not text, or used twice."""
        if not isinstance(value, list):
            raise Unliftable
        lifted: dict[str, Any] = {}
        for item in value:
            name = item.get(self.key) if isinstance(item, dict) else None
            if not isinstance(name, str) or not name or name in lifted:
                raise Unliftable
            lifted[name] = self.item.lift({k: v for k, v in item.items() if k != self.key})
        return lifted

    def trace(self, rest: Path, value: Any) -> Path:
        """The item's name in place of its index."""
        item = item_at(value, rest[0]) if rest else None
        name = item.get(self.key) if isinstance(item, dict) else None
        if not isinstance(name, str):
            return ()
        if rest[1:] == (self.key,):
            return (name,)
        return (name, *self.item.trace(rest[1:], item))


class Member(NamedTuple):
    """One arm of a union: its type in the manifest, its field there, and how its value maps.

    `field` is None for an arm that has a type but no value of its own.
    """

    type: str
    field: str | None
    codec: Codec = Copy()


class Union(NamedTuple):
    """`{arm: value}` against `{discriminator: TYPE, field: value}`.

    `arms` gives an arm's member by its spec name or None, `arm_of` the spec name of a type. With
    `sparse`, an empty value leaves its field out (the member is optional when it says nothing).
    """

    discriminator: str
    arms: Callable[[str], Member | None]
    arm_of: Callable[[str], str | None]
    sparse: bool = False

    @property
    def says(self) -> str:
        """Which manifest field tells the arms apart."""
        return f"sets `{self.discriminator}`"

    def lower(self, value: Any) -> Any:
        """The tagged object; further keys of the spec value are copied beside the tag."""
        lowered: dict[str, Any] = {}
        for name, content in value.items():
            member = self.arms(name)
            if member is None:
                lowered[name] = content
                continue
            lowered[self.discriminator] = member.type
            if member.field and (content or not self.sparse):
                lowered[member.field] = member.codec.lower(content)
        return lowered

    def lift(self, value: Any) -> Any:
        """The arm under its spec name, with what stands beside the tag."""
        tag = value.get(self.discriminator) if isinstance(value, dict) else None
        arm = self.arm_of(tag) if isinstance(tag, str) else None
        member = self.arms(arm) if arm else None
        if arm is None or member is None:
            raise Unliftable
        lifted: dict[str, Any] = {}
        content: Any = {}
        for name, item in value.items():
            if name == member.field:
                content = member.codec.lift(item)
            elif name != self.discriminator:
                if self.arms(name):  # a foreign arm's name would change the tag on the way back
                    raise Unliftable
                lifted[name] = item
        return lifted | {arm: content}

    def trace(self, rest: Path, value: Any) -> Path:
        """The arm's own path for its field, the arm for the tag."""
        tag = value.get(self.discriminator) if isinstance(value, dict) else None
        arm = self.arm_of(tag) if isinstance(tag, str) else None
        member = self.arms(arm) if arm else None
        if not rest or arm is None or member is None:
            return ()
        if rest[0] == self.discriminator:
            return (arm,)
        if rest[0] == member.field:
            return (arm, *member.codec.trace(rest[1:], value.get(member.field)))
        return rest


def union(discriminator: str, arms: Mapping[str, Member], *, sparse: bool = False) -> Union:
    """A union whose arms are all known beforehand."""
    by_type = {member.type: name for name, member in arms.items()}
    return Union(discriminator, arms.get, by_type.get, sparse)


COPY = Copy()
SECRET = Reference("secret")
CONFIG_MAP = Reference("configMap")


def item_at(value: Any, index: str | int) -> Any:
    """The item of a list, or None when this is no list or has no such item."""
    if isinstance(value, list) and isinstance(index, int) and 0 <= index < len(value):
        return value[index]
    return None
