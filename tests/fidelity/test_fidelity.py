"""hcpc says of objects what a real API server says, on thousands of objects of every CRD set.

`HCPC_FIDELITY=full` submits them all, as `make fidelity` does; without it a sample. In both, every
rule of every set is seen to hold and to refuse.
"""

from collections import Counter
from collections.abc import Callable

import pytest
from tests import outside
from tests.envtest.server import ApiServer
from tests.fidelity.known import DISAGREEMENTS, UNREACHABLE
from tests.fidelity.run import FULL, Tried, table, tried_once
from tests.fidelity.sets import OWN, VENDOR, trial

LEAST = 10_000
SETS = [OWN, *(pytest.param(name, marks=outside.needs_crds) for name in VENDOR)]

pytestmark = [pytest.mark.xdist_group("api-server"), pytest.mark.parametrize("name", SETS)]


@pytest.fixture
def tried(api_server: ApiServer, name: str) -> list[Tried]:
    return tried_once(api_server, trial(name))


def test_hcpc_accepts_and_refuses_as_the_api_server_does(
    name: str, tried: list[Tried], record_property: Callable[[str, object], None]
) -> None:
    record_property("summary", table(name, tried))
    found = Counter(
        (name, each.kind, *disagreement.name)
        for each in tried
        for disagreement in each.disagreements
    )
    known = {key for key in DISAGREEMENTS if key[0] == name}
    examples = {(name, e.kind, *d.name): str(d) for e in tried for d in reversed(e.disagreements)}
    new = [f"{found[key]} times {key}: {examples[key]}" for key in sorted(found.keys() - known)]
    assert new == []
    assert not FULL or known <= found.keys()


def test_every_rule_is_seen_to_hold_and_to_refuse(name: str, tried: list[Tried]) -> None:
    unseen = {(name, each.kind, rule): how for each in tried for rule, how in each.unseen.items()}
    known = {key for key in UNREACHABLE if key[0] == name}
    assert not unseen.keys() - known, "\n".join(f"{key} {how}" for key, how in unseen.items())
    assert known - unseen.keys() == set()


def test_every_place_of_the_schema_is_in_an_accepted_object(name: str, tried: list[Tried]) -> None:
    assert [(name, each.kind, place) for each in tried for place in each.explorer.unreached] == []


@pytest.mark.skipif(not FULL, reason="a sample only; `make fidelity` submits everything")
def test_enough_is_submitted(name: str, tried: list[Tried]) -> None:
    submitted = sum(each.creations.total + each.updates.total for each in tried)
    assert submitted >= (LEAST if name in VENDOR else LEAST // 4)
