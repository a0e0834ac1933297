"""A round, cut into hosted clusters: what of it is about which of them."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from hcpc.kube.loose import text
from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL
from hcpc.kube.object_ref import ObjectRef, group_of
from hcpc.sync.records import Desired, Observed, Outcome, RenderedTree, Result, Round

APPLIED = frozenset({Result.CREATED, Result.CONFIGURED, Result.UNCHANGED, Result.ADOPTED})
"""Results of which nothing but this is to be told: the cluster has what git wants."""
GONE = frozenset({Result.PRUNED, Result.RELEASED, Result.FORGOTTEN})
"""Results of objects that nobody has to hear of any more."""
_GROUP = group_of(HYPERSHIFT)


class View(NamedTuple):
    """What a round has of one hosted cluster, or (with an empty name) of none in particular.

    `outcomes` are without objects that are gone. `live_pools` are all node pools, by the hosted
    cluster that they say they are of. `guest` is the round inside the hosted cluster.
    """

    name: str
    round: Round
    tree: RenderedTree
    desired: tuple[Desired, ...]
    outcomes: tuple[Outcome, ...]
    live_pools: Mapping[str, list[Observed]] = MappingProxyType({})
    guest: Round | None = None

    @property
    def hosted_cluster(self) -> ObjectRef | None:
        """The HostedCluster; None where there is none."""
        return next(self._refs(HOSTED_CLUSTER), None)

    @property
    def is_wanted(self) -> bool:
        """Whether git has it."""
        return any(each.ref.kind == HOSTED_CLUSTER for each in self.desired)

    @property
    def is_applied(self) -> bool:
        """Whether all that git wants of it is in the cluster, and nothing else of ours."""
        if self.round.error or self.round.dry_run or not self.desired:
            return False
        inside = self.tree.guests.get(self.name, ())
        done = _are_applied(self.desired, self.outcomes)
        if not inside:
            return done
        guest = self.guest
        return done and guest is not None and not guest.error and _is_guest_applied(inside, guest)

    def manifest(self, ref: ObjectRef) -> Desired | None:
        """What git wants an object to be."""
        return next((each for each in self.desired if each.ref == ref), None)

    def observed(self, ref: ObjectRef) -> Observed | None:
        """What the cluster has of an object."""
        return self.round.live.objects.get(ref)

    def pools(self) -> list[tuple[ObjectRef, Observed | None]]:
        """The node pools, those too that nobody manages from git; in order of their names."""
        found = {ref: self.observed(ref) for ref in self._refs(NODE_POOL)}
        owner = self.hosted_cluster
        for pool in self.live_pools.get(owner.name, ()) if owner else ():
            if owner and pool.ref.namespace == owner.namespace:
                found[pool.ref] = found.get(pool.ref) or pool
        return sorted(found.items(), key=lambda each: each[0])

    def _refs(self, kind: str) -> Iterator[ObjectRef]:
        outcomes = (each.action.ref for each in self.outcomes)
        for ref in (*(each.ref for each in self.desired), *outcomes):
            if (ref.group, ref.kind) == (_GROUP, kind):
                yield ref


def views(round_: Round, tree: RenderedTree) -> list[View]:
    """The hosted clusters of a round by name, first what belongs to none of them."""
    desired: dict[str, list[Desired]] = {"": []}
    outcomes: dict[str, list[Outcome]] = {}
    for each in tree.objects:
        desired.setdefault(each.cluster, []).append(each)
    for outcome in round_.outcomes:
        if outcome.result not in GONE:
            outcomes.setdefault(outcome.action.cluster, []).append(outcome)
    pools: dict[str, list[Observed]] = {}
    for pool in round_.live.pools:
        pools.setdefault(text(pool.spec.get("clusterName")), []).append(pool)
    names = sorted({*desired, *outcomes, *tree.guests})
    return [
        View(
            name,
            round_,
            tree,
            tuple(desired.get(name, ())),
            tuple(outcomes.get(name, ())),
            pools,
            round_.guests.get(name),
        )
        for name in names
    ]


def _are_applied(wanted: Iterable[Desired], outcomes: Iterable[Outcome]) -> bool:
    done = {each.action.ref: each for each in outcomes}
    return all(each.ref in done for each in wanted) and all(
        each.result in APPLIED or each.is_left_to_hub for each in done.values()
    )


def _is_guest_applied(wanted: Iterable[Desired], guest: Round) -> bool:
    left = [each for each in guest.outcomes if each.result not in GONE]
    return _are_applied(wanted, left)
