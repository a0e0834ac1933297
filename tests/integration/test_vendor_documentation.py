"""Worked examples of the vendor's documentation, from short specs.

Others stand with what they show: node configuration, metrics, install flags, guest, restore.
"""

from pathlib import Path
from typing import Any

import yaml
from tests.unit.resolve.small_fleet import DEMO, cluster, compiled, small_fleet

HOSTED = "mgmt-1/clusters/demo/hostedcluster.yaml"


def hosted_cluster(root: Path, spec: str) -> dict[str, Any]:
    """The spec of the HostedCluster that a cluster's spec compiles to."""
    result = compiled(small_fleet(root, {DEMO: cluster("demo", spec)}))
    assert not result.has_errors
    found: dict[str, Any] = yaml.safe_load(result.files[HOSTED])["spec"]
    return found


def test_an_openid_provider_whose_users_are_looked_up(tmp_path: Path) -> None:
    spec = """\
oauth:
  identityProviders:
    IAM:
      mappingMethod: lookup
      openID:
        clientID: hosted-client
        clientSecret: {secret: iam-client}
        issuer: https://iam.example.com/realms/fleet
        claims: {preferredUsername: [preferred_username], name: [name], email: [email]}
"""
    assert hosted_cluster(tmp_path, spec)["configuration"]["oauth"]["identityProviders"] == [
        {
            "name": "IAM",
            "mappingMethod": "lookup",
            "type": "OpenID",
            "openID": {
                "clientID": "hosted-client",
                "clientSecret": {"name": "iam-client"},
                "issuer": "https://iam.example.com/realms/fleet",
                "claims": {
                    "preferredUsername": ["preferred_username"],
                    "name": ["name"],
                    "email": ["email"],
                },
            },
        }
    ]


def test_technology_previews(tmp_path: Path) -> None:
    found = hosted_cluster(tmp_path, "featureGate: {featureSet: TechPreviewNoUpgrade}\n")
    assert found["configuration"]["featureGate"] == {"featureSet": "TechPreviewNoUpgrade"}


def test_an_agent_cluster_behind_a_mirror_registry(tmp_path: Path) -> None:
    spec = """\
additionalTrustBundle: {configMap: registry-ca}
imageSources:
  quay.io/openshift-release-dev/ocp-release: [registry.example.com:5000/ocp/release-images]
  quay.io/openshift-release-dev/ocp-v4.0-art-dev: [registry.example.com:5000/ocp/release]
"""
    found = hosted_cluster(tmp_path, spec)
    assert found["platform"] == {"type": "Agent", "agent": {"agentNamespace": "agents-demo"}}
    assert found["additionalTrustBundle"] == {"name": "registry-ca"}
    assert found["imageContentSources"] == [
        {
            "source": "quay.io/openshift-release-dev/ocp-release",
            "mirrors": ["registry.example.com:5000/ocp/release-images"],
        },
        {
            "source": "quay.io/openshift-release-dev/ocp-v4.0-art-dev",
            "mirrors": ["registry.example.com:5000/ocp/release"],
        },
    ]
