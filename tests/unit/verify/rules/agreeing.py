"""What tests share that hold a cluster against its management cluster."""

import json
from pathlib import Path
from typing import Any

from tests.unit.payloads.management import management
from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    cluster,
    compiled,
    document,
    small_fleet,
)

from hcpc.diagnostics.diagnostic import Diagnostic

ROLE = "arn:aws:iam::123456789012:role/demo"
ROLES = (
    *("controlPlaneOperatorARN", "imageRegistryARN", "ingressARN", "kubeCloudControllerARN"),
    *("networkARN", "nodePoolManagementARN", "storageARN"),
)
ID = "3f0c2c1e-7c2b-4b57-9a55-0c9a3d1f4e10"
GROUP = f"/subscriptions/{ID}/resourceGroups/one"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
PARTS = (
    *("cloudProvider", "controlPlaneOperator", "disk", "file"),
    *("imageRegistry", "ingress", "network", "nodePoolManagement"),
)
ON_AWS: dict[str, Any] = {
    "w": {
        "replicas": 2,
        "platform": {"aws": {"instanceType": "m6i.xlarge", "subnet": {"id": "subnet-1"}}},
    }
}
ON_AZURE: dict[str, Any] = {
    "w": {
        "replicas": 2,
        "platform": {
            "azure": {
                "vmSize": "Standard_D4s_v5",
                "image": {"imageID": "image"},
                "osDisk": {"sizeGiB": 120},
                "subnetID": f"{NETWORK}/virtualNetworks/one/subnets/one",
            }
        },
    }
}
FLAGS = "operator: {installFlags: {add: {exclude-etcd: true}}}\n"
BUCKET = "oidcBucket: {name: oidc, region: eu-central-1}\n"


def on_aws(name: str, spec: str = "", **settings: Any) -> str:
    """A cluster on AWS, in eu-central-1 unless `settings` say otherwise."""
    aws = {"region": "eu-central-1", "rolesRef": dict.fromkeys(ROLES, ROLE), **settings}
    pools = "" if "nodePools" in spec else f"nodePools: {json.dumps(ON_AWS)}\n"
    return document("Cluster", name, f"platform: {json.dumps({'aws': aws})}\n{pools}{spec}")


def on_azure(name: str, **settings: Any) -> str:
    """A cluster on Azure."""
    azure = {
        "location": "westeurope",
        "subscriptionID": ID,
        "tenantID": ID,
        "resourceGroup": "one",
        "vnetID": f"{NETWORK}/virtualNetworks/one",
        "subnetID": f"{NETWORK}/virtualNetworks/one/subnets/one",
        "securityGroupID": f"{NETWORK}/networkSecurityGroups/one",
        "authentication": {"workloadIdentities": {part: {"clientID": ID} for part in PARTS}},
        **settings,
    }
    platform = f"platform: {json.dumps({'azure': azure})}\n"
    return document("Cluster", name, f"{platform}nodePools: {json.dumps(ON_AZURE)}\n")


def found(root: Path, facts: str, *clusters: str) -> tuple[Diagnostic, ...]:
    """What is found of a management cluster with these facts, and clusters below it."""
    files: dict[str, str | bytes | None] = {MANAGEMENT: management(facts), DEMO: None}
    for number, text in enumerate(clusters or (cluster("demo"),)):
        files[f"clusters/mgmt-1/{number}.yaml"] = text
    return compiled(small_fleet(root, files)).findings
