"""Rules look at manifests that may have any shape: none of them crashes over one."""

from pathlib import Path
from typing import Any

from tests.unit.resolve.resolving import sound
from tests.unit.resolve.small_fleet import DEMO, small_fleet
from tests.unit.verify.rules.agreeing import on_aws
from tests.unit.verify.rules.checking import lowered

from hcpc.diagnostics.sink import Sink
from hcpc.verify.rules import check_rules
from hcpc.verify.subject import Subject

FULL: dict[str, Any] = {
    "metadata": {
        "annotations": {
            "hypershift.openshift.io/destroy-grace-period": "10m",
            "hypershift.openshift.io/force-upgrade-to": "other",
            "resource-request-override.hypershift.openshift.io/a.b": "cpu=1",
        }
    },
    "spec": {
        "autoscaling": {"maxNodesTotal": 3},
        "capabilities": {"disabled": ["Console"], "enabled": ["Console"]},
        "configuration": {
            "apiServer": {"servingCerts": {"namedCertificates": [{"names": ["localhost"]}]}},
            "authentication": {
                "type": "OIDC",
                "oidcProviders": [
                    {
                        "issuer": {"issuerURL": "http://x", "discoveryURL": "http://x/"},
                        "claimMappings": {
                            "username": {"expression": "a", "prefixPolicy": "Prefix"},
                            "groups": {"expression": "a", "prefix": "b", "claim": "c"},
                            "extra": [{"key": "x"}, {"key": "k8s.io/x"}],
                        },
                    }
                ],
            },
            "featureGate": {"featureSet": "OKD", "customNoUpgrade": {"enabled": ["A"]}},
            "image": {"registrySources": {"allowedRegistries": ["a"], "blockedRegistries": ["b"]}},
            "network": {"serviceNodePortRange": "30000-32767"},
            "oauth": {
                "identityProviders": [
                    {"name": "a", "type": "OpenID", "openID": {}, "mappingMethod": "x"},
                    {"name": "a", "type": "LDAP", "ldap": {"url": "x"}, "google": {}},
                ],
                "tokenConfig": {
                    "accessTokenInactivityTimeout": "1m",
                    "accessTokenMaxAgeSeconds": 0,
                },
            },
            "operatorhub": {"disableAllDefaultSources": True},
        },
        "controlPlaneRelease": {"image": "quay.io/x/y:4.18.1"},
        "etcd": {"managed": {"storage": {"restoreSnapshotURL": ["s3://x"]}}},
        "imageContentSources": [{"source": "a/b", "mirrors": ["a/b", "c/d"]}],
        "issuerURL": "",
        "labels": {"a b": "c d"},
        "networking": {
            "allocateNodeCIDRs": "Enabled",
            "apiServer": {"advertiseAddress": "10.0.0.1", "port": 443},
            "clusterNetwork": [{"cidr": "10.0.0.0/8"}],
            "machineNetwork": [{"cidr": "10.1.0.0/16"}],
            "networkType": "OpenShiftSDN",
            "serviceNetwork": [{"cidr": "fd02::/112"}],
        },
        "nodeSelector": {"a": "b"},
        "operatorConfiguration": {
            "clusterNetworkOperator": {
                "disableMultiNetwork": True,
                "ovnKubernetesConfig": {"ipv4": {"internalJoinSubnet": "10.2.0.0/16"}},
            }
        },
        "pausedUntil": "true",
        "secretEncryption": {"type": "kms", "kms": {"provider": "AWS"}},
        "serviceAccountSigningKey": {"name": ""},
        "services": [
            {
                "service": "APIServer",
                "servicePublishingStrategy": {
                    "type": "NodePort",
                    "nodePort": {"address": "172.31.0.1", "port": 1},
                    "route": {"hostname": "a.example.com"},
                    "loadBalancer": {"hostname": "b.example.com"},
                },
            }
        ],
        "tolerations": [{"operator": "Exists", "value": "x", "effect": "y"}, {}],
    },
}
ODD: tuple[Any, ...] = (None, "", -1, [], [1], [{}], {"x": 1})


def merged(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return below | {name: merged(below.get(name), value) for name, value in above.items()}


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value, but the value itself."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for step, child in steps:
        found += [(*at, step)]
        found += paths(child, (*at, step)) if isinstance(child, dict | list) else []
    return found


def put(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """The value with something else at a path; all other parts are shared."""
    if not path:
        return odd
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = put(value[path[0]], path[1:], odd)
    return changed


def test_no_rule_crashes_over_a_manifest_of_another_shape(tmp_path: Path) -> None:
    subject = lowered(sound(small_fleet(tmp_path, {DEMO: on_aws("demo")})))
    first, *others = subject.manifests
    full = merged(first.body, FULL)
    sink = Sink()
    for path in paths(full):
        for odd in ODD:
            body = put(full, path, odd)
            changed = Subject(subject.cluster, (first._replace(body=body), *others))
            check_rules(changed, sink)
    crashed = [found.message for found in sink.findings() if found.code == "HCP0901"]
    assert sorted(set(crashed)) == []
