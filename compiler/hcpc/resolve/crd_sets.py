"""CRD sets of a fleet: which there are, the text of those in use, and who uses which."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.source.discover import stays_inside
from hcpc.source.file_tree import FileTree

if TYPE_CHECKING:
    from hcpc.resolve.scope import ManagementCluster

DIRECTORY = "crds"
FIELD = ("hypershift", "crdSet")
_SUFFIX = ".json"


class CrdSets(NamedTuple):
    """The names of all sets, and the bytes of those that this run may need, by name.

    With `against` every management cluster counts as one that runs that set.
    """

    names: tuple[str, ...]
    contents: dict[str, bytes]
    against: str = ""

    def name_for(self, management: "ManagementCluster") -> str:
        """The name of a management cluster's set; empty when nobody says."""
        said = management.data.get(FIELD[0], {}).get(FIELD[1])
        return self.against or (said if isinstance(said, str) else "")


def set_path(name: str) -> str:
    """Where a set lies below the fleet's root."""
    return f"{DIRECTORY}/{name}{_SUFFIX}"


def list_crd_sets(tree: FileTree) -> tuple[str, ...]:
    """The names of a fleet's sets."""
    try:
        entries = tree.scan(DIRECTORY)
    except OSError:
        return ()
    found = (PurePosixPath(each.name) for each in entries if not each.name.startswith("."))
    return tuple(sorted(path.stem for path in found if path.suffix == _SUFFIX))


def read_crd_sets(
    tree: FileTree, sets: CrdSets, managements: Iterable["ManagementCluster"]
) -> None:
    """Read the sets that management clusters use; one that cannot be read has no content."""
    for name in sorted({sets.name_for(each) for each in managements} & {*sets.names}):
        path = set_path(name)
        if stays_inside(tree, path, Sink()):
            try:
                sets.contents[name] = tree.read(path)
            except OSError:
                continue
