"""What rules of ours and rules of CRDs both find is told once, in our words."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.outside import CRDS, TODAY, crd, needs_crds
from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    SCAFFOLD,
    cluster,
    compiled,
    small_fleet,
)
from tests.unit.verify.rules.agreeing import on_azure
from tests.unit.verify.rules.raw import raw

from hcpc.cli.main import command
from hcpc.diagnostics.diagnostic import Severity
from hcpc.verify.repeated import REPEATED

SETS = ("hypershift-4.15", "hypershift-4.17", TODAY)
USER = {"username": {"claim": "a"}}


def provider(**changes: Any) -> str:
    """An OIDC provider with other settings."""
    issuer = {"issuerURL": "https://login.example.com", "audiences": ["a"]}
    body = {"name": "corp", "issuer": issuer, "claimMappings": USER, **changes}
    authentication = {"type": "OIDC", "oidcProviders": [body]}
    return raw("spec.configuration.authentication", authentication)


def claims(**changes: Any) -> str:
    return provider(claimMappings={**USER, **changes})


def issuer(url: str, discovery: str | None = None) -> str:
    both = {"issuerURL": url, "audiences": ["a"]}
    return provider(issuer=both | ({"discoveryURL": discovery} if discovery else {}))


BALANCER = "publish: {api: {loadBalancer: {hostname: api.example.com}}}\n"
CERTIFICATES = "[{names: [api.example.com], certificate: {secret: c}}]"
OVN = "spec.operatorConfiguration.clusterNetworkOperator.ovnKubernetesConfig"
V4 = ("v4InternalSubnet", "ipv4.internalJoinSubnet", "ipv4.internalTransitSwitchSubnet")
V6 = ("v6InternalSubnet", "ipv6.internalJoinSubnet", "ipv6.internalTransitSwitchSubnet")
BOTH = ("internalJoinSubnet", "internalTransitSwitchSubnet")
CASES = [
    ("HCP1403", raw("spec.services", [])),
    ("HCP0213", raw("spec.pausedUntil", "never")),
    ("HCP0206", raw("spec.networking.machineNetwork", [{"cidr": "ten"}])),
    ("HCP1409", "networks: {cluster: [10.0.0.0/16], machine: [10.0.0.0/16]}\n"),
    *(("HCP0212", raw(f"{OVN}.{name}", "100.99.0.0/31")) for name in V4),
    *(("HCP0212", raw(f"{OVN}.{name}", "0.99.0.0/16")) for name in V4),
    *(("HCP0206", raw(f"{OVN}.{name}", "fd98::0:0/64")) for name in V4),
    *(("HCP0212", raw(f"{OVN}.{name}", "fd98::/126")) for name in V6),
    *(("HCP0206", raw(f"{OVN}.{name}", "100.99.0.0/16")) for name in V6),
    *(
        ("HCP1409", raw(f"{OVN}.{family}", dict.fromkeys(BOTH, cidr)))
        for family, cidr in {"ipv4": "100.99.0.0/16", "ipv6": "fd98::/64"}.items()
    ),
    ("HCP1413", "networks: {allocateNodeCIDRs: Enabled}\n"),
    ("HCP1413", "networks: {disableMultiNetwork: true}\n"),
    ("HCP1413", "networks: {type: Calico, ovn: {mtu: 1400}}\n"),
    ("HCP1414", raw("spec.etcd.managed.storage.restoreSnapshotURL", ["http://a"])),
    ("HCP1423", "capabilities: {disabled: [Ingress]}\n"),
    ("HCP1423", "capabilities: {enabled: [ImageRegistry], disabled: [ImageRegistry]}\n"),
    ("HCP0212", "oauth: {tokenConfig: {accessTokenInactivityTimeout: 1m}}\n"),
    (
        "HCP0211",
        raw(
            "spec.configuration.image.registrySources",
            {"allowedRegistries": ["quay.io"], "blockedRegistries": ["docker.io"]},
        ),
    ),
    (
        "HCP1408",
        f"{BALANCER}apiServer: {{certificates: {CERTIFICATES}}}\n",
    ),
    ("HCP1418", issuer("http://a.example.com")),
    ("HCP1418", issuer("nothing")),
    ("HCP1418", issuer("https://a.example.com?b=c")),
    ("HCP1418", issuer("https://a.example.com#b")),
    ("HCP1418", issuer("https://b@a.example.com")),
    ("HCP1418", issuer("https://a.example.com", "https://a.example.com/")),
    ("HCP1418", issuer("https://a.example.com", "http://b.example.com")),
    ("HCP1418", issuer("https://a.example.com", "https://b.example.com?c=d")),
    ("HCP1418", claims(username={"claim": "a", "expression": "b"})),
    ("HCP1418", claims(uid={})),
    ("HCP1418", claims(groups={"claim": "a", "expression": "b"})),
    ("HCP1418", claims(groups={"prefix": "a", "expression": "b"})),
    *(
        ("HCP1418", claims(extra=[{"key": key, "valueExpression": "a"}]))
        for key in ("a", "k8s.io/a")
    ),
    *(("HCP1418", claims(extra=[{"key": key, "valueExpression": "a"}])) for key in ("a/", "A/b")),
]


@pytest.fixture(scope="module")
def crd_set(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = small_fleet(tmp_path_factory.mktemp("set"))
    files = sorted(map(str, (CRDS / TODAY).glob("*.yaml")))
    made = CliRunner().invoke(command, ["schema", "import", "today", *files, "-C", str(root)])
    assert made.exit_code == 0, made.output
    return (root / "crds" / "today.json").read_text(encoding="utf-8")


@needs_crds
@pytest.mark.parametrize(("code", "spec"), CASES)
def test_it_is_told_once(code: str, spec: str, crd_set: str, tmp_path: Path) -> None:
    files = {
        "crds/today.json": crd_set,
        MANAGEMENT: SCAFFOLD[MANAGEMENT] + "  hypershift: {crdSet: today}\n",
        DEMO: cluster("demo", spec),
    }
    found = compiled(small_fleet(tmp_path, files)).findings
    assert {each.code for each in found} == {code}, json.dumps([each.message for each in found])


@needs_crds
@pytest.mark.parametrize("service", ["oauth", "konnectivity", "ignition"])
def test_what_a_platform_asks_of_services_is_told_once(
    service: str, crd_set: str, tmp_path: Path
) -> None:
    port = "{nodePort: {address: a.example.com}}"
    files = {
        "crds/today.json": crd_set,
        MANAGEMENT: SCAFFOLD[MANAGEMENT] + "  hypershift: {crdSet: today}\n",
        DEMO: f"{on_azure('demo')}  publish: {{{service}: {port}}}\n",
    }
    found = compiled(small_fleet(tmp_path, files)).findings
    assert [each.code for each in found if each.severity is Severity.ERROR] == ["HCP1406"]


def rules(schema: dict[str, Any], at: str = "") -> list[tuple[str, str]]:
    """Where CEL rules of a schema stand, and their messages."""
    own = [(at, rule.get("message", "")) for rule in schema.get("x-kubernetes-validations", ())]
    for name, child in schema.get("properties", {}).items():
        own += rules(child, f"{at}.{name}" if at else name)
    return own + (
        rules(schema["items"], f"{at}[]") if isinstance(schema.get("items"), dict) else []
    )


@needs_crds
def test_crds_have_the_rules_of_the_list() -> None:
    known = {rule for release in SETS for rule in rules(crd("HostedCluster", release))}
    listed = {each for said in REPEATED.values() for each in said}
    absent = {
        (where, words)
        for where, words in listed
        if not any(at == where and words in message for at, message in known)
    }
    assert absent == set()
