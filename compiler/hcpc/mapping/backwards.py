"""Tables asked about paths alone, without a manifest or a spec at hand.

Somebody wrote a manifest field where a spec field belongs: which one is it? Steps into lists are
left out of paths here, and `NAME` stands for a name that people choose.
"""

from hcpc.mapping.codec import COPY, Codec, Each, Keyed, Reference, Union
from hcpc.mapping.table import Derived, Row, Table
from hcpc.syntax.tree import FieldPath

NAME = "NAME"


def spec_fields(table: Table, path: FieldPath) -> list[FieldPath]:
    """The spec fields that a manifest field, or what stands below it, comes from.

    A field that follows from others (the tag of a union) leads to what it follows from.
    """
    size = len(path)
    below = [row.spec for row in table.rows if row.manifest[:size] == path]
    if below and not any(row.manifest == path for row in table.rows):
        return below
    entries: list[Row | Derived] = [*table.rows, *table.derived]
    above = [entry for entry in entries if entry.manifest == path[: len(entry.manifest)]]
    if not above:
        return below
    best = max(above, key=lambda entry: len(entry.manifest))
    rest = path[len(best.manifest) :]
    inner = _lifted(best.codec, rest) if isinstance(best, Row) else [()]
    return list(dict.fromkeys([*((*best.spec, *steps) for steps in inner), *below]))


def _lifted(codec: Codec, rest: FieldPath) -> list[FieldPath]:
    """The spec paths of a path below a codec's own value."""
    if not rest:
        return [()]
    match codec:
        case Table():
            return spec_fields(codec, rest)
        case Each():
            return _lifted(codec.item, rest)
        case Keyed():
            item = [()] if rest == (codec.key,) else _lifted(codec.item, rest)
            return [(NAME, *steps) for steps in item]
        case Union():
            if rest[0] == codec.discriminator:
                return [()]
            member = codec.arms(rest[0])
            if member is None or member.field != rest[0]:
                return []
            return [(rest[0], *steps) for steps in _lifted(member.codec, rest[1:])]
        case Reference():
            return [(codec.kind,)] if rest == ("name",) else []
        case _:
            return [tuple(map(str, codec.trace(rest, None)))]


def manifest_places(table: Table, path: FieldPath) -> list[FieldPath]:
    """The manifest fields that hold what a spec field, or a group of them, holds."""
    found: list[FieldPath] = []
    for row in table.rows:
        size = len(row.spec)
        if path[:size] == row.spec:
            found += [(*row.manifest, *steps) for steps in _lowered(row.codec, path[size:])]
        elif row.spec[:-1] == path:
            found.append(row.manifest[:-1])
    return list(dict.fromkeys(found))


def _lowered(codec: Codec, rest: FieldPath) -> list[FieldPath]:
    """The manifest paths of a path below a codec's own value."""
    if not rest or codec is COPY:
        return [rest]
    match codec:
        case Table():
            return manifest_places(codec, rest)
        case Each():
            return _lowered(codec.item, rest)
        case Keyed():
            return _lowered(codec.item, rest[1:])
        case Union():
            member = codec.arms(rest[0])
            if member is None or member.field is None:
                return []
            return [(member.field, *steps) for steps in _lowered(member.codec, rest[1:])]
        case _:
            return []
