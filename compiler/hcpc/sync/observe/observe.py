"""What a cluster has of the objects that matter to us, read with few requests.

Kinds are listed, page by page, and each page is reduced at once to what a sync looks at. What may
not be read is told as such, and never taken for absent.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL
from hcpc.kube.object_ref import ObjectRef, group_of, object_ref
from hcpc.sync.cluster.faults import ApiError, ForbiddenError, NotFoundError, UnavailableError
from hcpc.sync.compare import observe
from hcpc.sync.crew import Crew
from hcpc.sync.errors import EndedEarlyError, SyncError
from hcpc.sync.observe.backups import KINDS, VELERO, UnderWay, covering, under_way
from hcpc.sync.ports import Cluster
from hcpc.sync.records import Desired, Inventory, Live, Observed, Owned, RenderedTree

AT_A_TIME = 4
"""Lists read at once: each of them holds a page in memory."""
AT_A_TIME_INSIDE = 2
"""The same inside of a hosted cluster, for several of them are read at once."""
PAGE = 100
MANY = 16
"""From so many namespaces on a kind is listed in all of them at once."""
_GROUP = group_of(HYPERSHIFT)


HOST_KINDS = frozenset({(_GROUP, HOSTED_CLUSTER), (_GROUP, NODE_POOL)})
_BACKUPS = frozenset((group_of(VELERO), kind) for kind in KINDS)
_ALWAYS = (
    (HYPERSHIFT, HOSTED_CLUSTER),
    (HYPERSHIFT, NODE_POOL),
    *((VELERO, kind) for kind in KINDS),
)
_VERSIONS = ("v1", "v1beta1", "v1alpha1", "v2", "v1beta2", "v1beta3", "v1alpha2", "v1alpha3")
"""Those that kinds usually have."""
_Family = tuple[str, str]  # group and kind


class _Question(NamedTuple):
    """One list to read; of all namespaces when `namespace` is empty."""

    api_version: str
    kind: str
    namespace: str

    @property
    def family(self) -> tuple[str, str]:
        return group_of(self.api_version), self.kind


class _Answer(NamedTuple):
    """What a list had. `unread` says why it could not be read."""

    question: _Question
    objects: tuple[Observed, ...] = ()
    running: tuple[UnderWay, ...] = ()
    unread: str = ""


def observe_all(
    cluster: Cluster,
    tree: RenderedTree,
    inventory: Inventory,
    stop: threading.Event | None = None,
    *,
    hosts: bool = True,
) -> Live:
    """What is there of all that git wants and the inventory knows.

    HostedClusters, NodePools, backups and restores are read in any case where the cluster `hosts`
    any. Raises ApiErrors but for a kind that may not be read, and SyncError after `stop`.
    """
    reader = _Reader(cluster, tree, inventory)
    questions = list(reader.questions(hosts=hosts))
    with Crew(AT_A_TIME if hosts else AT_A_TIME_INSIDE, stop or threading.Event()) as crew:
        answers = list(crew.each(reader.answer, questions))
    if len(answers) < len(questions):
        raise SyncError("asked to end before anything was done")
    live = _live(answers, reader.known_hosts(), reader.unread)
    return live._replace(not_served=frozenset(reader.not_served))


def observe_hosts(
    cluster: Cluster,
    tree: RenderedTree,
    inventory: Inventory,
    before: Live,
    stop: threading.Event | None = None,
) -> Live:
    """`before`, with HostedClusters, NodePools, backups and restores as they are now.

    Raises what `observe_all` does.
    """
    reader = _Reader(cluster, tree, inventory)
    questions = list(reader.host_questions())
    with Crew(AT_A_TIME, stop or threading.Event()) as crew:
        answers = list(crew.each(reader.answer, questions))
    if len(answers) < len(questions):
        raise EndedEarlyError
    now = _live(answers, reader.known_hosts(), reader.unread)
    others = {
        ref: each for ref, each in before.objects.items() if (ref.group, ref.kind) not in HOST_KINDS
    }
    looked_at = {"/".join((group_of(version), kind)) for version, kind in _ALWAYS}
    unread = {kind: why for kind, why in before.unread.items() if kind not in looked_at}
    return now._replace(
        objects=others | dict(now.objects),
        unread=unread | dict(now.unread),
        not_served=before.not_served,
    )


class _Reader:
    """What is looked for, and how."""

    def __init__(self, cluster: Cluster, tree: RenderedTree, inventory: Inventory) -> None:
        self._cluster = cluster
        self._wanted = {each.ref: each for each in tree.objects}
        self._owned = inventory
        self.unread: dict[str, str] = {}
        self.not_served: set[str] = set()

    def known_hosts(self) -> set[ObjectRef]:
        """HostedClusters that we know of without asking."""
        return {
            ref
            for ref in (*self._wanted, *self._owned)
            if (ref.group, ref.kind) == (_GROUP, HOSTED_CLUSTER)
        }

    def questions(self, *, hosts: bool) -> Iterator[_Question]:
        """The lists that answer all there is to know."""
        places: defaultdict[_Family, set[str]] = defaultdict(set)
        versions: defaultdict[_Family, dict[str, None]] = defaultdict(dict)
        known: list[Desired | Owned] = [*self._wanted.values(), *self._owned.values()]
        for each in known:
            family = each.ref.group, each.ref.kind
            places[family].add(each.ref.namespace)
            versions[family][each.api_version] = None
        if hosts:
            for api_version, kind in _ALWAYS:
                family = group_of(api_version), kind
                places[family] = {""}
                versions[family][api_version] = None
        yield from self._lists(places, versions)

    def host_questions(self) -> Iterator[_Question]:
        """The lists that tell of hosted clusters, and of what is done to them."""
        families = {(group_of(version), kind): version for version, kind in _ALWAYS}
        versions: dict[_Family, dict[str, None]]
        versions = {family: {version: None} for family, version in families.items()}
        known: list[Desired | Owned] = [*self._wanted.values(), *self._owned.values()]
        for each in known:
            if (each.ref.group, each.ref.kind) in HOST_KINDS:
                versions[each.ref.group, each.ref.kind][each.api_version] = None
        yield from self._lists({family: {""} for family in families}, versions)

    def _lists(
        self, places: Mapping[_Family, set[str]], versions: Mapping[_Family, dict[str, None]]
    ) -> Iterator[_Question]:
        for family in sorted(places):
            version = self._served(family, versions[family])
            if version:
                # Of the core kinds a cluster has many more than ours, with much in them.
                many = len(places[family]) >= MANY and family[0]
                namespaces = {""} if many or "" in places[family] else places[family]
                for namespace in sorted(namespaces):
                    yield _Question(version, family[1], namespace)

    def _served(self, family: _Family, versions: dict[str, None]) -> str:
        """In which version to ask for a kind; empty when the cluster does not serve it."""
        group, kind = family
        if group and any((ref.group, ref.kind) == family for ref in self._owned):
            # One that no longer has our version need not be gone.
            versions = versions | dict.fromkeys(f"{group}/{each}" for each in _VERSIONS)
        for version in versions:
            try:
                self._cluster.resource(version, kind)
            except NotFoundError:
                continue
            except ApiError as error:
                unread = _kept_to_the_kind(error)
                if not unread:
                    raise
                self.unread["/".join(family)] = unread
                return ""
            return version
        self.not_served.add("/".join(family))
        if self._has_ours(family):
            self.unread["/".join(family)] = _vanished(kind)
        return ""

    def _has_ours(self, family: _Family) -> bool:
        """Whether there should be an object of ours: that its kind is gone does not end it."""
        return any(
            (ref.group, ref.kind) == family and (owned.uid or owned.digest) and not owned.doomed
            for ref, owned in self._owned.items()
        )

    def answer(self, question: _Question) -> _Answer:
        """Reads one list, or says why that cannot be done."""
        try:
            return self._read(question)
        except NotFoundError:
            ours = self._has_ours(question.family)
            return _Answer(question, unread=_vanished(question.kind) if ours else "")
        except Exception as error:
            unread = _kept_to_the_kind(error)
            if not unread:
                raise
            return _Answer(question, unread=unread)

    def _read(self, question: _Question) -> _Answer:
        objects: dict[ObjectRef, Observed] = {}
        running: list[UnderWay] = []
        for page in self._cluster.list(
            question.api_version, question.kind, namespace=question.namespace, limit=PAGE
        ):
            for body in page:
                reduced = self._reduced(body)
                if reduced is not None:
                    objects[reduced.ref] = reduced
                told = under_way(body) if question.family in _BACKUPS else None
                if told is not None:
                    running.append(told)
        return _Answer(question, tuple(objects.values()), tuple(running))

    def _reduced(self, body: dict[str, Any]) -> Observed | None:
        ref = object_ref(body)
        if ref in self._wanted or ref in self._owned or (ref.group, ref.kind) in HOST_KINDS:
            return observe(body, self._wanted.get(ref))
        return None


def _vanished(kind: str) -> str:
    return f"the cluster does not serve {kind} now, so what became of ours is not known"


def _kept_to_the_kind(error: Exception) -> str:
    """Why a kind cannot be read, where that is no reason to stop reading the others; else empty."""
    match error:
        case ForbiddenError():
            return str(error)
        case UnavailableError():
            return str(error) if error.status else ""  # without one that is the server itself
        case SyncError():
            return ""
        case _:  # its text might quote the object
            return f"internal error: {type(error).__name__}"


def _live(answers: Iterable[_Answer], known_hosts: set[ObjectRef], unread: dict[str, str]) -> Live:
    objects: dict[ObjectRef, Observed] = {}
    running: list[UnderWay] = []
    unread = dict(unread)
    for answer in sorted(answers, key=lambda each: each.question):
        objects |= {each.ref: each for each in answer.objects}
        running += answer.running
        if answer.unread:
            unread.setdefault("/".join(answer.question.family), answer.unread)
    hosts = {ref: each for ref, each in objects.items() if (ref.group, ref.kind) in HOST_KINDS}
    clusters = {ref: each for ref, each in hosts.items() if ref.kind == HOSTED_CLUSTER}
    return Live(
        objects,
        _busy({*clusters, *known_hosts}, running, unread),
        unread,
        {f"{ref.namespace}/{ref.name}": each for ref, each in clusters.items()},
        tuple(each for ref, each in sorted(hosts.items()) if ref.kind == NODE_POOL),
    )


def _busy(
    hosts: Iterable[ObjectRef], running: list[UnderWay], unread: Mapping[str, str]
) -> dict[str, str]:
    """What runs on each hosted cluster; where that cannot be known it is taken to be."""
    unknown = next((unread[each] for each in map("/".join, sorted(_BACKUPS)) if each in unread), "")
    busy = {}
    for ref in hosts:
        told = covering(ref.namespace, running)
        if unknown and not told:
            told = f"whether a backup or restore is under way is not known: {unknown}"
        if told:
            busy[f"{ref.namespace}/{ref.name}"] = told
    return busy
