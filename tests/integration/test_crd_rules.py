"""Every rule of the real CRDs can be evaluated, and evaluating them leaves nothing behind.

The CRDs are no part of this repository (see `tests.outside`).
"""

import copy
import resource
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.outside import CRDS, needs_crds

from hcpc.verify.crd.crd_set import CrdKind, kinds_of
from hcpc.verify.crd.defaulting import complete
from hcpc.verify.crd.node import root_node
from hcpc.verify.crd.rules import check_rules, unchecked_rules

FILES = sorted(CRDS.glob("*/*.yaml"))
RENDERED = Path(__file__).parents[2] / "rendered"
CLUSTERS, RUNS, WARM = 3, 50, 10
GROWTH = 8 * 1024
"""Kilobytes: what a run leaves behind must not add up over forty of them."""

pytestmark = needs_crds


@cache
def kinds(path: Path) -> tuple[CrdKind, ...]:
    """The kinds of a file of CRDs."""
    return tuple(kinds_of(yaml.load(path.read_text(), Loader=yaml.CSafeLoader)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_rule_can_be_evaluated(path: Path) -> None:
    assert [unchecked_rules(kind) for kind in kinds(path)] == [() for _ in kinds(path)]


def objects() -> Iterator[tuple[CrdKind, dict[str, Any]]]:
    """The hosted clusters and node pools of the example fleet, with their kinds."""
    release = CRDS / "hypershift-2026.08"
    for plural, pattern in (("hostedclusters", "hostedcluster"), ("nodepools", "nodepool-*")):
        (kind,) = kinds(release / f"{plural}.crd.yaml")
        for path in sorted(RENDERED.glob(f"*/clusters/*/{pattern}.yaml")):
            body = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
            yield kind, complete(root_node(kind.schema), body)[0]


def test_the_rules_hold_for_the_example_fleet() -> None:
    assert [check_rules(kind, body, None) for kind, body in objects()] == [[] for _ in objects()]


def test_runs_in_one_process_leave_nothing_behind() -> None:
    fleet = list(objects())
    sizes = []
    for run in range(RUNS):
        for number in range(CLUSTERS):
            for kind, body in fleet:
                changed = copy.deepcopy(body)
                changed["metadata"]["name"] = f"cluster-{run}-{number}"
                changed["metadata"]["annotations"] = {"run": "x" * 2000}
                check_rules(kind, changed, None)
                check_rules(kind, changed, body)
        sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert sizes[-1] - sizes[WARM] < GROWTH
