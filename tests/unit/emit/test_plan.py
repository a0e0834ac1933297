"""What a write would do: decided from what is there, what is wanted, and what the index lists."""

import json
from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import tree, write

from hcpc.emit.formats.kustomize import HEADER
from hcpc.emit.plan import WritePlan, index_files, is_index, plan_write
from hcpc.kube.rendered_index import INDEX, digest

OURS = {"m/a.yaml": f"{HEADER}a: 1\n", "m/c/b.yaml": f"{HEADER}b: 1\n"}
EMPTY = digest(b"")


def laid(output: Path, files: dict[str, str] | None = None) -> Path:
    """An output directory as an earlier run left it."""
    known = OURS if files is None else files
    write(output, {**known, **index_files(known, {})})
    return output


def index(output: Path, owner: str, entries: object) -> None:
    """Put an index there that we might never have written."""
    text = json.dumps({"files": entries})
    write(output, {f"{owner}/{INDEX}": text})


def planned(output: Path, files: dict[str, str] | None = None) -> WritePlan:
    """The plan for some files; planning itself changes nothing."""
    before = tree(output) if output.is_dir() else None
    plan = plan_write(output, OURS if files is None else files, {})
    assert (tree(output) if output.is_dir() else None) == before
    return plan


def test_where_nothing_is_everything_is_written(tmp_path: Path) -> None:
    plan = planned(tmp_path / "out")
    assert list(plan.write) == ["m/a.yaml", "m/c/b.yaml", f"m/{INDEX}"]
    assert (plan.remove, plan.unchanged) == ((), ())


def test_where_all_is_right_nothing_is_done(tmp_path: Path) -> None:
    plan = planned(laid(tmp_path))
    assert plan.is_clean
    assert plan.unchanged == ("m/a.yaml", "m/c/b.yaml", f"m/{INDEX}")


def test_what_differs_is_written_whoever_changed_it(tmp_path: Path) -> None:
    write(laid(tmp_path), {"m/a.yaml": "by hand\n"})
    plan = planned(tmp_path, OURS | {"m/c/b.yaml": f"{HEADER}b: 2\n"})
    assert list(plan.write) == ["m/a.yaml", "m/c/b.yaml", f"m/{INDEX}"]
    assert plan.foreign == ()


def test_what_is_no_longer_wanted_is_removed(tmp_path: Path) -> None:
    laid(tmp_path, OURS | {"m/old/x.yaml": "x", "n/y.yaml": "y"})
    plan = planned(tmp_path)
    assert plan.remove == ("m/old/x.yaml", f"n/{INDEX}", "n/y.yaml")
    assert list(plan.write) == [f"m/{INDEX}"]


def test_what_was_changed_by_hand_is_not_removed_but_told(tmp_path: Path) -> None:
    laid(tmp_path, OURS | {"m/old.yaml": "x", "m/older.yaml": "y"})
    write(tmp_path, {"m/old.yaml": "mine now"})
    plan = planned(tmp_path)
    assert (plan.remove, plan.edited) == (("m/older.yaml",), ("m/old.yaml",))
    assert not plan.is_clean


def test_what_is_gone_already_need_not_be_removed(tmp_path: Path) -> None:
    laid(tmp_path, OURS | {"m/old.yaml": "x"})
    write(tmp_path, {"m/old.yaml": None})
    assert planned(tmp_path).remove == ()


def test_what_no_index_lists_is_never_removed(tmp_path: Path) -> None:
    write(laid(tmp_path), {"m/notes.txt": "mine", "README.md": "mine", "x/z.yaml": f"{HEADER}z\n"})
    assert planned(tmp_path).is_clean


def test_a_file_in_the_way_that_we_did_not_write_is_told_and_stays(tmp_path: Path) -> None:
    write(tmp_path, {"m/a.yaml": "somebody else's\n", "m/c/b.yaml": f"{HEADER}an older one\n"})
    plan = planned(tmp_path)
    assert plan.foreign == ("m/a.yaml",)
    assert "m/a.yaml" not in plan.write
    assert "m/c/b.yaml" in plan.write


@pytest.mark.parametrize("known", [True, False])
def test_a_directory_in_the_place_of_a_file_is_in_the_way(tmp_path: Path, *, known: bool) -> None:
    if known:
        write(laid(tmp_path), {"m/a.yaml": None})
    write(tmp_path, {"m/a.yaml/notes.txt": "mine"})
    assert planned(tmp_path).foreign == ("m/a.yaml",)


def test_a_directory_in_the_place_of_a_leftover_is_left_alone(tmp_path: Path) -> None:
    laid(tmp_path, OURS | {"m/old": ""})
    write(tmp_path, {"m/old": None})
    write(tmp_path, {"m/old/notes.txt": "mine"})
    plan = planned(tmp_path)
    assert (plan.remove, plan.edited) == ((), ())


@pytest.mark.parametrize("path", ["m", "m/c"])
def test_a_file_in_the_place_of_a_directory_is_in_the_way(tmp_path: Path, path: str) -> None:
    write(tmp_path, {path: "mine"})
    plan = planned(tmp_path)
    assert plan.foreign == (path,)
    assert not any(wanted.startswith(f"{path}/") for wanted in plan.write)


@pytest.mark.parametrize("path", ["m", "m/c"])
def test_a_link_in_the_place_of_a_directory_is_in_the_way(tmp_path: Path, path: str) -> None:
    output, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    laid(elsewhere, {"m/c/b.yaml": "old", "m/c/gone.yaml": "x"})
    (output / path).parent.mkdir(parents=True)
    (output / path).symlink_to(elsewhere / path)
    plan = planned(output)
    assert plan.foreign == (path,)
    assert plan.remove == ()
    assert not any(wanted.startswith(f"{path}/") for wanted in plan.write)


def test_the_output_directory_itself_may_be_a_link(tmp_path: Path) -> None:
    laid(tmp_path / "real")
    (tmp_path / "out").symlink_to("real")
    assert planned(tmp_path / "out").is_clean


def hosted(name: str, namespace: str) -> str:
    return f"{HEADER}kind: HostedCluster\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"


def test_a_file_that_gets_another_object_is_told(tmp_path: Path) -> None:
    path = "m/clusters/a/hostedcluster.yaml"
    laid(tmp_path, {path: hosted("a", "here")})
    assert planned(tmp_path, {path: hosted("a", "here") + "spec: {}\n"}).replaced == {}
    plan = planned(tmp_path, {path: hosted("a", '"007"')})
    assert plan.replaced == {path: ("here/a", "007/a")}
    assert path in plan.write


def test_a_hosted_cluster_of_ours_that_no_index_lists_is_told_and_stays(tmp_path: Path) -> None:
    paths = [f"m/clusters/{name}/hostedcluster.yaml" for name in ("a", "b", "c")]
    texts = {path: hosted("a", "here") for path in paths}
    laid(tmp_path, {paths[0]: texts[paths[0]], **OURS})
    write(tmp_path, {paths[1]: texts[paths[1]], paths[2]: "kind: HostedCluster\n"})
    plan = planned(tmp_path)
    assert plan.unlisted == (paths[1],)
    assert plan.remove == (paths[0],)
    assert not plan.is_clean
    assert planned(tmp_path, texts).unlisted == ()


def test_a_link_in_the_place_of_a_file_of_ours_is_replaced_not_followed(tmp_path: Path) -> None:
    output = laid(tmp_path / "out")
    write(tmp_path, {"secret": "somebody else's", "out/m/a.yaml": None})
    (output / "m/a.yaml").symlink_to("../../secret")
    assert "m/a.yaml" in planned(output).write


def test_files_known_to_be_right_are_not_even_read(tmp_path: Path) -> None:
    laid(tmp_path)
    kept = {"m/a.yaml": digest(OURS["m/a.yaml"].encode())}
    write(tmp_path, {"m/a.yaml": "changed behind our back"})
    plan = plan_write(tmp_path, {"m/c/b.yaml": OURS["m/c/b.yaml"]}, kept)
    assert plan.is_clean
    assert sorted(plan.unchanged) == ["m/a.yaml", "m/c/b.yaml", f"m/{INDEX}"]


BAD_INDEXES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"5",
    b"{}",
    b'{"files": []}',
    b'{"files": null}',
    b'{"files": "all"}',
    b"\xff\xfe",
    b"<<<<<<< ours\n{}\n",
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", BAD_INDEXES, ids=range(len(BAD_INDEXES)))
def test_an_index_that_cannot_be_read_is_told_and_nothing_is_removed(
    tmp_path: Path, content: bytes
) -> None:
    write(laid(tmp_path, OURS | {"m/old.yaml": "x"}), {f"m/{INDEX}": content})
    plan = planned(tmp_path)
    assert plan.unreadable == (f"m/{INDEX}",)
    assert plan.remove == ()
    assert not plan.is_clean


def test_an_index_that_is_a_directory_cannot_be_read_either(tmp_path: Path) -> None:
    write(tmp_path, {f"m/{INDEX}/x": "mine"})
    assert planned(tmp_path).unreadable == (f"m/{INDEX}",)


@pytest.mark.parametrize(
    "listed",
    [
        "../victim",
        "../../victim",
        "c/../../../victim",
        "/victim",
        "./../victim",
        "..",
        ".",
        "",
        "/",
        "c/",
        "c//x",
        "c/..",
        "a\0b",
        "\ud800",
        "a\nb",
        "~/x",
        "m\\..\\x",
    ],
)
def test_an_index_leads_nowhere_but_below_its_own_directory(tmp_path: Path, listed: str) -> None:
    output = tmp_path / "out"
    write(tmp_path, {"victim": "", "out/victim": "", "out/m/c/y": "mine"})
    index(output, "m", {listed: EMPTY, str(tmp_path / "victim"): EMPTY})
    plan = planned(output)
    assert (plan.remove, plan.edited, plan.unreadable) == ((), (), ())


@pytest.mark.parametrize("known", ["", EMPTY, None, 5, [], "0" * 64])
def test_an_index_with_a_wrong_digest_removes_nothing(tmp_path: Path, known: object) -> None:
    write(tmp_path, {"m/mine.yaml": "precious", f"m/c/{INDEX}": "precious"})
    index(tmp_path, "m", {"mine.yaml": known, f"c/{INDEX}": known})
    plan = planned(tmp_path)
    assert plan.remove == ()
    assert plan.edited == (f"m/c/{INDEX}", "m/mine.yaml")


def test_an_index_deeper_down_is_no_index(tmp_path: Path) -> None:
    assert is_index(f"m/{INDEX}")
    assert not is_index(INDEX)
    assert not is_index(f"m/c/{INDEX}")
    assert not is_index("m/kustomization.yaml")
    write(tmp_path, {"m/c/x.yaml": "x"})
    index(tmp_path, "m/c", {"x.yaml": digest(b"x")})
    assert planned(tmp_path).remove == ()


def test_an_index_lists_its_files_by_digest_one_a_line() -> None:
    files = index_files({"m/b.yaml": "b", "m/a.yaml": "a", "n/c.yaml": "c"}, {"m/k.yaml": "known"})
    assert list(files) == [f"m/{INDEX}", f"n/{INDEX}"]
    found = json.loads(files[f"m/{INDEX}"])
    assert found == {
        "apiVersion": "hcpc.dev/v1alpha1",
        "kind": "RenderedIndex",
        "files": {"a.yaml": digest(b"a"), "b.yaml": digest(b"b"), "k.yaml": "known"},
    }
    assert [line.split('"')[1] for line in files[f"m/{INDEX}"].splitlines() if ".yaml" in line] == [
        "a.yaml",
        "b.yaml",
        "k.yaml",
    ]
