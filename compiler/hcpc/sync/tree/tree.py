"""The rendered tree of a management cluster: the files of a commit → all that git wants, verified.

All of it or nothing: a file too many, too few or with another digest than the index has refuses
the whole tree. Never reads a disk.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from hcpc.kube.loose import mapping
from hcpc.kube.object_ref import ObjectRef, object_ref
from hcpc.kube.rendered_index import INDEX, IndexFormatError, digest, has_conflict, verified_files
from hcpc.sync.errors import TreeError
from hcpc.sync.records import Desired, RenderedTree, SyncData, Tombstone
from hcpc.sync.tree.rendered_objects import RenderedObject, rendered_objects
from hcpc.sync.tree.sync_data import SYNC_DATA, read_sync_data

_KUSTOMIZATION = "kustomization.yaml"
_AGAIN = "run `hcpc compile` and commit all that it wrote"
_NEWER = "this version does not know such a file: a newer hcpc may have written it"
_NAMELESS = ObjectRef("", "", "", "")
_WORK = ("work.open-cluster-management.io", "ManifestWork")


class ParsedFiles:
    """What files hold, by their digest, so that a round parses only those that changed.

    Objects of a file that stays the same are the same ones in each round: nobody may change them.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[RenderedObject, ...]] = {}

    def objects(self, file_digest: str, content: bytes) -> tuple[RenderedObject, ...]:
        """The objects of a file. Raises TreeError without the file."""
        if file_digest not in self._known:
            self._known[file_digest] = rendered_objects(content)
        return self._known[file_digest]

    def forget_others(self, digests: Iterable[str]) -> None:
        """Keep only files with one of these digests."""
        used = frozenset(digests)
        self._known = {key: value for key, value in self._known.items() if key in used}


def is_delivery(path: str) -> bool:
    """Whether a file below a tree is one that a hub needs, to bring to a hosted cluster."""
    return path.split("/")[2:3] == ["delivery"]


class _Places(NamedTuple):
    """Paths of files with objects, by where these belong; by cluster those of clusters."""

    objects: dict[str, str]
    guests: dict[str, list[str]]
    deliveries: dict[str, list[str]]


def read_tree(
    files: Mapping[str, bytes], management_cluster: str, commit: str, known: ParsedFiles
) -> RenderedTree:
    """All that git wants of a management cluster; `files` by their path below its tree.

    TreeError names the file that is wrong. An index that lists nothing gives an empty tree.
    Objects are in the order of their waves.
    """
    reader = _Reader(files, management_cluster, known)
    reader.verify()
    places = reader.places()
    objects = [
        each for path, cluster in places.objects.items() for each in reader.desired(path, cluster)
    ]
    delivered = {cluster: reader.delivered(cluster, places) for cluster in places.deliveries}
    guests = {cluster: reader.guest(cluster, places) for cluster in places.guests}
    tree = RenderedTree(
        management_cluster,
        commit,
        reader.ordered(objects),
        {cluster: wanted for cluster, wanted in guests.items() if wanted},
        reader.data(),
        delivered,
    )
    reader.refuse_buried(tree)
    known.forget_others(reader.digests.values())
    return tree


def _buried(wanted: Iterable[Desired], tombstones: Sequence[Tombstone]) -> Desired | None:
    """The first object that one of the tombstones is for, itself or with its hosted cluster."""
    refs = {each.ref for each in tombstones if not each.cluster}
    pools = {(each.ref[:3], each.cluster) for each in tombstones if each.cluster}
    for each in wanted:
        owner = mapping(each.body.get("spec")).get("clusterName") if pools else None
        if each.ref in refs or (isinstance(owner, str) and (each.ref[:3], owner) in pools):
            return each
    return None


class _Reader:
    """One tree while it is read. `digests` are those of its index, by path."""

    def __init__(
        self, files: Mapping[str, bytes], management_cluster: str, known: ParsedFiles
    ) -> None:
        self._files = files
        self._management_cluster = management_cluster
        self._known = known
        self.digests: dict[str, str] = {}

    def verify(self) -> None:
        """Raise TreeError unless the files are exactly those of the index."""
        if INDEX not in self._files:
            raise self._fault(INDEX, f"it is missing; {_AGAIN}")
        try:
            self.digests = verified_files(self._files[INDEX])
        except IndexFormatError as fault:
            raise self._fault(INDEX, f"{fault}; {_AGAIN}") from None
        self._refuse(self.digests.keys() - self._files.keys(), "the index lists it, but it is gone")
        unlisted = self._files.keys() - self.digests.keys() - {INDEX}
        self._refuse(unlisted, "the index does not list it")
        other = [
            path for path, listed in self.digests.items() if digest(self._files[path]) != listed
        ]
        conflicts = [path for path in other if has_conflict(self._files[path])]
        self._refuse(conflicts, "it has git's conflict markers")
        self._refuse(other, "it is not what the compiler wrote: its digest is another one")

    def places(self) -> _Places:
        """Where the objects of each file belong. TreeError for a file that has no known place."""
        places = _Places({}, {}, {})
        for path in sorted(self.digests):
            if path.rpartition("/")[2] == _KUSTOMIZATION:
                continue
            match path.split("/"):
                case ["restore", *_] | ["sync.yaml"]:
                    continue
                case _ if not path.endswith(".yaml"):
                    raise self._fault(path, _NEWER)
                case ["operator", _]:
                    places.objects[path] = ""
                case ["clusters", cluster, _]:
                    places.objects[path] = cluster
                case ["clusters", cluster, "guest", _]:
                    places.guests.setdefault(cluster, []).append(path)
                case ["clusters", cluster, "delivery", _]:
                    places.objects[path] = cluster
                    places.deliveries.setdefault(cluster, []).append(path)
                case _:
                    raise self._fault(path, _NEWER)
        return places

    def guest(self, cluster: str, places: _Places) -> tuple[Desired, ...]:
        """What a sync is to apply inside a hosted cluster: all that nothing else delivers."""
        delivered = self.delivered(cluster, places)
        wanted = [each for path in places.guests[cluster] for each in self.desired(path, cluster)]
        return tuple(each for each in self.ordered(wanted) if each.ref not in delivered)

    def delivered(self, cluster: str, places: _Places) -> frozenset[ObjectRef]:
        """What ManifestWorks bring to a hosted cluster."""
        paths = places.deliveries.get(cluster, ())
        return frozenset(ref for path in paths for ref in self._delivered(path))

    def desired(self, path: str, cluster: str) -> Iterator[Desired]:
        """The objects of a file."""
        for ref, api_version, body, meaning, wave in self._parsed(path):
            yield Desired(ref, api_version, body, meaning, wave, cluster, path)

    def ordered(self, objects: Iterable[Desired]) -> tuple[Desired, ...]:
        """In the order of their waves. TreeError where two files have the same object."""
        by_ref: dict[ObjectRef, Desired] = {}
        for each in objects:
            if (first := by_ref.setdefault(each.ref, each)) is not each:
                raise self._fault(each.path, f"it has {each.ref}, and so has {first.path}")
        return tuple(sorted(by_ref.values(), key=lambda each: (each.wave, each.ref)))

    def data(self) -> SyncData:
        """What `sync.yaml` says; nothing without one."""
        if SYNC_DATA not in self.digests:
            return SyncData()
        try:
            return read_sync_data(self._files[SYNC_DATA], self._management_cluster)
        except TreeError as fault:
            raise self._fault(SYNC_DATA, str(fault)) from None

    def refuse_buried(self, tree: RenderedTree) -> None:
        """Raise TreeError for a tombstone of what the same tree wants.

        Were that to go missing by mistake, nothing would hold its deletion up.
        """
        data = tree.data
        self._refuse_buried(tree.objects, data.tombstones)
        for cluster, tombstones in data.guest_tombstones.items():
            self._refuse_buried(tree.guests.get(cluster, ()), tombstones)

    def _refuse_buried(self, wanted: Iterable[Desired], tombstones: Sequence[Tombstone]) -> None:
        if found := _buried(wanted, tombstones):
            why = f"it has a tombstone for {found.ref}, which {found.path} wants"
            raise self._fault(SYNC_DATA, f"{why}; {_AGAIN}")

    def _delivered(self, path: str) -> Iterator[ObjectRef]:
        """What a ManifestWork brings to the hosted cluster."""
        for each in self._parsed(path):
            if (each.ref.group, each.ref.kind) != _WORK:
                continue
            workload = mapping(mapping(each.body.get("spec")).get("workload"))
            manifests = workload.get("manifests")
            for body in manifests if isinstance(manifests, list) else ():
                try:
                    ref = object_ref(body)
                except (LookupError, TypeError, AttributeError):
                    ref = _NAMELESS
                if not all(isinstance(part, str) for part in ref) or not ref.name:
                    raise self._fault(path, "its ManifestWork has objects without a name")
                yield ref

    def _parsed(self, path: str) -> tuple[RenderedObject, ...]:
        try:
            return self._known.objects(self.digests[path], self._files[path])
        except TreeError as fault:
            raise self._fault(path, str(fault)) from None

    def _refuse(self, paths: Iterable[str], why: str) -> None:
        first, *others = sorted(paths) or [""]
        if first:
            rest = f" (and so it is with {len(others)} more)" if others else ""
            raise self._fault(first, f"{why}{rest}; {_AGAIN}")

    def _fault(self, path: str, what: str) -> TreeError:
        return TreeError(f"rendered/{self._management_cluster}/{path}: {what}")
