"""What is remembered between runs: never a different result, and nothing odd is believed."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    FLEET,
    SCAFFOLD,
    cluster,
    compile_and_write,
    compiled,
    document,
    places,
    rendered,
    small_fleet,
    tree,
    write,
)

import hcpc.run.keys
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.emit.plan import plan_write
from hcpc.pipeline import Options, compile_fleet
from hcpc.run.cache import Cache, cache_path
from hcpc.run.unit import UnitResult
from hcpc.source.text import SourceFile, Span
from hcpc.verify.fleet import Summary

HERE = "clusters/mgmt-1"
HOSTED = "rendered/mgmt-1/clusters/demo/hostedcluster.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A fleet of three clusters on two management clusters, compiled and remembered."""
    elsewhere = document("ManagementCluster", "mgmt-2", "nodeAddress: api.example.com\n")
    fleet = small_fleet(
        tmp_path / "fleet",
        {
            f"{HERE}/team/other.yaml": cluster("other"),
            "clusters/mgmt-2/management-cluster.yaml": elsewhere,
            "clusters/mgmt-2/third.yaml": cluster("third"),
        },
    )
    compile_and_write(fleet, cache_of(fleet))
    return fleet


def cache_of(root: Path) -> Path:
    return root.parent / "cache.json"


SHARED = ""


def remembered(root: Path, *, emit: bool = True) -> set[str]:
    """The files with clusters whose results a run takes from the cache."""
    return taken(root, emit=emit) - {SHARED}


def taken(root: Path, *, emit: bool = True) -> set[str]:
    """All that a run takes from the cache; what is shared is called SHARED."""
    known: set[str] = set()

    class Watched(Cache):
        def find(self, path: str, *rest: object) -> object:  # type: ignore[override]  # only watches
            found = super().find(path, *rest)  # type: ignore[arg-type]  # passed on as they came
            if found:
                known.add(path)
            return found

    compile_fleet(root, Options("serial", 1, Watched(cache_of(root))), emit=emit)
    return known


ALL = {DEMO, f"{HERE}/team/other.yaml", "clusters/mgmt-2/third.yaml"}


def test_a_second_run_remembers_everything_and_makes_nothing(root: Path) -> None:
    assert remembered(root) == ALL
    before = tree(root)
    again = compile_and_write(root, cache_of(root))
    assert "mgmt-1/clusters/demo/hostedcluster.yaml" not in again.files
    assert len(again.kept) == 9
    assert tree(root) == before


@pytest.mark.parametrize(
    ("path", "text", "left"),
    [
        (DEMO, SCAFFOLD[DEMO] + "\n", ALL - {DEMO}),
        (DEMO, SCAFFOLD[DEMO].replace("2", "3"), ALL - {DEMO}),
        (DEFAULTS, SCAFFOLD[DEFAULTS] + "# more\n", set()),
        (FLEET, SCAFFOLD[FLEET] + "# more\n", set()),
        (f"{HERE}/new.yaml", document("Profile", "gold"), {"clusters/mgmt-2/third.yaml"}),
        (f"{HERE}/team/new.yaml", document("Profile", "gold"), ALL - {f"{HERE}/team/other.yaml"}),
        (
            "clusters/mgmt-2/new.yaml",
            document("Profile", "p"),
            ALL - {"clusters/mgmt-2/third.yaml"},
        ),
        ("clusters/mgmt-3/new.yaml", document("Profile", "p"), ALL),
        (f"{HERE}/fourth.yaml", cluster("fourth"), ALL),
        ("clusters/broken.yaml", "a: [", set()),
    ],
)
def test_a_result_is_remembered_until_something_it_depends_on_changes(
    root: Path, path: str, text: str, left: set[str]
) -> None:
    write(root, {path: text})
    assert remembered(root) == left
    assert remembered(root, emit=False) == left


def test_shared_documents_are_checked_again_when_one_of_them_changes(root: Path) -> None:
    profile = "clusters/mgmt-3/new.yaml"
    assert SHARED in taken(root)
    write(root, {DEMO: SCAFFOLD[DEMO] + "\n"})
    assert SHARED in taken(root)
    write(root, {profile: document("Profile", "p", "fips: perhaps\n")})
    assert SHARED not in taken(root)
    first = compile_and_write(root, cache_of(root))
    again = compile_and_write(root, cache_of(root))
    assert SHARED in taken(root)
    assert places(first.findings) == places(again.findings) == [f"HCP0203 {profile}:6:9"]
    write(root, {profile: None})
    assert compile_and_write(root, cache_of(root)).findings == ()


def test_a_layer_that_goes_away_counts_as_a_change(root: Path) -> None:
    write(root, {f"{HERE}/new.yaml": document("Profile", "gold")})
    compile_and_write(root, cache_of(root))
    assert remembered(root) == ALL
    write(root, {f"{HERE}/new.yaml": None})
    assert remembered(root) == {"clusters/mgmt-2/third.yaml"}


def test_another_tool_remembers_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcpc.run.keys, "tool_key", lambda: b"another version")
    assert remembered(root) == set()


def deleted(path: Path) -> None:
    path.unlink()


def edited(path: Path) -> None:
    path.write_text("edited\n", encoding="utf-8")


def edited_without_a_new_size(path: Path) -> None:
    time.sleep(0.02)  # longer than a file system's clock takes for a step
    path.write_bytes(path.read_bytes().replace(b"demo", b"dome"))


def replaced_by_an_equal_one(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)


def edited_with_the_time_put_back(path: Path) -> None:
    time.sleep(0.02)  # as above
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"demo", b"dome"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def turned_into_a_link(path: Path) -> None:
    path.rename(path.with_name("moved"))
    path.symlink_to("moved")


@pytest.mark.parametrize(
    "touch",
    [
        deleted,
        edited,
        edited_without_a_new_size,
        replaced_by_an_equal_one,
        edited_with_the_time_put_back,
        turned_into_a_link,
    ],
)
def test_a_rendered_file_that_was_touched_is_made_again(
    root: Path, touch: Callable[[Path], None]
) -> None:
    right = (root / HOSTED).read_bytes()
    touch(root / HOSTED)
    assert remembered(root) == ALL - {DEMO}
    compile_and_write(root, cache_of(root))
    assert (root / HOSTED).read_bytes() == right


@pytest.mark.parametrize("path", ["rendered/mgmt-1/clusters/demo", "rendered/mgmt-1", "rendered"])
def test_a_directory_turned_into_a_link_hides_nothing(root: Path, path: str) -> None:
    turned_into_a_link(root / path)
    result = compiled(root, cache_of(root))
    known = plan_write(result.target, result.files, result.kept)
    fresh = compiled(root)
    plan = plan_write(fresh.target, fresh.files, fresh.kept)
    assert known.foreign == plan.foreign
    assert [*known.write] == [*plan.write]


def test_a_file_that_is_a_link_is_never_believed(root: Path) -> None:
    turned_into_a_link(root / HOSTED)
    compile_and_write(root, cache_of(root))
    assert remembered(root) == ALL - {DEMO}


def test_a_file_that_was_not_seen_to_be_right_is_not_believed(root: Path) -> None:
    write(root, {DEMO: SCAFFOLD[DEMO].replace("2", "3")})
    cache = Cache(cache_of(root))
    compile_fleet(root, Options("serial", 1, cache))
    cache.save(root / "rendered", {HOSTED.removeprefix("rendered/")})
    assert remembered(root) == ALL - {DEMO}
    assert remembered(root, emit=False) == ALL


@pytest.mark.parametrize("umask", [0, 0o022])
def test_only_its_owner_may_read_a_cache(tmp_path: Path, umask: int) -> None:
    root = small_fleet(tmp_path / "fleet")
    path = tmp_path / "home/hcpc/cache.json"
    before = os.umask(umask)
    try:
        for _ in range(2):
            compile_and_write(root, path)
            assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (
                0o600,
                0o700,
            )
            path.chmod(0o644)
    finally:
        os.umask(before)


def test_a_cache_is_never_written_through_a_link(tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet")
    write(tmp_path, {"secret": "mine"})
    for link in (cache_of(root), cache_of(root).with_suffix(f".{os.getpid()}.new")):
        link.symlink_to("secret")
    compile_and_write(root, cache_of(root))
    assert tree(tmp_path)["secret"] == b"mine"
    assert not cache_of(root).is_symlink()


def test_lint_remembers_whatever_lies_in_the_output_directory(root: Path) -> None:
    (root / HOSTED).unlink()
    assert remembered(root, emit=False) == ALL


def test_what_lint_remembers_has_no_files_for_compile(tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet")
    cache = Cache(cache_of(root))
    compile_fleet(root, Options("serial", 1, cache), emit=False)
    cache.save(None)
    assert remembered(root, emit=False) == {DEMO}
    assert remembered(root) == set()


def test_another_output_directory_is_filled_from_scratch(root: Path, tmp_path: Path) -> None:
    options = Options("serial", 1, Cache(cache_of(root)))
    result = compile_fleet(root, options, output=tmp_path / "other")
    assert result.kept == {}
    assert len(result.files) == 9 + 4 + 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"demo", b"dome"),
        lambda content: content + b" ",
        lambda _: b"{}",
        lambda _: b"[" * 100_000,
        lambda _: b"\xff\xfe",
        lambda _: json.dumps({"format": 1, "units": {DEMO: 5}}).encode(),
        lambda content: content.replace(b"hcpc cache ", b"hcpc cache 9", 1),
    ],
    ids=["empty", "cut", "half", "changed", "longer", "json", "deep", "bytes", "old", "format"],
)
def test_a_damaged_or_foreign_cache_is_no_cache(
    root: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = cache_of(root)
    path.write_bytes(damage(path.read_bytes()))
    assert remembered(root) == set()
    assert compile_and_write(root, path).findings == ()
    assert remembered(root) == ALL


def test_a_directory_in_the_place_of_the_cache_is_no_error(tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet")
    cache_of(root).mkdir()
    assert compile_and_write(root, cache_of(root)).findings == ()
    assert sorted(tmp_path.iterdir()) == sorted([cache_of(root), root])
    assert list(cache_of(root).iterdir()) == []


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet")
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    below = tmp_path / "file" / "cache.json"
    assert compile_and_write(root, below).findings == ()
    assert compile_and_write(root, below).findings == ()


def test_a_cache_may_be_deleted_at_any_time(root: Path) -> None:
    before = tree(root)
    cache_of(root).unlink()
    compile_and_write(root, cache_of(root))
    assert tree(root) == before
    assert remembered(root) == ALL


BROKEN = {
    f"{HERE}/bad.yaml": cluster("bad", "etcd: {size: huge}\nlabels: {a: '${nope}'}\n"),
    f"{HERE}/warned.yaml": cluster("warned", pools="{w: {}}"),
    f"{HERE}/both.yaml": document("Profile", "gold", "etcd: {size: 8Gi}\n")
    + "---\n"
    + cluster("both", "profiles: [gold]\netcd: 5\n"),
    f"{HERE}/syntax.yaml": "kind: Cluster\nmetadata: [\n",
    f"{HERE}/p.yaml": document("Profile", "raw", "hostedCluster: {spec: {fipps: true}}\n"),
    f"{HERE}/raw.yaml": cluster("raw", "profiles: [raw]\n"),
    f"{HERE}/raw2.yaml": cluster("raw2", "profiles: [raw]\n"),
}


def test_remembered_findings_look_like_fresh_ones(tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet", BROKEN)
    fresh = compile_and_write(root, cache_of(root))
    again = compiled(root, cache_of(root))
    without = compiled(root)
    assert fresh.findings
    assert again.findings == fresh.findings == without.findings
    assert rendered(again) == rendered(fresh) == rendered(without)
    assert again.clusters == fresh.clusters == without.clusters
    assert f"{HERE}/bad.yaml" in remembered(root, emit=False)


def test_the_cache_holds_names_findings_and_digests_only(root: Path) -> None:
    secret = "correct-horse-battery-staple"  # noqa: S105  # what must not be found
    write(root, {DEMO: cluster("demo", f"channel: {secret}\n") + f"# {secret}\n"})
    compile_and_write(root, cache_of(root))
    assert secret in (root / HOSTED).read_text(encoding="utf-8")
    content = cache_of(root).read_bytes()
    assert DEMO.encode() in content
    assert secret.encode() not in content
    assert b"hypershift.openshift.io" not in content


def test_a_finding_survives_with_every_field(tmp_path: Path) -> None:
    files = {path: SourceFile(path, f"text of {path}") for path in ("a.yaml", "b.yaml")}
    filled = Diagnostic(
        code="HCP0202",
        severity=Severity.WARNING,
        message="a message",
        primary=Label(Span(files["a.yaml"], 1, 3), "a label"),
        secondary=(Label(Span(files["b.yaml"], 2, 4), "another"),),
        notes=("a note", "another"),
        help="a help",
        clusters=("x", "y"),
        in_layer=True,
        subjects=("a field",),
    )
    assert all(filled)
    summary = Summary(
        name="x",
        name_span=Span(files["a.yaml"], 0, 1),
        management_cluster="m",
        namespace="clusters",
        platform="agent",
        release="4.17.9",
        node_pools=("x-a", "x-b"),
        ids={"infraID": "x-1"},
        overlays=("an overlay",),
        node_configs=("a node config",),
        objects=("an object",),
        labels={"team": "x"},
        claims=(("host", "a.example.com", 1, 2),),
        picks=(("w", "agents", "amd64", ("a=b",)),),
        pod_networks=("10.0.0.0/16",),
        machine_networks=("10.1.0.0/16",),
        moves=True,
        without_crd=("Thing",),
        without_base=True,
        images=(("quay.io/a/b:4.17.9", "4.17.9"),),
        guest_objects=("Namespace `logging`",),
    )
    assert all(summary)
    cache = Cache(tmp_path / "cache.json")
    cache.remember("key", UnitResult("a.yaml", (summary,), {}, (filled,)))
    cache.save(None)
    found = Cache(tmp_path / "cache.json").find("a.yaml", "key", files, None)
    assert found is not None
    assert found.result == UnitResult("a.yaml", (summary,), {}, (filled,))
    assert found.result.findings[0].primary.span.file is files["a.yaml"]
    assert Cache(tmp_path / "cache.json").find("a.yaml", "other key", files, None) is None
    assert Cache(tmp_path / "cache.json").find("b.yaml", "key", files, None) is None


def test_a_finding_about_a_file_that_is_gone_is_not_remembered(tmp_path: Path) -> None:
    gone = Diagnostic("HCP0202", Severity.ERROR, "m", Label(Span(SourceFile("b", "x"), 0, 1)))
    cache = Cache(tmp_path / "cache.json")
    cache.remember("key", UnitResult("a.yaml", (), {}, (gone,)))
    cache.save(None)
    assert Cache(tmp_path / "cache.json").find("a.yaml", "key", {}, None) is None


def test_the_cache_lies_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HCPC_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    first, second = cache_path(tmp_path / "a"), cache_path(tmp_path / "b")
    assert first is not None
    assert second is not None
    assert first != second
    assert first.parent == second.parent == tmp_path / "home/.cache/hcpc"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_path(tmp_path / "a") == tmp_path / "xdg/hcpc" / first.name
    monkeypatch.setenv("HCPC_CACHE_DIR", str(tmp_path / "mine"))
    assert cache_path(tmp_path / "a") == tmp_path / "mine" / first.name
    monkeypatch.setenv("HCPC_CACHE_DIR", "")
    assert cache_path(tmp_path / "a") == tmp_path / "xdg/hcpc" / first.name


def test_one_fleet_has_one_cache_however_its_path_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fleet").mkdir()
    (tmp_path / "link").symlink_to("fleet")
    monkeypatch.chdir(tmp_path)
    assert (
        cache_path(tmp_path / "fleet")
        == cache_path(Path("fleet"))
        == cache_path(tmp_path / "link")
        == cache_path(tmp_path / "fleet/../fleet")
    )


def test_a_fleet_in_a_directory_whose_name_is_not_utf8_has_a_cache(tmp_path: Path) -> None:
    assert cache_path(tmp_path / os.fsdecode(b"\xff")) is not None
