"""How a management cluster's operator is set up, as far as the fleet says.

A fact such as the OIDC bucket stands in a field of its own or among the installation's flags: with
the add-on of the multicluster engine it comes from a Secret, and no flag is written.
"""

from typing import Any

from hcpc.resolve.scope import ManagementCluster
from hcpc.source.text import Span
from hcpc.spec.flag_rules import METRICS_SET, Fact
from hcpc.syntax.tree import FieldPath, find, key_span, nearest_span

FLAGS: FieldPath = ("operator", "installFlags")
ADD: FieldPath = (*FLAGS, "add")
TECH_PREVIEW = "tech-preview-no-upgrade"
TELEMETRY, SRE, ALL = "Telemetry", "SRE", "All"
DEFAULT_SET = TELEMETRY
DEFAULT_NAMESPACE = "hypershift"


def operator_namespace(management: ManagementCluster) -> str:
    """The namespace that the operator runs in."""
    namespace: str = management.data.get("operator", {}).get("namespace", DEFAULT_NAMESPACE)
    return namespace


def knows_flags(management: ManagementCluster) -> bool:
    """Whether the fleet says with which flags the operator is installed."""
    return "installFlags" in management.data.get("operator", {})


def flags(management: ManagementCluster) -> dict[str, Any]:
    """The flags that the fleet sets, by name."""
    changes: dict[str, Any] = management.data.get("operator", {}).get("installFlags", {})
    added: dict[str, Any] = changes.get("add", {})
    return added


def fact(management: ManagementCluster, wanted: Fact) -> str:
    """What flags or a field say of a fact; empty when nothing does, and for the flag `None`."""
    added = flags(management)
    for flag in wanted.flags:
        if flag in added:
            return "" if added[flag] == "None" else str(added[flag])
    value: Any = management.data
    for step in wanted.field:
        value = value.get(step, {})
    return value if isinstance(value, str) else ""


def place(management: ManagementCluster, wanted: Fact) -> Span:
    """Where a fact is said, or would be."""
    for flag in wanted.flags:
        if find(management.tree, (*ADD, flag)) is not None:
            return nearest_span(management.tree, (*ADD, flag))
    if find(management.tree, wanted.field) is not None:
        return nearest_span(management.tree, wanted.field)
    if knows_flags(management):
        return key_span(management.tree, FLAGS)
    return name_span(management)


def name_span(management: ManagementCluster) -> Span:
    """Where a management cluster gets its name."""
    return management.tree.children["name"].span


def metrics_set(management: ManagementCluster) -> str:
    """The metrics set of hosted clusters that choose none."""
    return fact(management, METRICS_SET) or DEFAULT_SET


def tech_preview(management: ManagementCluster) -> bool | None:
    """Whether technology preview CRDs are installed; None when nobody says."""
    said = management.data.get("hypershift", {}).get("techPreview")
    if said is None and knows_flags(management):
        return flags(management).get(TECH_PREVIEW) is True
    return said if isinstance(said, bool) else None
