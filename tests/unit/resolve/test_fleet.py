"""fleet.yaml: one document that says where to look; without it there is nothing to read."""

import os
from pathlib import Path

import pytest
from tests.unit.resolve.resolving import fleet_at
from tests.unit.resolve.small_fleet import FLEET, cluster, document, places, small_fleet, write

from hcpc.diagnostics.sink import Sink
from hcpc.resolve.fleet import holds_only_clusters, read_fleet
from hcpc.source.text import SourceFile


def paths(root: Path) -> list[str]:
    return [file.path for file in fleet_at(root).files]


def test_a_fleet_without_a_spec_is_the_whole_repository(tmp_path: Path) -> None:
    write(tmp_path, {FLEET: document("Fleet", "shop"), "a/x.yaml": "", "rendered/m/y.yaml": ""})
    assert paths(tmp_path) == ["a/x.yaml"]
    assert fleet_at(tmp_path).output == tmp_path / "rendered"


def test_the_fleet_says_where_to_look_and_what_to_leave_out(tmp_path: Path) -> None:
    spec = "sources: [a, b/c]\nignore: ['*/draft-*']\noutput: out/manifests\n"
    names = ["a/x.yaml", "a/draft-y.yaml", "b/c/x.yaml", "b/y.yaml", "z.yaml"]
    write(tmp_path, {FLEET: document("Fleet", "shop", spec), **dict.fromkeys(names, "")})
    assert paths(tmp_path) == ["a/x.yaml", "b/c/x.yaml"]
    assert fleet_at(tmp_path).output == tmp_path / "out/manifests"


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (document("Fleet", "inner"), True),
        ('{"kind": "Fleet", "apiVersion": "hcpc.dev/v1alpha1", "metadata": {"name": "x"}}', True),
        ("", False),
        ("namespace: prod\nhelm: {chart: x}\n", False),
        ("apiVersion: agones.dev/v1\nkind: Fleet\nmetadata: {name: x}\n", False),
        (document("Cluster", "fleet", "labels: {kind: Fleet}\n"), False),
        ("# kind: Fleet\na: [\n", False),
    ],
)
def test_a_directory_is_a_fleet_of_its_own_only_with_a_fleet_document(
    tmp_path: Path, content: str, *, is_one: bool
) -> None:
    small_fleet(tmp_path, {"clusters/mgmt-1/fleet.yaml": content})
    hidden = {"clusters/mgmt-1/demo.yaml", "clusters/mgmt-1/fleet.yaml"}
    assert hidden & set(paths(tmp_path)) == (set() if is_one else hidden)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (None, "HCP0004 fleet.yaml:1:1"),
        ("", "HCP0002 fleet.yaml:1:1"),
        ("a: [\n", "HCP0101 fleet.yaml:1:4"),
        (b"name: \xff\n", "HCP0001 fleet.yaml:1:7"),
        (document("Profile", "gold", "fips: true\n"), "HCP0005 fleet.yaml:1:1"),
        (document("Fleet", "a") + "---\n" + document("Fleet", "b"), "HCP0005 fleet.yaml:1:1"),
        (document("Fleet", "a") + "---\n" + cluster("demo"), "HCP0005 fleet.yaml:1:1"),
        (document("Fleet", "Not a name"), "HCP0210 fleet.yaml:4:9"),
        (document("Fleet", "a", "output: ../elsewhere\n"), "HCP0213 fleet.yaml:6:11"),
        (document("Fleet", "a", "output: /etc\n"), "HCP0213 fleet.yaml:6:11"),
        (document("Fleet", "a", "sources: []\n"), "HCP0212 fleet.yaml:6:3"),
        (document("Fleet", "a", "ouptut: x\n"), "HCP0202 fleet.yaml:6:3"),
    ],
)
def test_without_a_usable_fleet_document_there_is_one_finding_and_no_fleet(
    tmp_path: Path, content: str | bytes | None, place: str
) -> None:
    small_fleet(tmp_path, {FLEET: content})
    sink = Sink()
    assert read_fleet(tmp_path, sink) is None
    assert places(sink.findings()) == [place]


def test_a_fleet_document_from_outside_is_not_read(tmp_path: Path) -> None:
    small_fleet(tmp_path / "fleet", {FLEET: None})
    write(tmp_path, {"elsewhere.yaml": document("Fleet", "shop")})
    (tmp_path / "fleet" / FLEET).symlink_to("../elsewhere.yaml")
    sink = Sink()
    assert read_fleet(tmp_path / "fleet", sink) is None
    assert places(sink.findings()) == ["HCP0003 fleet.yaml:1:1"]


@pytest.mark.parametrize(
    ("output", "links", "found"),
    [
        (".git", {}, ["HCP0213 fleet.yaml:6:11"]),
        ("./.git/hooks", {}, ["HCP0213 fleet.yaml:6:11"]),
        ("out/.hidden", {}, ["HCP0213 fleet.yaml:6:11"]),
        ("rendered", {"rendered": "../elsewhere"}, ["HCP0003 rendered:1:1"]),
        ("a/b/c", {"a": "/etc"}, ["HCP0003 a:1:1"]),
        ("a/b", {"a": "b", "b": "../elsewhere"}, ["HCP0003 a:1:1", "HCP0003 b:1:1"]),
        ("rendered", {"rendered": "clusters"}, ["HCP0213 fleet.yaml:6:11"]),
        ("rendered/x", {"rendered": ".git"}, ["HCP0213 fleet.yaml:6:11"]),
        ("rendered", {"rendered": "not-yet"}, ["HCP0213 fleet.yaml:6:11"]),
        ("./out//x.y/", {}, []),
    ],
)
def test_rendered_files_go_into_plain_directories_of_the_repository(
    tmp_path: Path, output: str, links: dict[str, str], found: list[str]
) -> None:
    root = tmp_path / "fleet"
    write(root, {FLEET: document("Fleet", "shop", f"output: {output}\n"), "clusters/x.yaml": ""})
    (tmp_path / "elsewhere").mkdir()
    for name, target in links.items():
        (root / name).symlink_to(target)
    sink = Sink()
    read_fleet(root, sink)
    assert places(sink.findings()) == found


def test_the_default_output_may_not_lead_outside_either(tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet")
    (root / "rendered").symlink_to(tmp_path)
    sink = Sink()
    read_fleet(root, sink)
    assert places(sink.findings()) == ["HCP0003 rendered:1:1"]


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    small_fleet(tmp_path, {"clusters/bad.yaml": b"a: \xff\n"})
    (tmp_path / "clusters/gone.yaml").symlink_to("nowhere.yaml")
    sink = Sink()
    fleet = read_fleet(tmp_path, sink)
    assert fleet is not None
    assert "clusters/mgmt-1/demo.yaml" in {file.path for file in fleet.files}
    assert places(sink.findings()) == [
        "HCP0001 clusters/bad.yaml:1:4",
        "HCP0004 clusters/gone.yaml:1:1",
    ]


def test_a_name_that_is_not_utf8_does_no_harm(tmp_path: Path) -> None:
    name = os.fsdecode(b"clusters/mgmt-1/\xff.yaml")
    small_fleet(tmp_path, {name: cluster("second")})
    assert name in paths(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "kind: Cluster\n",
        "a: 1\nkind:   Cluster   # one\n",
        "kind: Cluster\r\nmetadata: {}\r\n",
        cluster("a") + "---\n" + cluster("b"),
    ],
)
def test_a_file_of_clusters_is_told_by_its_text(text: str) -> None:
    assert holds_only_clusters(SourceFile("a.yaml", text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kind: Profile\n",
        "kind: Clusters\n",
        "kind: 'Cluster'\n",
        " kind: Cluster\n",
        "{kind: Cluster}\n",
        "kind: Cluster\n---\nkind: Profile\n",
        'kind: Cluster\n---\n{"kind": "Profile"}\n',
        "kind: Cluster\n---\n? kind\n: Profile\n",
        'kind: Cluster\n---\n"k\\x69nd": Profile\n',
        "kind: Cluster\n---\na: &k kind\n*k : Profile\n",
    ],
)
def test_a_file_that_may_hold_more_is_parsed_to_find_out(text: str) -> None:
    assert not holds_only_clusters(SourceFile("a.yaml", text))
