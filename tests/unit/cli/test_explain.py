"""`hcpc explain`: where a value comes from, with every place; and what a code means."""

from pathlib import Path

import pytest
import yaml
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    RELEASES,
    cluster,
    document,
    small_fleet,
    write,
)

from hcpc.diagnostics.codes import CODES

PROFILE = "clusters/gold.yaml"
NEAR = "clusters/mgmt-1/near.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A fleet in which four layers speak of etcd."""
    inner = "cluster:\n  etcd: {size: 16Gi, storageClass: slow}\n"
    return small_fleet(
        tmp_path / "fleet",
        {
            PROFILE: document("Profile", "gold", "etcd: {size: 32Gi}\ninfraID: gold-1\n"),
            NEAR: document("Defaults", "near", inner),
            DEMO: cluster(
                "demo",
                "profiles: [gold]\netcd:\n  size: 64Gi\ninfraID: null\n"
                "labels: {app.kubernetes.io/name: demo}\n",
                pools="{workers: {replicas: 2, drainTimeout: 5m}}",
            ),
        },
    )


def said(run: Run, root: Path, *arguments: str) -> list[str]:
    """The lines that an explanation of the demo cluster has."""
    ran = run("explain", "-C", root, *arguments)
    assert (ran.code, ran.err) == (0, "")
    return ran.out.splitlines()


def places(lines: list[str]) -> list[str]:
    """Where layers speak, in the order shown."""
    return [line.split(" at ")[1].split(": ")[0] for line in lines if " at " in line]


def at(root: Path, path: str, text: str) -> str:
    """`path:line:column` of a text's only place in a file."""
    content = (root / path).read_text(encoding="utf-8")
    assert content.count(text) == 1
    before = content[: content.index(text)]
    return f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_without_a_field_the_whole_spec_is_shown(run: Run, root: Path) -> None:
    spec = yaml.safe_load("\n".join(said(run, root, "demo")))
    assert spec["name"] == "demo"
    assert spec["etcd"] == {"size": "64Gi", "storageClass": "slow"}
    assert spec["nodePools"]["workers"]["drainTimeout"] == "5m"
    assert "profiles" not in spec


@pytest.mark.parametrize("field", ["etcd.size", "spec.etcd.size"])
def test_a_field_is_shown_with_every_layer_the_winner_first(
    run: Run, root: Path, field: str
) -> None:
    lines = said(run, root, "demo", field)
    assert lines[0] == "etcd.size: 64Gi"
    assert places(lines) == [
        at(root, DEMO, "64Gi"),
        at(root, PROFILE, "32Gi"),
        at(root, NEAR, "16Gi"),
    ]
    assert "set by" in lines[-3]
    assert all("over" in line for line in lines[-2:])
    assert any("spec.etcd.managed.storage.persistentVolume.size" in line for line in lines)


def test_a_group_is_shown_with_what_each_layer_adds(run: Run, root: Path) -> None:
    lines = said(run, root, "demo", "etcd")
    assert {"size", "storageClass"} <= set(lines[0].removeprefix("etcd: {")[:-1].split(", "))
    assert places(lines) == [
        at(root, DEMO, "etcd:"),
        at(root, PROFILE, "etcd:"),
        at(root, NEAR, "etcd:"),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("spec.etcd.managementType", "Managed"),
        ("HostedCluster:spec.etcd.managementType", "Managed"),
        ("HostedCluster/demo:spec.etcd.managementType", "Managed"),
        ("spec.etcd.managed.storage.persistentVolume.size", "64Gi"),
    ],
)
def test_a_path_of_the_hosted_cluster_leads_to_the_spec(
    run: Run, root: Path, field: str, value: str
) -> None:
    lines = said(run, root, "demo", field)
    assert lines[0].endswith(f": {value}")
    assert at(root, DEMO, "etcd:") in places(lines) or at(root, DEMO, "64Gi") in places(lines)


def test_a_path_of_a_node_pool_leads_to_the_spec(run: Run, root: Path) -> None:
    lines = said(run, root, "demo", "NodePool/demo-workers:spec.replicas")
    assert "nodePools.workers.replicas: 2" in "\n".join(lines)
    assert places(lines) == [at(root, DEMO, "2, drain").split(", ")[0]]


@pytest.mark.parametrize("field", ["spec.replicas", "NodePool:spec.replicas"])
def test_a_path_of_several_node_pools_is_answered_for_each(
    run: Run, root: Path, field: str
) -> None:
    pools = "{a: {replicas: 2}, b: {autoscale: {min: 1, max: 4}}, c: {replicas: 3}}"
    write(root, {DEMO: cluster("demo", pools=pools)})
    lines = said(run, root, "demo", field)
    blocks = "\n".join(lines).split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        "spec.replicas of NodePool demo-a: 2",
        "spec.replicas of NodePool demo-c: 3",
    ]
    assert places(lines) == [at(root, DEMO, "2}"), at(root, DEMO, "3}")]


def test_a_path_that_both_objects_have_is_the_hosted_clusters(run: Run, root: Path) -> None:
    lines = said(run, root, "demo", "metadata.namespace")
    assert lines[0] == "metadata.namespace of HostedCluster demo: clusters"
    assert "" not in lines
    lines = said(run, root, "demo", "NodePool:metadata.namespace")
    assert lines[0] == "metadata.namespace of NodePool demo-workers: clusters"


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("labels", "metadata.labels of HostedCluster demo"),
        ("pullSecret", "spec.pullSecret of HostedCluster demo"),
        ("networks.cluster", "spec.networking.clusterNetwork of HostedCluster demo"),
        ("networks.cluster[0]", "spec.networking.clusterNetwork[0].cidr of HostedCluster demo"),
        ("nodePools.workers.upgrade", "spec.management of NodePool demo-workers"),
        ("release", "spec.release.image of HostedCluster demo"),
    ],
)
def test_a_group_becomes_a_whole_field_and_a_value_becomes_a_value(
    run: Run, root: Path, field: str, place: str
) -> None:
    lines = said(run, root, "demo", field)
    assert [line for line in lines if " becomes " in line] == [f"  becomes {place}"]


def test_a_node_pool_becomes_no_field_but_an_object(run: Run, root: Path) -> None:
    assert not any(" becomes " in line for line in said(run, root, "demo", "nodePools.workers"))


NASTY = "\x1b\x07\u202e\x9b1m"


def test_nothing_that_specs_say_reaches_the_terminal_raw(run: Run, root: Path) -> None:
    written = NASTY.encode("unicode-escape").decode().replace("\\x", "\\u00")
    spec = f'annotations: {{"{written}": "{written}", plain: "{written}"}}\n'
    write(root, {DEMO: cluster("demo", f'{spec}issuerURL: "{written}"\n')})
    for field in ("", "annotations", "annotations.plain", f"annotations.{NASTY}", "issuerURL"):
        ran = run("explain", "-C", root, "demo", field)
        assert ran.out
        assert (ran.out + ran.err).replace("\n", "").isprintable(), field
    lines = run("explain", "-C", root, "demo", "annotations.plain").out.splitlines()
    assert lines[0] == r"annotations.plain: \x1b\x07\u202e\x9b1m"


def test_nothing_that_was_asked_for_reaches_the_terminal_raw(run: Run, root: Path) -> None:
    for arguments in ((NASTY,), ("demo", NASTY), ("demo", f"annotations.{NASTY}")):
        ran = run("explain", "-C", root, *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.removesuffix("\n").isprintable()


def test_a_manifest_path_with_control_characters_is_shown_escaped(run: Run, root: Path) -> None:
    write(root, {DEMO: cluster("demo", 'annotations: {a: "\\u001b[2J"}\n')})
    lines = said(run, root, "demo", "metadata.annotations.a")
    assert lines[0] == r"metadata.annotations.a of HostedCluster demo: \x1b[2J"


def test_a_text_of_several_lines_is_shown_on_one(run: Run, root: Path) -> None:
    write(root, {DEMO: cluster("demo", "annotations:\n  a: |\n    one\n    two\n")})
    assert said(run, root, "demo", "annotations.a")[0] == r"annotations.a: one\ntwo\n"


def test_a_pools_value_is_shown_over_the_node_pool_default(run: Run, root: Path) -> None:
    lines = said(run, root, "demo", "nodePools.workers.drainTimeout")
    assert lines[0] == "nodePools.workers.drainTimeout: 5m"
    assert places(lines) == [at(root, DEMO, "5m"), at(root, DEFAULTS, "30m")]
    lines = said(run, root, "demo", "nodePools.workers.autoRepair")
    assert lines[0] == "nodePools.workers.autoRepair: true"
    assert places(lines) == [at(root, DEFAULTS, "true")]


def test_a_value_that_was_removed_says_who_removed_it(run: Run, root: Path) -> None:
    lines = said(run, root, "demo", "infraID")
    assert lines[0] == "infraID: not set"
    assert places(lines) == [at(root, DEMO, "null"), at(root, PROFILE, "gold-1")]


def test_a_value_that_was_filled_in_says_why(run: Run, root: Path) -> None:
    lines = said(run, root, "demo", "nodePools.workers.upgrade.type")
    assert lines[0] == "nodePools.workers.upgrade.type: InPlace"
    assert any("default of platform `agent`" in line for line in lines)


def test_a_release_says_which_version_it_is(run: Run, root: Path) -> None:
    lines = said(run, root, "demo", "release")
    assert "@sha256:" in lines[0]
    assert places(lines) == [at(root, DEFAULTS, "4.17.9"), at(root, RELEASES, "4.17.9")]
    assert lines[-1].startswith("  version 4.17.9 of the release catalog at ")
    of_pool = said(run, root, "demo", "nodePools.workers.release")
    assert of_pool[-1] == lines[-1]


def test_a_key_may_hold_dots(run: Run, root: Path) -> None:
    lines = said(run, root, "demo", "labels.app.kubernetes.io/name")
    assert lines[0].endswith(": demo")


@pytest.mark.parametrize(
    ("field", "near"),
    [("etcd.siez", "etcd.size"), ("nodePools.worker.replicas", "nodePools.workers.replicas")],
)
def test_an_unknown_field_gets_a_suggestion(run: Run, root: Path, field: str, near: str) -> None:
    ran = run("explain", "-C", root, "demo", field)
    assert (ran.code, ran.out) == (2, "")
    assert f"did you mean {near}?" in ran.err


@pytest.mark.parametrize(
    "field",
    ["zzz", "etcd.", ".", "[", "networks.cluster[9]", "networks.cluster[²]", "a:b:c", "[0]"],
)
def test_a_field_that_leads_nowhere_ends_without_a_traceback(
    run: Run, root: Path, field: str
) -> None:
    assert run("explain", "-C", root, "demo", field).code in {0, 2}


def test_an_item_of_a_list_is_a_field(run: Run, root: Path) -> None:
    for field in ("networks.cluster[0]", "networks.cluster.0"):
        assert said(run, root, "demo", field)[0] == "networks.cluster[0]: 10.132.0.0/14"


def test_an_unknown_cluster_gets_a_suggestion(run: Run, root: Path) -> None:
    ran = run("explain", "-C", root, "dmeo")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean demo?" in ran.err
    assert run("explain", "-C", root, "zzzzzz").code == 2


def test_a_broken_cluster_still_shows_its_layers(run: Run, root: Path) -> None:
    write(root, {"clusters/mgmt-1/bad.yaml": cluster("bad", "etcd: {size: huge}\n")})
    ran = run("explain", "-C", root, "bad", "etcd.size")
    assert ran.code == 1
    assert ran.out.startswith("etcd.size: huge\n")
    assert at(root, NEAR, "16Gi") in ran.out
    assert "hcpc lint" in ran.err
    whole = run("explain", "-C", root, "bad")
    assert whole.code == 1
    assert yaml.safe_load(whole.out)["etcd"] == {"size": "huge", "storageClass": "slow"}


def test_a_broken_cluster_does_not_hide_another(run: Run, root: Path) -> None:
    write(root, {"clusters/a.yaml": "a: [", "clusters/b.yaml": b"\xff"})
    assert said(run, root, "demo", "etcd.size")[0] == "etcd.size: 64Gi"


def test_a_cluster_that_shares_a_file_with_layers_is_found(run: Run, root: Path) -> None:
    text = (root / PROFILE).read_text(encoding="utf-8") + "---\n" + cluster("mixed")
    write(root, {PROFILE: None, "clusters/mgmt-1/mixed.yaml": text})
    assert said(run, root, "mixed", "etcd.size")[0] == "etcd.size: 16Gi"


def test_a_fleet_that_is_not_usable_ends_with_2(run: Run, root: Path) -> None:
    write(root, {"fleet.yaml": "a: ["})
    ran = run("explain", "-C", root, "demo")
    assert (ran.code, ran.out) == (2, "")
    assert "hcpc lint" in ran.err


@pytest.mark.parametrize("code", ["HCP0202", "hcp0202", "Hcp0202"])
def test_a_code_is_explained_however_it_is_written(run: Run, tmp_path: Path, code: str) -> None:
    ran = run("explain", code, cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert "HCP0202" in ran.out.splitlines()[0]


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_page(run: Run, code: str) -> None:
    assert run("explain", code).code == 0


def test_an_unknown_code_ends_with_2(run: Run) -> None:
    ran = run("explain", "HCP9999")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no code HCP9999" in ran.err


def test_the_scaffold_explains_every_field_it_shows(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "plain")
    spec = yaml.safe_load("\n".join(said(run, root, "demo")))

    def leaves(data: object, path: str = "") -> list[str]:
        if isinstance(data, dict) and data:
            return [
                leaf
                for name in data
                for leaf in leaves(data[name], f"{path}.{name}" if path else name)
            ]
        return [path]

    found = leaves(spec)
    assert len(found) > 20
    for field in found:
        lines = said(run, root, "demo", field)
        assert lines[0].startswith(f"{field}: ")
        assert field == "name" or "filled in" in "\n".join(lines) or places(lines), field


def test_a_rule_of_the_organisation_has_a_page_and_a_near_one_is_suggested(
    run: Run, tmp_path: Path
) -> None:
    rule = "rules:\n  ORG-TEAM:\n    expression: has(cluster.labels.team)\n    message: no team\n"
    root = small_fleet(tmp_path / "fleet", {"clusters/p.yaml": document("Policy", "p", rule)})
    assert said(run, root, "ORG-TEAM")[0] == "# ORG-TEAM: no team"
    ran = run("explain", "-C", root, "ORG-TEMA")
    assert (ran.code, ran.err) == (2, "hcpc: there is no rule ORG-TEMA; did you mean ORG-TEAM?\n")
