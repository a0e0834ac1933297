"""Secrets seeded all over a fleet come out nowhere: not in files, reports, logs or the cache."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.resolve.small_fleet import DEMO, cluster, document, small_fleet, write

from hcpc.cli.main import command

CANARY = "canary"
SEEDS = {
    "clusters/mgmt-1/password.yaml": cluster(
        "a",
        "oauth:\n  identityProviders:\n   x:\n"
        "    ldap: {url: 'ldaps://x/', bindPassword: canary1}\n",
    ),
    "clusters/mgmt-1/proxy.yaml": cluster(
        "b", 'proxy: {http: "http://robot:canary2@proxy.example.com:3128"}\n'
    ),
    "clusters/mgmt-1/snapshot.yaml": cluster(
        "c",
        "etcd:\n  restoreSnapshotURL:\n"
        '  - "https://b.example.com/s.db?X-Amz-Signature=canary3canary3"\n',
    ),
    "clusters/mgmt-1/pull.yaml": cluster(
        "d", """pullSecret: '{"auths": {"quay.io": {"auth": "canary4canary4=="}}}'\n"""
    ),
    "clusters/mgmt-1/inside.yaml": cluster(
        "e",
        "guest:\n  manifests:\n    x:\n      apiVersion: v1\n      kind: Secret\n"
        "      metadata: {name: x}\n      stringData:\n        word: canary5\n",
    ),
    "clusters/mgmt-1/raw.yaml": cluster(
        "f",
        "hostedCluster:\n  metadata:\n    annotations:\n"
        "      note: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.canary6canary6\n",
    ),
    "clusters/mgmt-1/broken.yaml": "password: canary7\n  x: : y\n",
    "clusters/mgmt-1/files.yaml": document(
        "NodeConfig",
        "g",
        "files:\n  /etc/x:\n    text: |\n      -----BEGIN PRIVATE KEY-----\n      canary8\n"
        "      -----END PRIVATE KEY-----\n",
    ),
    "clusters/profile.yaml": document("Profile", "h", "release: ghp_" + "canary9" * 6 + "\n"),
}


def outputs(root: Path, cache: Path) -> Iterator[str]:
    runner = CliRunner(env={"HCPC_CACHE_DIR": str(cache)})
    commands = [["lint", "-o", form] for form in ("text", "short", "json")]
    commands += [["compile"], ["compile", "--check"], ["secrets"]]
    commands += [["explain", name] for name in ("a", "b", "c", "d", "e", "f")]
    commands += [
        ["explain", "b", "proxy"],
        ["explain", "c", "etcd"],
        ["explain", "f", "hostedCluster"],
    ]
    for arguments in commands:
        result = runner.invoke(command, [*arguments, "-C", str(root)])
        assert result.exit_code in {0, 1, 2}, result.output
        yield result.output


@pytest.mark.parametrize("seeds", [[path] for path in SEEDS] + [[*SEEDS]], ids=[*SEEDS, "all"])
def test_no_canary_comes_out(tmp_path: Path, seeds: list[str]) -> None:
    root, cache = tmp_path / "fleet", tmp_path / "cache"
    profiles = "profiles: [h]\n" if "clusters/profile.yaml" in seeds else ""
    small_fleet(root, {DEMO: cluster("demo", profiles)})
    write(root, {path: SEEDS[path] for path in seeds})
    reports = [*outputs(root, cache)]
    assert "HCP1004" in reports[0]
    assert [text for text in reports if CANARY in text] == []
    kept = [path for path in (*cache.rglob("*"), *(root / "rendered").rglob("*")) if path.is_file()]
    assert [path for path in kept if CANARY.encode() in path.read_bytes()] == []
