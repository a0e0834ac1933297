"""Who pastes a manifest field into a spec is told what it is called there."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import DEMO, cluster, compiled, document, small_fleet

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.lower.hosted_cluster import HOSTED_CLUSTER_TABLE
from hcpc.lower.node_pool import NODE_POOL_TABLE
from hcpc.lower.pasted import with_spec_fields
from hcpc.mapping.table import Table
from hcpc.source.text import SourceFile, Span

HEAD = "apiVersion: hcpc.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n"


def advice(spec: str, written: str, kind: str = "Cluster") -> str:
    """The help about the one field of that name in a spec, after a fault that helps nobody."""
    text = HEAD.format(kind=kind) + "".join(f"  {line}\n" for line in spec.splitlines())
    start = text.rindex(f"{written}:")
    span = Span(SourceFile("a.yaml", text), start, start + len(written))
    found = Diagnostic(
        codes.UNKNOWN_FIELD.id, Severity.ERROR, "unknown", Label(span, "did you mean `x`?")
    )
    (told,) = with_spec_fields([found])
    assert told.primary.text == ("" if told.help else "did you mean `x`?")
    return told.help


@pytest.mark.parametrize(
    ("spec", "written", "said"),
    [
        ("controllerAvailabilityPolicy: x", None, "this is `availability.controlPlane`"),
        ("infrastructureAvailabilityPolicy: x", None, "this is `availability.infrastructure`"),
        ("olmCatalogPlacement: x", None, "this is `olm.catalogs`"),
        ("services: [{service: APIServer}]", None, "this is `publish`"),
        ("services: []", None, "this is `publish`"),
        ("secretEncryption: {type: kms}", None, "this is `encryption`"),
        (
            "secretEncryption: {type: aescbc, aescbc: {activeKey: {name: x}}}",
            None,
            "this is `encryption.aescbc.activeKey.secret`",
        ),
        ("networking: {networkType: x}", None, "this is `networks.type`"),
        (
            "networking: {networkType: x, clusterNetwork: [{cidr: x}]}",
            None,
            "these are `networks.type`, `networks.cluster`",
        ),
        ("networking: {}", None, "this is `networks`"),
        ("networks: {clusterNetwork: x}", "clusterNetwork", "this is `networks.cluster`"),
        (
            "availability: {controllerAvailabilityPolicy: x}",
            "controllerAvailabilityPolicy",
            "`availability.controlPlane`",
        ),
        (
            "etcd: {managed: {storage: {persistentVolume: {size: x, storageClassName: y}}}}",
            "managed",
            "these are `etcd.size`, `etcd.storageClass`",
        ),
        ("configuration: {ingress: {appsDomain: x}}", None, "this is `ingress.appsDomain`"),
        ("pullSecret: {name: x}", "name", "this is `pullSecret.secret`"),
        ("dns: {baseDomain: x}", "baseDomain", "this is `baseDomain`"),
        ("platform: {agent: {agentNamespace: x}}", "agentNamespace", "`platform.agent.namespace`"),
        (
            "nodePools: {w: {platform: {agent: {agentLabelSelector: {}}}}}",
            "agentLabelSelector",
            "this is `platform.agent.selector`",
        ),
        ("nodePools: {w: {nodeDrainTimeout: x}}", "nodeDrainTimeout", "this is `drainTimeout`"),
        ("nodePoolDefaults: {nodeDrainTimeout: x}", "nodeDrainTimeout", "this is `drainTimeout`"),
        ("nodePools: {w: {autoScaling: {min: 1}}}", "autoScaling", "this is `autoscale.min`"),
        (
            "nodePools: {w: {management: {upgradeType: x, autoRepair: true}}}",
            "management",
            "these are `upgrade.type`, `autoRepair`",
        ),
        (
            "nodePools: {w: {upgrade: {inPlace: {maxUnavailable: 1}}}}",
            "inPlace",
            "this is `upgrade.maxUnavailable`",
        ),
        (
            "oauth: {identityProviders: {a: {ldap: {}, mappingMethod: x, type: LDAP}}}",
            "type",
            "leave it out: it follows from the rest of `oauth.identityProviders.NAME`",
        ),
        ("etcd: {managementType: x}", "managementType", "leave it out: it follows from"),
        ("platform: {type: Agent}", "type", "leave it out: it follows from the rest of `platform`"),
        ("nodePools: {w: {clusterName: x}}", "clusterName", "leave it out: a node pool has it"),
        ("metadata: {labels: {a: b}}", None, "this is `labels.a`"),
    ],
)
def test_a_manifest_field_is_told_with_its_place_in_the_spec(
    spec: str, written: str | None, said: str
) -> None:
    assert said in advice(spec, written or spec.partition(":")[0])


@pytest.mark.parametrize(
    ("spec", "written"),
    [
        ("nonsense: x", None),
        ("spec: {}", None),
        ("etcd: {nonsense: x}", "nonsense"),
        ("pullSecret: {nmae: x}", "nmae"),
        ("autoscaling: {nonsense: x}", "nonsense"),
        ("platform: {agent: {nonsense: x}}", "nonsense"),
        ("platform: {agnet: {}}", "agnet"),
        ("nodePools: {w: {management: {nonsense: x}}}", "nonsense"),
        ("nodePools: {w: {olmCatalogPlacement: x}}", "olmCatalogPlacement"),
        ("nodeDrainTimeout: 30m", None),
        ("hostedCluster: {olmCatalogPlacement: x}", "olmCatalogPlacement"),
        ("configuration: {nonsense: x}", "nonsense"),
    ],
)
def test_what_no_row_knows_keeps_the_help_it_has(spec: str, written: str | None) -> None:
    assert advice(spec, written or spec.partition(":")[0]) == ""


def test_only_specs_of_clusters_take_fields_of_manifests() -> None:
    pasted = "olmCatalogPlacement: x"
    known = "in hcpc this is `olm.catalogs`"
    assert advice(pasted, "olmCatalogPlacement", "Profile") == known
    assert advice(f"cluster: {{{pasted}}}", "olmCatalogPlacement", "Defaults") == known
    other = f"managementCluster: {{{pasted}}}"
    assert advice(other, "olmCatalogPlacement", "Defaults") == ""
    assert advice(pasted, "olmCatalogPlacement", "ManagementCluster") == ""


@pytest.mark.parametrize(
    ("table", "before"), [(HOSTED_CLUSTER_TABLE, ""), (NODE_POOL_TABLE, "nodePools: {w: {PASTED}}")]
)
def test_every_row_is_found_by_its_manifest_field(table: Table, before: str) -> None:
    astray = []
    for row in table.rows:
        own = row.manifest[1:]
        if row.manifest[0] != "spec" or own == row.spec or own[0] == row.spec[0]:
            continue
        nested = "x"
        for step in reversed(own[1:]):
            nested = f"{{{step}: {nested}}}"
        pasted = f"{own[0]}: {nested}"
        said = advice(before.replace("PASTED", pasted) or pasted, own[0])
        if ".".join(row.spec) not in said:
            astray.append((row.spec, said))
    assert astray == []


def test_other_findings_stay_what_they_are() -> None:
    span = Span(SourceFile("a.yaml", HEAD.format(kind="Cluster") + "  services: []\n"), 69, 77)
    found = Diagnostic(codes.BAD_NAME.id, Severity.ERROR, "bad", Label(span, "x"), help="y")
    assert with_spec_fields([found]) == [found]


def test_the_help_reaches_whoever_lints_once_for_a_shared_layer(tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        "clusters/p.yaml": document("Profile", "gold", "olmCatalogPlacement: guest\n"),
        "clusters/mgmt-1/more.yaml": cluster("more", "profiles: [gold]\n"),
        DEMO: cluster("demo", "profiles: [gold]\nservices: []\n"),
    }
    findings = compiled(small_fleet(tmp_path, files)).findings
    assert [(found.code, found.help, len(found.clusters)) for found in findings] == [
        ("HCP0202", "in hcpc this is `publish`", 1),
        ("HCP0202", "in hcpc this is `olm.catalogs`", 2),
    ]
