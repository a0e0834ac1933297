"""`hcpc compile`: files, exit codes, and nothing written or removed while anything is wrong."""

import json
import re
import shutil
from pathlib import Path

import pytest
from tests.git import commit
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import (
    DEMO,
    FLEET,
    MANAGEMENT,
    SCAFFOLD,
    cluster,
    document,
    small_fleet,
    tree,
    write,
)

from hcpc.kube.rendered_index import INDEX

HOSTED = "rendered/mgmt-1/clusters/demo/hostedcluster.yaml"
OTHER = "clusters/mgmt-1/other.yaml"


@pytest.fixture
def root(run: Run, tmp_path: Path) -> Path:
    """A fleet of two clusters, compiled."""
    fleet = small_fleet(tmp_path / "fleet", {OTHER: cluster("other")})
    ran = run("compile", "-C", fleet)
    assert (ran.code, ran.err) == (0, "")
    first, *_, last = ran.out.splitlines()
    assert (first, last) == ("no findings in 2 hosted clusters", "wrote 10, removed 0, 0 unchanged")
    return fleet


def test_a_second_run_writes_nothing(run: Run, root: Path) -> None:
    before = tree(root)
    for option in ((), ("--no-cache",), ("--executor", "serial")):
        ran = run("compile", "-C", root, *option)
        assert (ran.code, ran.out.splitlines()[-1]) == (0, "wrote 0, removed 0, 10 unchanged")
    assert tree(root) == before


def test_a_change_writes_what_changed(run: Run, root: Path) -> None:
    write(root, {DEMO: SCAFFOLD[DEMO].replace("2", "7")})
    assert run("compile", "-C", root).out.endswith("wrote 2, removed 0, 8 unchanged\n")
    rendered = tree(root / "rendered/mgmt-1/clusters/demo")
    assert b"replicas: 7" in rendered["nodepool-workers.yaml"]


def test_a_cluster_that_goes_takes_its_files_along(run: Run, root: Path) -> None:
    write(root, {OTHER: None, "rendered/mgmt-1/clusters/notes.txt": "mine"})
    before = tree(root)
    ran = run("compile", "-C", root)
    assert (ran.code, tree(root)) == (1, before)
    assert "error[HCP0604]: hosted cluster `other` is no longer in the fleet" in ran.out
    ran = run("compile", "--allow-removals", "-C", root)
    assert ran.code == 0
    assert "warning[HCP0604]: hosted cluster `other` is no longer in the fleet" in ran.out
    assert ran.out.endswith("wrote 2, removed 3, 5 unchanged\n")
    assert not (root / "rendered/mgmt-1/clusters/other").exists()
    assert (root / "rendered/mgmt-1/clusters/notes.txt").exists()


def test_that_a_cluster_goes_is_told_once_also_where_it_is_waived(run: Run, root: Path) -> None:
    entry = "{rule: HCP1604, owner: ops, reason: sold, expires: 2099-12-31}"
    write(root, {"clusters/policy.yaml": document("Policy", "house", f"waivers: [{entry}]\n")})
    commit(root)
    write(root, {OTHER: None})
    found = {}
    for command in ("lint", "compile --allow-removals"):
        ran = run(*command.split(), "--base", "HEAD", "-o", "json", "-C", root)
        report = json.loads(ran.out)
        told = [each["code"] for each in report["findings"]]
        found[command] = (told, [each["finding"]["code"] for each in report["waived"]])
    assert found == {"lint": ([], ["HCP1604"]), "compile --allow-removals": (["HCP0604"], [])}


def test_a_management_cluster_that_goes_takes_everything_along(run: Run, root: Path) -> None:
    write(root, dict.fromkeys((DEMO, OTHER, MANAGEMENT)))
    ran = run("compile", "--allow-removals", "-C", root)
    assert ran.out.endswith("wrote 0, removed 10, 0 unchanged\n")
    assert list((root / "rendered").iterdir()) == []


@pytest.mark.parametrize(
    "broken",
    [
        {OTHER: cluster("other", "etcd: {size: huge}\n")},
        {OTHER: "a: ["},
        {OTHER: b"\xff"},
        {MANAGEMENT: None},
        {FLEET: "a: ["},
        {FLEET: SCAFFOLD[FLEET].replace("[clusters]", "[gone]")},
        {"clusters/twice.yaml": SCAFFOLD[MANAGEMENT]},
    ],
)
def test_with_errors_nothing_is_written_and_nothing_removed(
    run: Run, root: Path, broken: dict[str, str | bytes | None]
) -> None:
    write(root, {DEMO: cluster("demo", pools="{changed: {replicas: 1}}"), **broken})
    before = tree(root)
    for option in ("--no-cache", "--check", "--table", "--color=never"):
        ran = run("compile", "-C", root, option)
        assert (ran.code, ran.err) == (1, "")
        assert "error[HCP06" not in ran.out
        assert not any(word in ran.out for word in ("wrote", "would", "remove 1", "unchanged"))
    assert tree(root) == before


def test_warnings_do_not_stop_it(run: Run, root: Path) -> None:
    write(root, {OTHER: cluster("other", pools="{w: {}}")})
    ran = run("compile", "-C", root)
    assert ran.code == 0
    assert "warning[HCP0407]" in ran.out
    assert (root / "rendered/mgmt-1/clusters/other/nodepool-w.yaml").exists()


def test_check_ends_with_0_when_all_is_right(run: Run, root: Path) -> None:
    ran = run("compile", "--check", "-C", root)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "would write 0, remove 0, 10 unchanged")


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({DEMO: SCAFFOLD[DEMO].replace("2", "7")}, "2 rendered files are"),
        ({OTHER: cluster("other", pools="{w: {replicas: 1}}")}, "4 rendered files are"),
        ({HOSTED: "by hand"}, "1 rendered file is"),
        ({HOSTED: None}, "1 rendered file is"),
    ],
)
def test_check_ends_with_1_when_files_are_stale_and_writes_nothing(
    run: Run, root: Path, change: dict[str, str | bytes | None], count: str
) -> None:
    write(root, change)
    before = tree(root)
    ran = run("compile", "--check", "-C", root)
    assert ran.code == 1
    assert "error[HCP0601]" in ran.out
    assert count in ran.out
    assert "--> rendered/mgmt-1/" in ran.out
    assert tree(root) == before
    assert run("compile", "-C", root).code == 0
    assert run("compile", "--check", "-C", root).code == 0


def test_a_leftover_that_was_changed_by_hand_stops_the_run(run: Run, root: Path) -> None:
    edited = "rendered/mgmt-1/clusters/other/hostedcluster.yaml"
    write(root, {OTHER: None, edited: "mine now"})
    before = tree(root)
    ran = run("compile", "-o", "short", "-C", root)
    assert ran.code == 1
    assert ran.out.startswith(f"{edited}:1:1: error[HCP0602]: ")
    assert tree(root) == before
    write(root, {edited: None})
    assert run("compile", "-C", root).code == 0
    assert not (root / edited).parent.exists()


def test_a_broken_cluster_does_not_make_its_files_look_like_leftovers(run: Run, root: Path) -> None:
    write(root, {OTHER: "a: [", "rendered/mgmt-1/clusters/other/hostedcluster.yaml": "by hand"})
    ran = run("compile", "-C", root)
    assert ran.code == 1
    assert "HCP0602" not in ran.out


@pytest.mark.parametrize("path", [HOSTED, "rendered/mgmt-1/clusters", "rendered/mgmt-1"])
def test_a_file_of_somebody_else_in_the_way_stops_the_run(
    run: Run, tmp_path: Path, path: str
) -> None:
    root = small_fleet(tmp_path / "fleet", {path: "mine"})
    before = tree(root)
    ran = run("compile", "-o", "short", "-C", root)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith(f"{path}:1:1: error[HCP0602]: ")
    assert tree(root) == before


def test_an_index_that_cannot_be_read_stops_the_run(run: Run, root: Path) -> None:
    path = f"rendered/mgmt-1/{INDEX}"
    write(root, {path: "<<<<<<< ours\n"})
    before = tree(root)
    ran = run("compile", "-o", "short", "-C", root)
    assert ran.code == 1
    assert ran.out.startswith(f"{path}:1:1: error[HCP0603]: ")
    assert tree(root) == before


def test_another_output_directory_may_be_chosen(run: Run, root: Path, tmp_path: Path) -> None:
    ran = run("compile", "-C", root, "--output", "elsewhere", cwd=tmp_path)
    assert ran.code == 0
    assert tree(tmp_path / "elsewhere") == tree(root / "rendered")
    write(tmp_path, {"elsewhere/mgmt-1/kustomization.yaml": "mine"})
    ran = run("compile", "-C", root, "--output", "elsewhere", "--check", cwd=tmp_path)
    assert ran.code == 1
    assert "--> ../elsewhere/mgmt-1/kustomization.yaml" in ran.out


def test_an_output_directory_that_is_a_file_ends_with_2(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet", {"rendered": "mine"})
    ran = run("compile", "-C", root)
    assert ran.code == 2
    assert ran.err == f"hcpc: Not a directory: {root}/rendered/mgmt-1/clusters/demo\n"
    assert (root / "rendered").read_text(encoding="utf-8") == "mine"
    assert run("compile", "-C", root, "--output", root / "rendered").code == 2


def test_an_output_directory_that_cannot_be_written_ends_with_2(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    write(root, {DEMO: cluster("demo", "fips: true\n")})
    before = tree(root)
    monkeypatch.setattr(Path, "replace", refuse)
    ran = run("compile", "-C", root)
    assert ran.code == 2
    assert ran.err.startswith(f"hcpc: Permission denied: {root}/rendered/mgmt-1/")
    assert tree(root) == before


def test_a_rendered_file_that_cannot_be_read_ends_with_2(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    ran = run("compile", "--no-cache", "-C", root)
    assert ran.code == 2
    assert ran.err.startswith(f"hcpc: Permission denied: {root}/rendered/mgmt-1/")


def test_a_full_disk_ends_with_74_and_leaves_the_tree_as_it_was(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    write(root, {DEMO: cluster("demo", "fips: true\n")})
    before = tree(root)
    monkeypatch.setattr(Path, "replace", refuse)
    ran = run("compile", "-C", root)
    assert (ran.code, ran.err) == (74, "hcpc: No space left on device\n")
    assert tree(root) == before


def test_an_output_directory_among_the_specs_is_refused(run: Run, root: Path) -> None:
    before = tree(root)
    ran = run("compile", "-o", "short", "-C", root, "--output", root / "clusters")
    assert ran.code == 1
    assert ran.out.startswith(f"{DEMO}:1:1: error[HCP0602]: specs lie in `{root}/clusters/mgmt-1`")
    assert tree(root) == before


@pytest.mark.parametrize("below", ["clusters/made", "clusters/mgmt-1", "."])
def test_an_output_directory_inside_the_sources_hides_no_specs(
    run: Run, root: Path, below: str
) -> None:
    assert run("compile", "-C", root, "--output", root / below).code == 0
    assert run("compile", "-C", root, "--output", root / below).code == 0
    assert run("compile", "--check", "-C", root).out.endswith("remove 0, 10 unchanged\n")


def test_what_was_written_or_found_right_is_not_made_again(
    run: Run, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("hcpc.pipeline.lower", None)
        assert run("compile", "-C", root).code == 0
        assert run("compile", "--check", "-C", root).code == 0
    shutil.rmtree(tmp_path / "cache")
    assert run("compile", "--check", "-C", root).code == 0
    with monkeypatch.context() as patch:
        patch.setattr("hcpc.pipeline.lower", None)
        assert run("compile", "-C", root).code == 0


def test_check_forgets_nothing_and_believes_nothing(run: Run, root: Path) -> None:
    write(root, {DEMO: SCAFFOLD[DEMO].replace("2", "7")})
    for _ in range(2):
        ran = run("compile", "--check", "-C", root)
        assert (ran.code, ran.out.splitlines()[-1]) == (1, "would write 2, remove 0, 8 unchanged")
    assert run("compile", "-C", root).out.endswith("wrote 2, removed 0, 8 unchanged\n")
    pool = (root / "rendered/mgmt-1/clusters/demo/nodepool-workers.yaml").read_text("utf-8")
    assert "replicas: 7" in pool


def test_the_table_shows_every_cluster(run: Run, root: Path) -> None:
    write(root, {OTHER: cluster("other", "etcd: {size: huge}\n")})
    ran = run("compile", "--table", "-C", root)
    lines = [line.split() for line in ran.out.splitlines()[:3]]
    assert lines[0][0] == "CLUSTER"
    assert lines[1][:4] == ["demo", "mgmt-1", "agent", "4.17.9"]
    assert lines[2][0] == "other"
    assert lines[2][-1] == "1"


def test_the_table_counts_every_object(run: Run, root: Path) -> None:
    chrony = document("NodeConfig", "chrony", "kernelArguments: [quiet]\n")
    pools = "{workers: {replicas: 2, config: [chrony]}}"
    write(root, {"clusters/chrony.yaml": chrony, OTHER: cluster("other", pools=pools)})
    ran = run("compile", "--table", "-C", root)
    assert [line.split()[-2] for line in ran.out.splitlines()[:3]] == ["OBJECTS", "2", "3"]


@pytest.mark.parametrize("columns", ["20", "80", "300"])
def test_the_table_leaves_nothing_out_however_narrow_the_terminal(
    run: Run, root: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "a-very-long-name-of-a-cluster"
    image = "quay.io/team/a-repository-with-a-very-long-name-of-its-own:4.17.9-and-some-more"
    write(root, {OTHER: cluster(name, f"release: {image}\n")})
    plain = run("compile", "--table", "--check", "-C", root).out.splitlines()
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", "1")  # what rich takes for a terminal
    for color in ("never", "always"):
        ran = run("compile", "--table", "--check", "--color", color, "-C", root)
        assert f"{name} " in ran.out
        assert image.rpartition("/")[2] in ran.out
        assert ("\x1b[" in ran.out.splitlines()[0]) == (color == "always")
        assert re.sub(r"\x1b\[[0-9;]*m", "", ran.out).splitlines()[:3] == plain[:3]


def test_the_table_goes_with_text_only(run: Run, root: Path) -> None:
    ran = run("compile", "--table", "-o", "json", "-C", root)
    assert (ran.code, ran.out) == (2, "")


def test_json_is_all_there_is_on_standard_output(run: Run, root: Path) -> None:
    report = json.loads(run("compile", "-o", "json", "-C", root).out)
    summary = {"clusters": 2, "errors": 0, "warnings": 0, "infos": 0, "waived": 0}
    assert report["summary"] == summary


def test_the_output_may_lie_deep_and_inside_the_sources(run: Run, tmp_path: Path) -> None:
    text = SCAFFOLD[FLEET].replace("rendered ", "./clusters/made/here/ ")
    root = small_fleet(tmp_path / "fleet", {FLEET: text})
    assert run("compile", "-C", root).code == 0
    assert (root / "clusters/made/here/mgmt-1/kustomization.yaml").exists()
    assert run("compile", "-C", root).out.endswith("wrote 0, removed 0, 7 unchanged\n")
