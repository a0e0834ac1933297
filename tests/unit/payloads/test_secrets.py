"""ExternalSecrets, and the list of Secrets that must exist."""

import json
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner
from tests.unit.resolve.small_fleet import DEMO, cluster, compiled, small_fleet, underlined

from hcpc.cli.main import command

NAMES = """\
pullSecret: {secret: registry}
sshKey: {secret: ssh}
encryption: {aescbc: {activeKey: {secret: etcd-key}, backupKey: {secret: old-etcd-key}}}
oauth:
  identityProviders:
    corp: {ldap: {url: "ldaps://x.example.com/o", bindPassword: {secret: ldap}}}
    door: {htpasswd: {fileData: {secret: users}}}
"""
STORE = "secrets:\n  store: {name: vault}\n"


def external(root: Path, spec: str) -> dict[str, dict[str, Any]]:
    """The spec of each ExternalSecret, by the name of its Secret."""
    result = compiled(small_fleet(root, {DEMO: cluster("demo", spec)}))
    assert underlined(result.findings) == []
    found = [yaml.safe_load(t) for p, t in result.files.items() if "externalsecret-" in p]
    assert all(each["metadata"]["namespace"] == "clusters" for each in found)
    assert [each["metadata"]["name"] for each in found] == [
        f"demo-{each['spec']['target']['name']}" for each in found
    ]
    return {each["spec"]["target"]["name"]: each["spec"] for each in found}


def test_every_secret_that_is_named_comes_from_the_store(tmp_path: Path) -> None:
    found = external(tmp_path, NAMES + STORE)
    keys = {name: [item["secretKey"] for item in spec["data"]] for name, spec in found.items()}
    assert keys == {
        "etcd-key": ["key"],
        "ldap": ["bindPassword"],
        "old-etcd-key": ["key"],
        "registry": [".dockerconfigjson"],
        "ssh": ["id_rsa.pub"],
        "users": ["htpasswd"],
    }
    assert found["registry"] == {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault"},
        "target": {
            "creationPolicy": "Orphan",
            "deletionPolicy": "Retain",
            "name": "registry",
            "template": {"type": "kubernetes.io/dockerconfigjson"},
        },
        "data": [
            {
                "secretKey": ".dockerconfigjson",
                "remoteRef": {"key": "demo/registry", "property": ".dockerconfigjson"},
            }
        ],
    }


def test_what_is_special_about_one_of_them(tmp_path: Path) -> None:
    found = external(
        tmp_path,
        NAMES
        + """\
secrets:
  store: {name: local, kind: SecretStore}
  path: "fleet/${cluster.name}"
  refreshInterval: 15m
  sources:
    registry: {path: shared/registry, properties: {.dockerconfigjson: config}}
    ssh: {present: true}
""",
    )
    assert "ssh" not in found
    assert found["registry"]["data"][0]["remoteRef"] == {
        "key": "shared/registry",
        "property": "config",
    }
    assert found["ldap"]["data"][0]["remoteRef"]["key"] == "fleet/demo/ldap"
    assert found["ldap"]["secretStoreRef"] == {"kind": "SecretStore", "name": "local"}
    assert found["ldap"]["refreshInterval"] == "15m"


def test_a_source_of_a_secret_that_is_not_named(tmp_path: Path) -> None:
    spec = NAMES + STORE + "  sources: {regstry: {present: true}}\n"
    result = compiled(small_fleet(tmp_path, {DEMO: cluster("demo", spec)}))
    assert underlined(result.findings) == ["HCP1003 regstry"]
    assert result.findings[0].primary.text == "did you mean `registry`?"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["secrets", *arguments], catch_exceptions=False)
    return result.exit_code, result.stdout


def test_the_list_says_what_must_be_made_by_hand(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, {DEMO: cluster("demo", NAMES)})
    code, text = run("-C", str(root), "demo")
    assert code == 0
    assert text.splitlines()[:3] == [
        "CLUSTER  NAMESPACE  SECRET        KEYS               FROM",
        "demo     clusters   etcd-key      key                by hand",
        "demo     clusters   ldap          bindPassword       by hand",
    ]
    small_fleet(tmp_path, {DEMO: cluster("demo", NAMES + STORE)})
    code, text = run("-C", str(root), "-o", "json")
    assert {each["fromStore"] for each in json.loads(text)["secrets"]} == {True}


def test_the_list_names_clusters_it_cannot_speak_for(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, {DEMO: cluster("demo", "release: 9.9.9\n")})
    code, text = run("-C", str(root), "-o", "json")
    assert code == 1
    assert json.loads(text) == {"secrets": [], "faulty": ["demo"]}
    assert run("-C", str(root), "dmo")[0] == 2
