"""CRD documents, as operators and clusters have them, to the text of a set."""

from collections.abc import Collection, Iterable

from hcpc.syntax.plain import UnreadableError, plain_documents
from hcpc.syntax.tree import dotted
from hcpc.verify.crd.crd_set import CrdError, CrdKind, kinds_of, write_set
from hcpc.verify.crd.rules import unchecked_rules


def import_set(sources: Iterable[tuple[str, str]], groups: Collection[str] = ()) -> str:
    """The text of a set from texts with CRDs, each with the name of where it is from.

    With `groups`, only of kinds in these. Raises `CrdError`, which names the source: for a text
    that cannot be read or has no CRD, and for two CRDs of one kind that do not say the same.
    """
    found: dict[tuple[str, str, str], tuple[CrdKind, str]] = {}
    read: list[str] = []
    for source, text in sources:
        read.append(source)
        kinds = _kinds(source, text)
        for kind in kinds:
            if groups and kind.group not in groups:
                continue
            key = (kind.group, kind.kind, kind.version)
            first, where = found.setdefault(key, (kind, source))
            if first != kind:
                raise CrdError(
                    f"{source}: {kind.kind} of `{kind.api_version}` is not as in {where}: "
                    "a set has one of each kind"
                )
    if not found:
        none = f"there is no served CRD of {', '.join(sorted(groups))} in"
        raise CrdError(f"{read[0]}: {none} it" if len(read) == 1 else f"{none} these files")
    try:
        return write_set(_judged(kind) for kind, _ in found.values())
    except RecursionError:
        raise CrdError("a schema is nested too deeply") from None


def _judged(kind: CrdKind) -> CrdKind:
    """The kind with those of its rules that hcpc cannot evaluate; finding them takes a while."""
    unchecked = [f"`{dotted(each.path)}`: {each.rule}" for each in unchecked_rules(kind)]
    return kind._replace(unchecked=tuple(unchecked))


def _kinds(source: str, text: str) -> list[CrdKind]:
    try:
        documents = plain_documents(text)
        kinds = [kind for document in documents for kind in kinds_of(document)]
    except (UnreadableError, CrdError) as fault:
        raise CrdError(f"{source}: {fault}") from None
    except RecursionError:
        raise CrdError(f"{source}: it is nested too deeply") from None
    if not kinds:
        raise CrdError(f"{source}: there is no served CustomResourceDefinition in it")
    return kinds
