"""Policy documents as data, each entry with its place; what is faulty is told elsewhere."""

from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import is_firm
from hcpc.diagnostics.diagnostic import Severity
from hcpc.resolve.document import Document
from hcpc.resolve.scope import Environment, sees
from hcpc.source.text import Span
from hcpc.spec.types import Form
from hcpc.syntax.tree import (
    Mapping,
    Path,
    Plain,
    Sequence,
    Tree,
    find,
    key_span,
    nearest_span,
    plain,
)
from hcpc.verify.policies.scope import Whereabouts, fits

_FIELDS = ("severities", "rules", "waivers")
_RULES: Path = ("spec", "rules")


class Entry(NamedTuple):
    """An entry of a Policy: what it says, its rule, its document, and its path there."""

    data: dict[str, Any]
    rule: str
    document: Document
    path: Path

    def applies(self, where: Whereabouts) -> bool:
        """Whether it is for something there."""
        return sees(where.directory, self.document.directory) and fits(
            self.data.get("scope", {}), where
        )

    def span(self, *field: str) -> Span:
        """Where one of its fields stands, or the entry itself."""
        return nearest_span(self.document.tree, (*self.path, *field))

    @property
    def key(self) -> Span:
        """Where its id stands."""
        return key_span(self.document.tree, self.path)

    @property
    def severity(self) -> Severity | None:
        """The severity that it gives; None for `off`."""
        said = self.data.get("severity", Severity.ERROR)
        return None if said == "off" else Severity(said)


class Policies(NamedTuple):
    """All sound entries of a fleet: those further up in the tree first, then by file and place.

    `ids` are those of all its rules, faulty ones too.
    """

    severities: tuple[Entry, ...]
    rules: tuple[Entry, ...]
    waivers: tuple[Entry, ...]
    ids: frozenset[str]

    def seen_by(self, directory: str) -> list[Entry]:
        """The rules that a directory sees."""
        return [rule for rule in self.rules if sees(directory, rule.document.directory)]


def has_policies(environment: Environment) -> bool:
    """Whether a fleet has any Policy, sound or not; every cluster asks."""
    known = environment.made.get(has_policies)
    if not isinstance(known, bool):
        known = any(each.kind == "Policy" for each in environment.documents)
        environment.made[has_policies] = known
    return known


def read_policies(environment: Environment) -> Policies:
    """The policies of a fleet; read once in a process."""
    known = environment.made.get(Policies)
    if not isinstance(known, Policies):
        found = [each for each in environment.documents if each.kind == "Policy"]
        found.sort(key=_depth)
        severities, rules, waivers = (
            tuple(entry for each in found for entry in _entries(each, field)) for field in _FIELDS
        )
        ids = frozenset(name for each in found for name in _ids(each))
        known = environment.made[Policies] = Policies(severities, rules, waivers, ids)
    return known


def can_be_waived(rule: str) -> bool:
    """Whether waivers of a rule have any effect."""
    return not is_firm(rule) and not rule.startswith(codes.POLICIES)


def notice_days(document: Document) -> int:
    """How many days before it expires a Policy wants to hear of a waiver."""
    from hcpc.spec.policy import NOTICE_DAYS  # noqa: PLC0415  # only fleets with policies pay for it

    said = find(document.tree, ("spec", "noticeDays"))
    days = plain(said) if said is not None else NOTICE_DAYS
    return days if type(days) is int and days >= 0 else NOTICE_DAYS


def policy_texts(environment: Environment, mixed: Container[str]) -> dict[str, str]:
    """Of each file of policies and tombstones alone: all of it that clusters are compiled with.

    Severities and waivers are applied to what was found, and so are tombstones: a change of one of
    these leaves results as they are. Rules are in it with their places, which findings point at.
    Of tombstones there is nothing, not even that there are any. `mixed` are files that hold
    clusters, too.
    """
    unread = {file.path for file in environment.unread}
    by_file: dict[str, list[Document]] = {}
    for document in environment.documents:
        by_file.setdefault(document.file.path, []).append(document)
    return {
        path: _rules_text([each for each in documents if each.kind == "Policy"])
        for path, documents in by_file.items()
        if all(each.kind in {"Policy", "Tombstone"} for each in documents)
        if path not in unread and path not in mixed
    }


def _rules_text(policies: Iterable[Document]) -> str:
    parts = [list(_plain_rules(each)) for each in policies]
    return repr(parts) if parts else ""


def _plain_rules(document: Document) -> Iterator[tuple[str, Plain, int, int]]:
    rules = find(document.tree, _RULES)
    for name, tree in rules.children.items() if isinstance(rules, Mapping) else ():
        span = nearest_span(tree, ("expression",))
        yield name, plain(tree), span.start, span.end


def _depth(document: Document) -> int:
    return document.directory.count("/") + 1 if document.directory else 0


def _ids(document: Document) -> Iterable[str]:
    rules = find(document.tree, _RULES)
    return rules.children if isinstance(rules, Mapping) else ()


def _entries(document: Document, field: str) -> Iterator[Entry]:
    """The entries of a list, or those by their ids, as far as they are sound."""
    from hcpc.spec.policy import OrgRule, SeverityEntry, Waiver  # noqa: PLC0415  # as above

    models: dict[str, type[Form]] = {
        "severities": SeverityEntry,
        "rules": OrgRule,
        "waivers": Waiver,
    }
    model = models[field]
    tree = find(document.tree, ("spec", field))
    entries: Iterable[tuple[str | int, Tree]] = ()
    if isinstance(tree, Mapping) and model is OrgRule:
        entries = tree.children.items()
    elif isinstance(tree, Sequence) and model is not OrgRule:
        entries = enumerate(tree.items)
    for step, each in entries:
        data = _data(model, each)
        if data is not None:
            yield Entry(data, str(data.get("rule", step)), document, ("spec", field, step))


def _data(model: type[Form], tree: Tree) -> dict[str, Any] | None:
    """An entry's data; None where it is faulty, which its document is told."""
    try:
        return model.model_validate(plain(tree)).model_dump(by_alias=True, exclude_unset=True)
    except ValueError:
        return None
