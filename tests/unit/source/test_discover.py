"""Which files make a fleet: found in one order, without what is none of it, inside the root."""

import os
from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.small_fleet import places, write

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.emit.plan import index_files
from hcpc.source.discover import Places, decode, find_root, list_files, read_bytes, stays_inside
from hcpc.source.text import SourceFile

FLEET = "kind: Fleet\n"
INDEX = '{\n "files": {},\n "kind": "RenderedIndex"\n}\n'


def is_fleet(file: SourceFile) -> bool:
    return file.text == FLEET


def listed(root: Path, where: Places | None = None) -> tuple[list[str], list[Diagnostic]]:
    """Paths and findings."""
    sink = Sink()
    return list_files(root, where or Places(), is_fleet, sink), sink.findings()


def found(root: Path, where: Places | None = None) -> list[str]:
    """Paths, when there is nothing to complain about."""
    paths, findings = listed(root, where)
    assert findings == []
    return paths


def test_files_are_found_in_one_order_whatever_the_order_of_creation(tmp_path: Path) -> None:
    names = ["b.yaml", "a/z.yml", "a.yaml", "a-b/x.yaml", "B.yaml"]
    for number, order in enumerate((names, names[::-1])):
        write(tmp_path / str(number), dict.fromkeys(order, "x: 1\n"))
    first, second = found(tmp_path / "0"), found(tmp_path / "1")
    assert first == second == sorted(names)


def test_only_yaml_files_are_found_and_fleet_yaml_is_not_among_them(tmp_path: Path) -> None:
    names = ["fleet.yaml", "a.yaml", "b.yml", "c.json", "d.yaml.bak", "README.md", "yaml"]
    write(tmp_path, dict.fromkeys(names, ""))
    assert found(tmp_path) == ["a.yaml", "b.yml"]


def test_a_suffix_in_capitals_is_one_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, {"A.YAML": "", "b.Yml": "", "outside/c.YML": "", "in/d.yaml": ""})
    assert found(tmp_path) == ["A.YAML", "b.Yml", "in/d.yaml", "outside/c.YML"]
    (tmp_path / "in/link.YML").symlink_to("../outside/c.YML")
    assert places(listed(tmp_path / "in")[1]) == ["HCP0003 link.YML:1:1"]


def test_a_directory_may_be_called_like_a_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml/b.yaml": ""})
    assert found(tmp_path) == ["a.yaml/b.yaml"]


def test_hidden_files_and_directories_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, {".git/a.yaml": "", ".hidden.yaml": "", "a/.cache/b.yaml": "", "a/c.yaml": ""})
    assert found(tmp_path) == ["a/c.yaml"]


@pytest.mark.parametrize("output", ["rendered", "rendered/", "./rendered", "a/../rendered"])
def test_the_output_directory_is_left_out_however_it_is_written(
    tmp_path: Path, output: str
) -> None:
    write(tmp_path, {"rendered/m/a.yaml": "", "a/rendered/b.yaml": ""})
    assert found(tmp_path, Places(output=output)) == ["a/rendered/b.yaml"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("drafts", ["a/drafts/b.yaml", "a/x.yaml"]),
        ("drafts/", ["a/drafts/b.yaml", "a/x.yaml"]),
        ("./drafts", ["a/drafts/b.yaml", "a/x.yaml"]),
        ("*/drafts", ["a/x.yaml", "drafts/b.yaml"]),
        ("*drafts", ["a/x.yaml"]),
        ("a/x.*", ["a/drafts/b.yaml", "drafts/b.yaml"]),
        ("A", ["a/drafts/b.yaml", "a/x.yaml", "drafts/b.yaml"]),
    ],
)
def test_ignored_patterns_are_left_out(tmp_path: Path, pattern: str, left: list[str]) -> None:
    write(tmp_path, {"drafts/b.yaml": "", "a/drafts/b.yaml": "", "a/x.yaml": ""})
    assert found(tmp_path, Places(ignore=(pattern,))) == left


def test_a_fleet_inside_the_fleet_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"a/fleet.yaml": FLEET, "a/b.yaml": "", "a/c/d.yaml": "", "e.yaml": ""})
    assert found(tmp_path) == ["e.yaml"]


@pytest.mark.parametrize("content", ["", "kind: Cluster\n", b"\xff"])
def test_a_file_that_is_only_called_fleet_yaml_hides_nothing(
    tmp_path: Path, content: str | bytes
) -> None:
    write(tmp_path, {"a/fleet.yaml": content, "a/b.yaml": "", "a/c/d.yaml": ""})
    assert found(tmp_path) == ["a/b.yaml", "a/c/d.yaml", "a/fleet.yaml"]


def test_a_directory_called_fleet_yaml_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"a/fleet.yaml/x.yaml": FLEET, "a/b.yaml": ""})
    assert found(tmp_path) == ["a/b.yaml", "a/fleet.yaml/x.yaml"]


@pytest.mark.parametrize("name", ["fleet.yaml", "hcpc-index.json"])
def test_a_mark_outside_the_repository_hides_nothing(tmp_path: Path, name: str) -> None:
    text = FLEET if name == "fleet.yaml" else INDEX
    write(tmp_path, {"outside": text, "root/a/b.yaml": ""})
    (tmp_path / "root/a" / name).symlink_to("../../outside")
    paths, findings = listed(tmp_path / "root")
    assert paths == ["a/b.yaml"]
    assert places(findings) == ["HCP0003 a/fleet.yaml:1:1"][: name == "fleet.yaml"]


@pytest.mark.parametrize("sources", [("a", "b"), ("./a", "b/"), ("b", "a", "a/c")])
def test_only_source_directories_are_searched_and_each_file_is_found_once(
    tmp_path: Path, sources: tuple[str, ...]
) -> None:
    write(
        tmp_path, {"a/x.yaml": "", "a/c/x.yaml": "", "b/x.yaml": "", "d/x.yaml": "", "y.yaml": ""}
    )
    assert found(tmp_path, Places(sources=sources)) == ["a/c/x.yaml", "a/x.yaml", "b/x.yaml"]


def test_a_source_directory_that_is_not_there_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.yaml": ""})
    paths, findings = listed(tmp_path, Places(sources=("a", "gone", "a/x.yaml")))
    assert paths == ["a/x.yaml"]
    assert places(findings) == ["HCP0004 a/x.yaml:1:1", "HCP0004 gone:1:1"]
    assert "`sources` in fleet.yaml" in findings[1].help


def test_a_rendered_directory_holds_no_specs_wherever_it_lies(tmp_path: Path) -> None:
    conflict = f"<<<<<<< ours\n=======\n>>>>>>> theirs\n{INDEX}"
    for number, text in enumerate((INDEX, conflict)):
        root = tmp_path / str(number)
        index = {"out/mgmt-1/hcpc-index.json": text}
        write(root, {**index, "out/mgmt-1/x.yaml": "", "a/x.yaml": ""})
        assert found(root) == ["a/x.yaml"]


def test_what_we_write_is_a_rendered_directory(tmp_path: Path) -> None:
    write(tmp_path, {f"out/{p}": t for p, t in index_files({"m/x.yaml": "x: 1\n"}, {}).items()})
    write(tmp_path, {"out/m/x.yaml": "x: 1\n"})
    assert found(tmp_path) == []


@pytest.mark.parametrize("content", ["", "{}", '{"kind": "Index"}', b"\xff"])
def test_an_index_that_is_not_ours_is_reported_and_hides_nothing(
    tmp_path: Path, content: str | bytes
) -> None:
    write(tmp_path, {"a/hcpc-index.json": content, "a/b.yaml": "", "a/c/d.yaml": ""})
    paths, findings = listed(tmp_path)
    assert paths == ["a/b.yaml", "a/c/d.yaml"]
    assert places(findings) == ["HCP0602 a/hcpc-index.json:1:1"]
    assert "remove it where specs are" in findings[0].help


def test_a_link_to_a_directory_inside_is_followed_once(tmp_path: Path) -> None:
    write(tmp_path, {"shared/profile.yaml": "", "a/x.yaml": ""})
    (tmp_path / "a/shared").symlink_to("../shared")
    assert found(tmp_path) == ["a/shared/profile.yaml", "a/x.yaml", "shared/profile.yaml"]


def test_a_link_to_a_file_inside_is_followed(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.yaml": "", "notes.txt": ""})
    (tmp_path / "y.yaml").symlink_to("a/x.yaml")
    (tmp_path / "z.yaml").symlink_to("notes.txt")
    assert found(tmp_path) == ["a/x.yaml", "y.yaml", "z.yaml"]


def test_links_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.yaml": "", "b/y.yaml": ""})
    (tmp_path / "a/up").symlink_to("..")
    (tmp_path / "a/self").symlink_to(".")
    (tmp_path / "a/b").symlink_to("../b")
    (tmp_path / "b/a").symlink_to("../a")
    paths = found(tmp_path)
    assert {"a/x.yaml", "b/y.yaml", "a/b/y.yaml", "b/a/x.yaml"} <= set(paths)
    assert all(path.count("/") < 4 for path in paths)


def test_links_that_lead_to_themselves_are_no_files(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": ""})
    (tmp_path / "ping").symlink_to("pong")
    (tmp_path / "pong").symlink_to("ping")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert found(tmp_path) == ["a.yaml", "loop.yaml"]
    sink = Sink()
    assert read_bytes(tmp_path, "loop.yaml", sink) is None
    assert places(sink.findings()) == ["HCP0004 loop.yaml:1:1"]


def test_a_link_that_leaves_the_repository_is_reported_and_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"outside/x.yaml": "", "inside/y.yaml": "", "outside/notes.txt": ""})
    inside = tmp_path / "inside"
    (inside / "link.yaml").symlink_to("../outside/x.yaml")
    (inside / "gone.yaml").symlink_to("../outside/gone.yaml")
    (inside / "more").symlink_to(tmp_path / "outside")
    (inside / "notes.txt").symlink_to("../outside/notes.txt")
    paths, findings = listed(inside)
    assert paths == ["y.yaml"]
    assert places(findings) == [
        "HCP0003 gone.yaml:1:1",
        "HCP0003 link.yaml:1:1",
        "HCP0003 more:1:1",
    ]


def test_a_name_that_only_begins_like_the_root_is_outside(tmp_path: Path) -> None:
    write(tmp_path, {"fleet-2/x.yaml": "", "fleet/y.yaml": ""})
    (tmp_path / "fleet/link").symlink_to("../fleet-2")
    assert places(listed(tmp_path / "fleet")[1]) == ["HCP0003 link:1:1"]


def test_a_source_directory_behind_a_link_to_the_outside_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"outside/deep/x.yaml": "", "inside/y.yaml": ""})
    (tmp_path / "inside/link").symlink_to("../outside")
    paths, findings = listed(tmp_path / "inside", Places(sources=(".", "link/deep")))
    assert paths == ["y.yaml"]
    assert places(findings) == ["HCP0003 link:1:1"]


def test_a_path_without_links_stays_inside(tmp_path: Path) -> None:
    write(tmp_path, {"root/a/x.yaml": "", "x.yaml": ""})
    root = tmp_path / "root"
    (root / "fleet.yaml").symlink_to("../x.yaml")
    (tmp_path / "alias").symlink_to("root")
    sink = Sink()
    assert stays_inside(root, "a/x.yaml", sink)
    assert stays_inside(tmp_path / "alias", "a/x.yaml", sink)
    assert stays_inside(root, "gone/y.yaml", sink)
    assert sink.findings() == []
    assert not stays_inside(root, "fleet.yaml", sink)
    assert places(sink.findings()) == ["HCP0003 fleet.yaml:1:1"]


def test_a_link_to_nothing_is_found_and_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("gone.yaml")
    assert found(tmp_path) == ["a.yaml"]
    sink = Sink()
    assert read_bytes(tmp_path, "a.yaml", sink) is None
    (finding,) = sink.findings()
    assert finding.code == "HCP0004"
    assert "no such file" in finding.message


def test_what_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    sink = Sink()
    assert read_bytes(tmp_path, "a.yaml", sink) is None
    assert places(sink.findings()) == ["HCP0004 a.yaml:1:1"]


def test_a_directory_without_permission_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a/x.yaml": "", "b/y.yaml": ""})
    scandir = os.scandir

    def refuse(path: str) -> Any:  # root may read anything, so the system is played here
        if path.endswith("/a"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    paths, findings = listed(tmp_path)
    assert paths == ["b/y.yaml"]
    assert places(findings) == ["HCP0004 a:1:1"]


def test_a_name_that_is_not_utf8_is_a_name_all_the_same(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.yaml")
    write(tmp_path, {name: "x: 1\n"})
    assert found(tmp_path) == [name]
    assert read_bytes(tmp_path, name, Sink()) == b"x: 1\n"


def decoded(content: bytes) -> tuple[SourceFile | None, list[Diagnostic]]:
    sink = Sink()
    return decode("a.yaml", content, sink), sink.findings()


@pytest.mark.parametrize(
    "text", ["", "a: 1\n", "a: 1\r\nb: 2\r\n", "\ufeffa: ü\n", "a: \U0001f600\n", "a: 1\rb: 2"]
)
def test_text_is_kept_as_it_is(text: str) -> None:
    file, findings = decoded(text.encode())
    assert file == SourceFile("a.yaml", text)
    assert findings == []


@pytest.mark.parametrize(
    ("content", "location"),
    [
        (b"\xff", "a.yaml:1:1"),
        (b"a: 1\nname: M\xfcnchen\n", "a.yaml:2:8"),
        ("a: ü\nb: ö".encode() + b"\xe9\n", "a.yaml:2:5"),
        (b"a: 1\r\nb: \xc3", "a.yaml:2:4"),
        (b"a: \xed\xa0\x80\n", "a.yaml:1:4"),
        ("a: 1\n".encode("utf-16"), "a.yaml:1:1"),
    ],
)
def test_the_first_byte_that_is_not_utf8_is_shown(content: bytes, location: str) -> None:
    file, (finding,) = decoded(content)
    assert file is None
    assert places([finding]) == [f"HCP0001 {location}"]


def test_utf16_is_called_by_its_name() -> None:
    _, (finding,) = decoded("a: 1\n".encode("utf-16"))
    assert "UTF-16" in finding.help


def test_the_root_is_the_nearest_directory_with_a_fleet(tmp_path: Path) -> None:
    write(tmp_path, {"fleet.yaml": "", "a/b/x.yaml": "", "a/inner/fleet.yaml": ""})
    (tmp_path / "dir/fleet.yaml").mkdir(parents=True)
    assert find_root(tmp_path) == tmp_path
    assert find_root(tmp_path / "a/b") == tmp_path
    assert find_root(tmp_path / "a/inner") == tmp_path / "a/inner"
    assert find_root(tmp_path / "dir") == tmp_path
    assert find_root(Path("/")) is None
