"""What kube-apiserver would say to an object: every reason to refuse it, with strict validation."""

from typing import Any

from hcpc.syntax.tree import Path
from hcpc.verify import messages
from hcpc.verify.crd.crd_set import CrdKind
from hcpc.verify.crd.defaulting import as_stored, complete
from hcpc.verify.crd.fault import Fault
from hcpc.verify.crd.metadata import check_embedded, check_metadata
from hcpc.verify.crd.node import Node, root_node
from hcpc.verify.crd.structural import MISSING, check

__all__ = ["Fault", "check_object"]

_STOPS_RULES = frozenset({"enum", "format", "missing", "too-long", "too-many", "type"})
"""Faults after which the API server does not run rules: these could read what is not there."""
_INT32 = 2**31


def check_object(
    kind: CrdKind, body: dict[str, Any], old: dict[str, Any] | None = None
) -> list[Fault]:
    """What kube-apiserver would refuse when the object is made, or changed from an old one.

    Faults come in the order of their paths; of several at one place only the first is told, unless
    they are of rules.
    """
    node = root_node(kind.schema)
    found = check_metadata(body, old)
    completed, unknown = complete(node, body)
    before = None if old is None else as_stored(complete(node, old)[0])
    if kind.has_status:  # it is written by nobody but the controller, so nobody looks at it here
        completed.pop("status", None)
        if before is not None and "status" in before:
            completed["status"] = before["status"]
    faults: list[Fault] = []
    check(node, completed, MISSING if before is None else before, faults)
    if before is not None and any(fault.rule == "duplicate" for fault in faults):
        faults = _without_known_duplicates(node, before, faults)
    found += faults
    found += _embedded(node, completed, ())
    if not any(fault.rule in _STOPS_RULES for fault in found):
        from hcpc.verify.crd.rules import check_rules  # noqa: PLC0415  # only sound objects get here

        found += check_rules(kind, completed, before)
    found += _replicas(kind, completed)  # whatever is wrong there stops no rules
    found += (
        Fault(each.path, "unknown-field", messages.unknown_field(str(each.path[-1])), each.names)
        for each in unknown
    )
    return _chosen(found) if found else found


def _without_known_duplicates(
    node: Node, before: dict[str, Any], faults: list[Fault]
) -> list[Fault]:
    """Where any list of the old object has an item twice, lists are not looked at."""
    old: list[Fault] = []
    check(node, before, MISSING, old)
    if not any(fault.rule == "duplicate" for fault in old):
        return faults
    return [fault for fault in faults if fault.rule != "duplicate"]


def _replicas(kind: CrdKind, body: dict[str, Any]) -> list[Fault]:
    """The field that counts replicas for `kubectl scale` is an integer that is not too large."""
    value: Any = body
    for step in kind.replicas:
        if not isinstance(value, dict):
            value, path = {}, kind.replicas
            break
        if step not in value:
            return []
        value = value[step]
    path = kind.replicas
    if not path:
        return []
    if type(value) is not int:
        return [Fault(path, "type", messages.wrong_type(path[-1], ("integer",), value))]
    if value < 0:
        return [Fault(path, "range", messages.out_of_range(path[-1], "least", 0, value))]
    if value >= _INT32:
        return [Fault(path, "range", messages.out_of_range(path[-1], "most", _INT32 - 1, value))]
    return []


def _embedded(node: Node, value: Any, path: Path) -> list[Fault]:
    """What is wrong with the heads of objects inside the object."""
    found: list[Fault] = []
    if not node.holds_resources:
        return found
    if isinstance(value, dict):
        if node.embedded:
            found += check_embedded(value, path)
        for name, item in value.items():
            child = node.child(name)
            if child:
                found += _embedded(child, item, (*path, name))
    elif isinstance(value, list) and node.items:
        for index, item in enumerate(value):
            found += _embedded(node.items, item, (*path, index))
    return found


def _chosen(faults: list[Fault]) -> list[Fault]:
    """One fault for each place, and none below a value that is not what it should be at all."""
    first: dict[tuple[Path, str], Fault] = {}
    wrong: set[Path] = set()
    for fault in faults:
        rule = fault.message if fault.rule in {"cel", "transition"} else ""
        first.setdefault((fault.path, rule), fault)
        if fault.rule == "type":
            wrong.add(fault.path)
    kept = [
        fault
        for (path, _), fault in first.items()
        if not any(path[:depth] in wrong for depth in range(len(path)))
    ]
    return sorted(kept, key=lambda fault: [(isinstance(s, str), s) for s in fault.path])
