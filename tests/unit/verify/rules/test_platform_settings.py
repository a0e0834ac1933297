"""What platforms find in their own settings."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import document, underlined
from tests.unit.verify.rules.agreeing import ID, ROLE, ROLES, on_aws, on_azure
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import raw

from hcpc.verify.rules.platform_settings import check

PATCH = "hypershift.openshift.io/kubevirt-vm-jsonpatch"


def on_kubevirt(settings: str = "{generateID: a1b2c3}", spec: str = "") -> str:
    pools = "nodePools: {w: {replicas: 1}}\n"
    return document("Cluster", "demo", f"platform: {{kubevirt: {settings}}}\n{pools}{spec}")


def test_tags_are_the_cluster_s_own(tmp_path: Path) -> None:
    owned = {"kubernetes.io/cluster/demo-1": "owned", "kubernetes.io/cluster/other": "owned"}
    text = on_aws("demo", "infraID: demo-1\n", resourceTags=owned)
    (found,) = checked(check, tmp_path, text)
    assert (found.code, "other" in found.message) == ("HCP1426", True)


def test_each_tag_is_given_once(tmp_path: Path) -> None:
    tags = [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]
    text = on_aws("demo", raw("spec.platform.aws.resourceTags", tags))
    assert [found.code for found in checked(check, tmp_path, text)] == ["HCP1426"]


@pytest.mark.parametrize("role", ROLES)
def test_three_roles_can_be_read_from_secrets(role: str, tmp_path: Path) -> None:
    roles = {**dict.fromkeys(ROLES, ROLE), role: "arn-from-secret::one"}
    found = checked(check, tmp_path, on_aws("demo", rolesRef=roles))
    is_read = role in {"nodePoolManagementARN", "controlPlaneOperatorARN", "kubeCloudControllerARN"}
    assert [each.code for each in found] == ["HCP1427"] * is_read


def test_a_field_without_effect_is_deprecated_only_when_it_is_on(tmp_path: Path) -> None:
    assert [f.code for f in checked(check, tmp_path, on_aws("demo", multiArch=True))] == ["HCP1429"]
    assert checked(check, tmp_path, on_aws("demo", multiArch=False)) == []


@pytest.mark.parametrize(
    ("release", "kind", "count"),
    [
        ("quay.io/x/y:4.21.9", "ManagedHSM", 1),
        ("quay.io/x/y:4.22.0-rc.1", "ManagedHSM", 0),
        ("quay.io/x/y:4.21.9", "KeyVault", 0),
        (f"quay.io/x/y@sha256:{'a' * 64}", "ManagedHSM", 0),
    ],
)
def test_keys_in_an_hsm_need_a_release(release: str, kind: str, count: int, tmp_path: Path) -> None:
    key = "{keyVaultName: v, keyName: k, keyVersion: '1'}"
    kms = f"{{keyVaultType: {kind}, activeKey: {key}, workloadIdentity: {{clientID: {ID}}}}}"
    spec = f"release: {release}\nencryption: {{aescbc: null, kms: {{azure: {kms}}}}}\n"
    text = on_azure("demo") + "".join(f"  {line}\n" for line in spec.splitlines())
    assert len(checked(check, tmp_path, text)) == count


@pytest.mark.parametrize(
    ("settings", "spec", "expected"),
    [
        ("{}", "", ["HCP1428"]),
        ("{generateID: a1b2c3}", "", []),
        ("{generateID: a1, baseDomainPassthrough: true}", "", []),
        ("{generateID: a1, baseDomainPassthrough: true}", "baseDomain: ''\n", ["HCP1428"]),
    ],
)
def test_what_the_operator_makes_up_is_told_of(
    settings: str, spec: str, expected: list[str], tmp_path: Path
) -> None:
    found = checked(check, tmp_path, on_kubevirt(settings, spec))
    assert [each.code for each in found] == expected


@pytest.mark.parametrize(
    ("patch", "is_fine"),
    [
        ('[{"op": "add", "path": "/spec/x", "value": 1}]', True),
        ('[{"op": "remove", "path": "/spec/x"}]', True),
        ("[]", True),
        ('{"op": "add"}', False),
        ('[{"op": "add", "path": "/spec/x"}]', False),
        ('[{"op": "put", "path": "/spec/x"}]', False),
        ('[{"op": "move", "path": "/spec/x"}]', False),
        ("[1]", False),
        ("not json", False),
    ],
)
def test_a_patch_of_virtual_machines_is_one(patch: str, tmp_path: Path, *, is_fine: bool) -> None:
    spec = raw("metadata.annotations", {PATCH: patch})
    found = checked(check, tmp_path, on_kubevirt(spec=spec))
    assert [each.code for each in found] == ([] if is_fine else ["HCP1426"])


def test_node_pools_have_patches_too(tmp_path: Path) -> None:
    pool = f'{{w: {{replicas: 1, nodePool: {{metadata: {{annotations: {{{PATCH}: "x"}}}}}}}}}}'
    text = on_kubevirt().replace("{w: {replicas: 1}}", pool)
    assert underlined(checked(check, tmp_path, text)) == ['HCP1426 "x"']
