"""A revision of a directory looks like the directory itself, as it was when it was committed."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.git import commit
from tests.unit.resolve.small_fleet import write

from hcpc.source.file_tree import FileTree, WorkTree, is_below
from hcpc.source.revision import RevisionTree, find_base

PATHS = [
    "",
    ".",
    "a",
    "a/",
    "a/b.yaml",
    "a/b.yaml/c",
    "a/../a/b.yaml",
    "a/deep/c.yaml",
    "gone",
    "gone/x.yaml",
    "..",
    "a/../../x",
    "link",
    "link/b.yaml",
    "link/deep",
    "to-file.yaml",
    "out",
    "out/x.yaml",
    "absolute",
    "dangling",
    "loop",
    "self/a/b.yaml",
    "a/up",
    "a/up/b.yaml",
    "chain",
    "chain/c.yaml",
    "ü/ö.yaml",
]


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FileTree, FileTree]]:
    top = tmp_path_factory.mktemp("top")
    root = top / "fleets" / "one"
    write(root, {"a/b.yaml": "b: 1\n", "a/deep/c.yaml": "c\n", "ü/ö.yaml": "", "x": "x"})
    write(top, {"outside/x.yaml": "x: 1\n"})
    links = {
        "link": "a",
        "to-file.yaml": "a/b.yaml",
        "out": "../../outside",
        "absolute": "/etc",
        "dangling": "a/nothing",
        "loop": "loop",
        "self": ".",
        "a/up": "../a",
        "chain": "link/deep",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    commit(top)
    with closing(RevisionTree(root, find_base(root, "HEAD"))) as revision:
        yield WorkTree(root), revision


def outcome(tree: FileTree, method: str, path: str) -> object:
    try:
        return getattr(tree, method)(path)
    except OSError:
        return OSError


@pytest.mark.parametrize("path", PATHS)
def test_a_revision_answers_as_the_directory_does(
    path: str, trees: tuple[FileTree, FileTree]
) -> None:
    disk, revision = trees
    assert outcome(revision, "real", path) == outcome(disk, "real", path)
    assert outcome(revision, "is_link", path.rstrip("/")) == outcome(
        disk, "is_link", path.rstrip("/")
    )
    if disk.real(path) is not None:  # nothing outside is asked for
        assert outcome(revision, "is_directory", path) == outcome(disk, "is_directory", path)
        assert outcome(revision, "read", path) == outcome(disk, "read", path)


@pytest.mark.parametrize("path", ["", "a", "link", "self", "a/up", "chain"])
def test_a_directory_holds_the_same(path: str, trees: tuple[FileTree, FileTree]) -> None:
    disk, revision = trees
    assert revision.scan(path) == disk.scan(path)
    assert revision.scan(path)


@pytest.mark.parametrize("path", ["gone", "a/b.yaml", "dangling"])
def test_what_is_no_directory_cannot_be_listed(path: str, trees: tuple[FileTree, FileTree]) -> None:
    for tree in trees:
        with pytest.raises(OSError):  # noqa: PT011  # which one is the system's affair
            tree.scan(path)


@pytest.mark.parametrize("path", ["link", "out", "loop"])
def test_a_link_says_where_it_leads(path: str, trees: tuple[FileTree, FileTree]) -> None:
    disk, revision = trees
    assert revision.target(path) == disk.target(path)
    with pytest.raises(OSError):  # noqa: PT011  # as above
        revision.target("a")


@pytest.mark.parametrize(
    ("path", "directory", "expected"),
    [
        ("a/b", "a", True),
        ("a", "a", True),
        ("ab", "a", False),
        ("a", "", True),
        ("", "", True),
        ("", "a", False),
        ("/x", "/", True),
    ],
)
def test_below_is_inside_or_the_same(path: str, directory: str, *, expected: bool) -> None:
    assert is_below(path, directory) is expected
