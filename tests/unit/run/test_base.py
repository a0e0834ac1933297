"""What is compared with the base revision, and what is remembered of it."""

import pickle
from pathlib import Path

import pytest
from tests.git import commit, git
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    FLEET,
    MANAGEMENT,
    RELEASES,
    SCAFFOLD,
    cluster,
    document,
    places,
    rendered,
    small_fleet,
    write,
)
from tests.unit.verify.test_tombstones import tombstone

from hcpc import pipeline
from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.pipeline import Compilation, Options, compile_fleet
from hcpc.resolve.document import Document
from hcpc.run.base import NO_BASE, cluster_at
from hcpc.run.cache import Cache
from hcpc.source.revision import RevisionError

LARGER = SCAFFOLD[DEMO] + "  etcd: {size: 16Gi}\n"
OTHER = "clusters/mgmt-1/other.yaml"
STONE = "clusters/mgmt-1/tombstones.yaml"


def compared(root: Path, base: str | None = "HEAD", cache: Path | None = None) -> Compilation:
    options = Options("serial", 2, Cache(cache))
    result = compile_fleet(root, options, emit=False, base=base)
    options.cache.save(None)
    return result


def changes(result: Compilation) -> list[str]:
    """Findings about changes, as `CODE path:line:column`."""
    return places(found for found in result.findings if found.code.startswith("HCP16"))


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """The scaffold with a second cluster, committed."""
    root = small_fleet(tmp_path / "fleet", {OTHER: cluster("other")})
    commit(root)
    return root


def test_without_a_change_nothing_is_compared(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hcpc.pipeline.cluster_at", pytest.fail)
    assert changes(compared(fleet)) == []


def test_only_the_cluster_that_changed_is_compared(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def count(*arguments: object) -> Document | None:
        asked.append(str(arguments[2]))
        return cluster_at(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr("hcpc.pipeline.cluster_at", count)
    write(fleet, {DEMO: LARGER})
    assert changes(compared(fleet)) == [f"HCP1601 {DEMO}:12:16"]
    assert asked == ["demo"]


def test_a_shared_layer_is_a_change_of_all_that_see_it(fleet: Path) -> None:
    write(fleet, {DEFAULTS: SCAFFOLD[DEFAULTS] + "    etcd: {size: 16Gi}\n"})
    (found,) = compared(fleet).findings
    assert found.code == "HCP1601"
    assert found.primary.span.file.path == DEFAULTS
    assert found.clusters == ("demo", "other")


def test_a_file_that_a_document_names_is_a_change_too(tmp_path: Path) -> None:
    overlay = document("Overlay", "size", "fromFile: size.jsonnet\n")
    text = """function(cluster, manifests) [
  each + (if each.kind == 'HostedCluster' then {spec+: {fips: %s}} else {})
  for each in manifests
]"""
    files = {"clusters/overlay.yaml": overlay, "clusters/size.jsonnet": text % "false"}
    root = small_fleet(tmp_path, files)
    commit(root)
    if compared(root).has_errors:
        pytest.skip("jsonnet is not installed")
    write(root, {"clusters/size.jsonnet": text % "true"})
    assert [place.split()[0] for place in changes(compared(root))] == ["HCP1601"]


def test_both_values_and_both_places_are_shown(fleet: Path) -> None:
    write(fleet, {DEMO: SCAFFOLD[DEMO] + "  etcd: {size: 12Gi}\n"})
    commit(fleet)
    short = git(fleet, "rev-parse", "--short=9", "HEAD")
    write(fleet, {DEMO: LARGER})
    shown = rendered(compared(fleet))
    assert "`etcd.size` is fixed once the cluster exists: it was `12Gi`, now `16Gi`" in shown
    assert f"--> {DEMO}:12:16" in shown
    assert f"::: {DEMO}@{short}:12:16" in shown
    assert "12 |   etcd: {size: 12Gi}" in shown
    assert "at the base: `12Gi`" in shown


def test_a_place_in_a_file_that_did_not_change_shows_the_file(fleet: Path) -> None:
    defaults = SCAFFOLD[DEFAULTS] + "    etcd: {size: 12Gi}\n"
    write(fleet, {DEFAULTS: defaults})
    commit(fleet)
    write(fleet, {DEMO: LARGER})
    assert f"::: {DEFAULTS}:18:18" in rendered(compared(fleet))


def test_a_cluster_may_move_to_another_file(fleet: Path) -> None:
    write(fleet, {DEMO: None, "clusters/mgmt-1/deep/new.yaml": SCAFFOLD[DEMO]})
    assert changes(compared(fleet)) == []
    write(fleet, {"clusters/mgmt-1/deep/new.yaml": LARGER})
    assert changes(compared(fleet)) == ["HCP1601 clusters/mgmt-1/deep/new.yaml:12:16"]


def test_clusters_may_change_places(fleet: Path) -> None:
    write(fleet, {DEMO: cluster("other"), OTHER: LARGER})
    assert changes(compared(fleet)) == [f"HCP1601 {OTHER}:12:16"]


def test_a_cluster_in_a_shared_file_is_compared_like_any_other(tmp_path: Path) -> None:
    texts = [SCAFFOLD[path] for path in (RELEASES, DEFAULTS, MANAGEMENT, DEMO)]
    one = "clusters/all.yaml"
    gone = dict.fromkeys((RELEASES, DEFAULTS, MANAGEMENT, DEMO))
    root = small_fleet(tmp_path, {**gone, one: "---\n".join(texts)})
    commit(root)
    write(root, {one: "---\n".join([*texts[:-1], LARGER])})
    assert [place.split(":")[0] for place in changes(compared(root))] == [f"HCP1601 {one}"]


def test_a_new_cluster_has_nothing_to_be_compared_with(fleet: Path) -> None:
    write(fleet, {"clusters/mgmt-1/new.yaml": cluster("new", "etcd: {size: 16Gi}\n")})
    result = compared(fleet)
    assert changes(result) == []
    assert not any(found.without_base for found in result.clusters)


ABSENT = "at the base there is no fleet in this directory"


def test_a_new_fleet_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    write(tmp_path, {"README.md": ""})
    commit(tmp_path)
    small_fleet(tmp_path / "beside")
    commit(tmp_path)
    root = small_fleet(tmp_path / "fleet")
    assert (changes(compared(root)), gaps(compared(root))) == ([], [])


def test_a_fleet_that_moved_is_not_compared_in_silence(tmp_path: Path) -> None:
    small_fleet(tmp_path / "old")
    commit(tmp_path)
    git(tmp_path, "mv", "old", "new")
    write(tmp_path / "new", {DEMO: LARGER})
    result = compared(tmp_path / "new")
    assert (changes(result), gaps(result)) == ([], [ABSENT])


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_fleet_whose_place_was_no_directory_is_not_compared(kind: str, tmp_path: Path) -> None:
    small_fleet(tmp_path / "old")
    place = tmp_path / "new"
    if kind == "link":
        place.symlink_to("old")
    else:
        place.write_text("x", encoding="utf-8")
    commit(tmp_path)
    place.unlink()
    assert gaps(compared(small_fleet(place))) == [ABSENT]


def test_a_fleet_whose_objects_are_not_in_the_clone_is_not_new(tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet")
    commit(tmp_path)
    oid = git(tmp_path, "rev-parse", "HEAD:fleet")
    (tmp_path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    assert gaps(compared(root, "")) == [
        f"object {oid} is not in this clone; clone it without `--filter`"
    ]


def test_a_fleet_that_lay_in_a_submodule_is_not_new(tmp_path: Path) -> None:
    parts, top = tmp_path / "parts", tmp_path / "top"
    small_fleet(parts)
    commit(parts)
    git(tmp_path, "init", "-q", "-b", "main", "top")
    git(top, "submodule", "add", "-q", str(parts), "fleet")
    commit(top)
    git(top, "rm", "-q", "-f", "fleet")
    assert gaps(compared(small_fleet(top / "fleet"))) == [
        "what `.` held at the base is not in this repository (a submodule)"
    ]


def gaps(result: Compilation) -> list[str]:
    """Why running clusters were not compared."""
    return [each.why for each in result.unchecked if each.what == "changes of running clusters"]


def test_a_fleet_that_was_broken_at_the_base_is_not_compared(fleet: Path) -> None:
    write(fleet, {FLEET: "a: [\n"})
    commit(fleet)
    write(fleet, {FLEET: SCAFFOLD[FLEET]})
    assert gaps(compared(fleet)) == ["`fleet.yaml` cannot be read at the base"]


@pytest.mark.parametrize(
    "text", ["a: [\n", SCAFFOLD[DEMO] + "a: [\n", SCAFFOLD[DEMO] + "---\na: [\n", b"\xff"]
)
def test_a_file_that_could_not_be_read_at_the_base_is_told(text: str | bytes, fleet: Path) -> None:
    write(fleet, {DEMO: text})
    commit(fleet)
    assert gaps(compared(fleet)) == []  # as it is now, it is a finding
    for now in (LARGER, None):
        write(fleet, {DEMO: now})
        assert gaps(compared(fleet)) == [f"`{DEMO}` cannot be read at the base"]


def test_a_shared_file_that_could_not_be_read_at_the_base_is_told(fleet: Path) -> None:
    write(fleet, {DEFAULTS: "a: [\n"})
    commit(fleet)
    write(fleet, {OTHER: cluster("other", "etcd: {size: 16Gi}\n")})
    assert f"`{DEFAULTS}` cannot be read at the base" not in gaps(compared(fleet))
    write(fleet, {DEFAULTS: SCAFFOLD[DEFAULTS]})
    assert f"`{DEFAULTS}` cannot be read at the base" in gaps(compared(fleet))


def test_a_cluster_that_was_broken_at_the_base_is_named(fleet: Path, tmp_path: Path) -> None:
    write(fleet, {DEMO: SCAFFOLD[DEMO] + "  etcd: {size: huge}\n"})
    commit(fleet)
    write(fleet, {DEMO: LARGER})
    for _ in range(2):
        result = compared(fleet, cache=tmp_path / "cache")
        assert changes(result) == []
        assert gaps(result) == ["at the base revision they have errors of their own"]
        assert [each.clusters for each in result.unchecked][-1] == ("demo",)


def test_a_cluster_that_is_broken_now_does_not_leave_the_fleet(fleet: Path) -> None:
    for text in ("a: [\n", SCAFFOLD[DEMO].replace("kind: Cluster", "kind: Clutser"), b"\xff"):
        write(fleet, {DEMO: text})
        result = compared(fleet)
        assert result.has_errors
        assert changes(result) == []


def test_a_cluster_that_is_gone_leaves_the_fleet(fleet: Path) -> None:
    write(fleet, {DEMO: None})
    assert changes(compared(fleet)) == [f"HCP1604 {DEMO}:1:1"]
    assert f"::: {DEMO}@" in rendered(compared(fleet))


def test_warnings_elsewhere_do_not_hide_a_cluster_that_is_gone(fleet: Path) -> None:
    write(fleet, {DEMO: None, OTHER: cluster("other", "labels: {on: yes}\n")})
    assert [found.code for found in compared(fleet).findings] == ["HCP1604", "HCP0108"]


def test_a_cluster_with_a_new_name_in_its_file_is_another_one(fleet: Path) -> None:
    write(fleet, {DEMO: SCAFFOLD[DEMO].replace("name: demo", "name: new")})
    assert changes(compared(fleet)) == [f"HCP1603 {DEMO}:5:9"]


CLUSTER_ID = "clusterID: 6513270e-269e-4d37-b2a7-4de452e6b438\n"
INFRA_ID = "infraID: other-x7k2p\n"
NEW = "clusters/mgmt-1/new.yaml"


@pytest.mark.parametrize("ids", [CLUSTER_ID, INFRA_ID, CLUSTER_ID + INFRA_ID])
def test_a_cluster_with_a_new_name_in_another_file_is_known_by_its_ids(
    ids: str, fleet: Path
) -> None:
    write(fleet, {OTHER: cluster("other", CLUSTER_ID + INFRA_ID)})
    commit(fleet)
    write(fleet, {OTHER: None, NEW: cluster("new", ids)})
    result = compared(fleet)
    assert changes(result) == [f"HCP1603 {NEW}:4:9"]
    (found,) = (each for each in result.findings if each.code == "HCP1603")
    assert found.message == "`new` is another hosted cluster than `other`"
    assert found.notes[-1].startswith("both have `")
    write(fleet, {STONE: tombstone("hostedCluster: other")})
    assert changes(compared(fleet)) == [f"HCP1603 {NEW}:4:9"]


def test_a_new_cluster_with_ids_of_its_own_is_no_other_one(fleet: Path) -> None:
    write(fleet, {OTHER: cluster("other", CLUSTER_ID + INFRA_ID)})
    commit(fleet)
    write(fleet, {OTHER: None, NEW: cluster("new", "infraID: new-x7k2p\n")})
    assert changes(compared(fleet)) == [f"HCP1604 {OTHER}:1:1"]


def test_of_two_clusters_with_the_same_ids_one_may_leave(fleet: Path) -> None:
    write(fleet, {OTHER: cluster("other", INFRA_ID), NEW: cluster("new", INFRA_ID)})
    commit(fleet)
    write(fleet, {OTHER: None})
    assert changes(compared(fleet)) == [f"HCP1604 {OTHER}:1:1"]
    write(fleet, {DEFAULTS: SCAFFOLD[DEFAULTS] + "\n"})
    assert changes(compared(fleet)) == [f"HCP1604 {OTHER}:1:1"]


def test_a_cluster_on_another_management_cluster_is_another_one(fleet: Path) -> None:
    there = {
        "clusters/mgmt-2/m.yaml": SCAFFOLD[MANAGEMENT].replace("mgmt-1", "mgmt-2"),
        "clusters/mgmt-2/demo.yaml": LARGER,
        DEMO: None,
    }
    write(fleet, there)
    assert changes(compared(fleet)) == ["HCP1603 clusters/mgmt-2/demo.yaml:5:9"]


def test_what_is_not_compared_by_default_is_told_without_a_finding(tmp_path: Path) -> None:
    root = small_fleet(tmp_path)
    result = compared(root, "")
    assert result.findings == ()
    assert gaps(result) == ["the fleet is not in a git repository"]


def test_a_revision_that_was_asked_for_has_to_be_there(fleet: Path) -> None:
    with pytest.raises(RevisionError, match="there is no revision `gone`"):
        compared(fleet, "gone")


@pytest.mark.parametrize("base", [None, NO_BASE])
def test_nothing_is_compared_where_nobody_wants_it(base: str | None, fleet: Path) -> None:
    write(fleet, {DEMO: LARGER})
    assert changes(compared(fleet, base)) == []
    assert gaps(compared(fleet, base)) == []


def told(result: Compilation) -> list[Diagnostic]:
    return [found for found in result.findings if found.code.startswith("HCP16")]


def test_what_is_remembered_is_what_was_found(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    write(fleet, {DEMO: LARGER})
    first = compared(fleet, cache=cache)
    monkeypatch.setattr(pipeline, "_compile_cluster", pytest.fail)
    again = compared(fleet, cache=cache)
    assert told(again) == told(first) != []
    assert rendered(again) == rendered(first)


def test_the_base_is_part_of_what_is_remembered(fleet: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    write(fleet, {DEMO: LARGER})
    assert changes(compared(fleet, cache=cache))
    assert changes(compared(fleet, None, cache)) == []
    commit(fleet)
    assert changes(compared(fleet, cache=cache)) == []
    assert changes(compared(fleet, "HEAD^", cache))
    write(fleet, {DEMO: SCAFFOLD[DEMO] + "  etcd: {size: 24Gi}\n"})
    both = [rendered(compared(fleet, base, cache)) for base in ("HEAD^", "HEAD")]
    assert "it was `8Gi`, now `24Gi`" in both[0]
    assert "it was `16Gi`, now `24Gi`" in both[1]


def test_clusters_that_did_not_change_are_remembered_with_and_without_a_base(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    compared(fleet, None, cache)
    monkeypatch.setattr(pipeline, "_compile_cluster", pytest.fail)
    assert changes(compared(fleet, cache=cache)) == []


def test_a_policy_that_changed_is_no_change_of_a_cluster(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hcpc.pipeline.cluster_at", pytest.fail)
    policy = "severities: [{rule: HCP0407, severity: error}]\n"
    write(fleet, {"clusters/policy.yaml": document("Policy", "p", policy)})
    commit(fleet)
    write(fleet, {"clusters/policy.yaml": document("Policy", "p", policy.replace("error", "info"))})
    assert changes(compared(fleet)) == []


def test_what_a_submodule_holds_counts_as_unchanged(tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    defaults = document("Defaults", "parts", "cluster: {etcd: {size: 12Gi}}\n")
    write(parts, {"defaults.yaml": defaults, "x.yaml": cluster("x")})
    commit(parts)
    root = small_fleet(tmp_path / "fleet")
    git(root, "init", "-q", "-b", "main")
    git(root, "submodule", "add", "-q", str(parts), "clusters/mgmt-1/parts")
    commit(root)
    inside = "clusters/mgmt-1/parts"
    write(root, {DEMO: LARGER, f"{inside}/y.yaml": cluster("y"), f"{inside}/x.yaml": None})
    result = compared(root)
    assert changes(result) == [f"HCP1601 {DEMO}:12:16"]
    assert gaps(result) == [
        f"what `{inside}` held at the base is not in this repository (a submodule)"
    ]


def test_what_a_sparse_work_tree_leaves_out_is_not_gone(fleet: Path) -> None:
    write(fleet, {"clusters/mgmt-1/deep/new.yaml": cluster("new")})
    commit(fleet)
    git(fleet, "sparse-checkout", "set", "--no-cone", "/*", "!/clusters/mgmt-1/deep/")
    assert not (fleet / "clusters/mgmt-1/deep").exists()
    write(fleet, {OTHER: None})
    assert changes(compared(fleet)) == [f"HCP1604 {OTHER}:1:1"]


def test_the_same_is_found_in_other_processes(fleet: Path) -> None:
    write(fleet, {DEMO: LARGER})
    here = compile_fleet(fleet, Options("serial"), emit=False, base="HEAD")
    there = compile_fleet(fleet, Options("processes", 2), emit=False, base="HEAD")
    assert told(here) == told(there) != []


def test_a_base_survives_the_way_to_another_machine(fleet: Path) -> None:
    write(fleet, {DEMO: LARGER})
    jobs: list[object] = []
    real = pipeline.compile_units

    def keep(job: object, units: object) -> object:
        jobs.append(pickle.loads(pickle.dumps(job)))  # noqa: S301  # we wrote it ourselves
        return real(jobs[-1], units)  # type: ignore[arg-type]  # what came back is a job again

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "compile_units", keep)
        assert changes(compared(fleet)) == [f"HCP1601 {DEMO}:12:16"]
