"""A small fleet whose management cluster has a CRD set of ours installed."""

from pathlib import Path
from typing import Any

from tests.unit.resolve.small_fleet import DEMO, MANAGEMENT, cluster, document, small_fleet

from hcpc.verify.crd.crd_set import CrdKind, write_set

SET = "crds/ours.json"
OPEN: dict[str, Any] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
CHANNEL: dict[str, Any] = {"channel": {"type": "string", "maxLength": 11}}


def hosted_cluster(fields: dict[str, Any], **words: Any) -> CrdKind:
    """A kind HostedCluster that knows all fields, and says something of some."""
    spec = {**OPEN, "properties": fields, **words}
    return _kind("HostedCluster", {**OPEN, "properties": {"spec": spec}})


def node_pool(fields: dict[str, Any]) -> CrdKind:
    """As `hosted_cluster`, of NodePool."""
    return _kind(
        "NodePool", {**OPEN, "properties": {"spec": {**OPEN, "properties": fields}}}
    )._replace(replicas=("spec", "replicas"))


def _kind(name: str, schema: dict[str, Any]) -> CrdKind:
    plural = f"{name.lower()}s"
    return CrdKind(
        "hypershift.openshift.io", "v1beta1", name, plural, namespaced=True, schema=schema
    )


def management(crd_set: str = "ours") -> str:
    """The document of a management cluster that runs a set."""
    spec = f"hypershift: {{crdSet: {crd_set}}}\nnodeAddress: api.mgmt-1.example.com\n"
    return document("ManagementCluster", "mgmt-1", spec)


def fleet_with(root: Path, *kinds: CrdKind, spec: str = "", **files: str) -> Path:
    """The fleet; `spec` are more lines of the cluster's spec, `files` more sets by name."""
    sets = {f"crds/{name}.json": text for name, text in files.items()}
    return small_fleet(
        root,
        {SET: write_set(kinds), MANAGEMENT: management(), DEMO: cluster("demo", spec), **sets},
    )
