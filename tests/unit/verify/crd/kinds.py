"""Small kinds of our own, and what the API server would say to objects of them."""

from typing import Any

from hcpc.verify.crd.crd_set import CrdKind
from hcpc.verify.crd.fault import Fault
from hcpc.verify.crd.verdict import check_object

API_VERSION = "tests.example.com/v1"


def kind_of(spec: dict[str, Any], **more: Any) -> CrdKind:
    """The kind `Thing`, whose spec has this schema; `more` are fields of `CrdKind`."""
    schema = {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": spec,
            "status": {"type": "object", "properties": {"ready": {"type": "boolean"}}},
        },
    }
    known = CrdKind("tests.example.com", "v1", "Thing", "things", namespaced=True, schema=schema)
    return known._replace(**more)


def thing(spec: Any, **metadata: Any) -> dict[str, Any]:
    """A `Thing`."""
    return {
        "apiVersion": API_VERSION,
        "kind": "Thing",
        "metadata": {"name": "thing", "namespace": "things", **metadata},
        "spec": spec,
    }


def refused(schema: dict[str, Any], value: Any, old: Any = None) -> list[Fault]:
    """Faults of a `Thing` whose field `spec.field` has a schema, made or changed from `old`."""
    kind = kind_of({"type": "object", "properties": {"field": schema}})
    before = None if old is None else thing({"field": old})
    return check_object(kind, thing({"field": value}), before)


def rules(faults: list[Fault]) -> list[str]:
    """Faults in short: their places below `spec.field`, and their rules."""
    return [
        " ".join([*(str(step) for step in fault.path[2:]), f"<{fault.rule}>"]) for fault in faults
    ]
