"""Passthroughs and overlays may say anything: no transition breaks over it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.verify.transitions.changing import edited, subject

from hcpc.diagnostics.sink import Sink
from hcpc.mapping.table import put
from hcpc.resolve.scope import Environment
from hcpc.verify.subject import Subject
from hcpc.verify.transitions import check_transitions, frozen_cluster, frozen_pool

PATHS = sorted(
    {entry.path[1:] for entry in (*frozen_cluster.TABLE, *frozen_pool.TABLE)}
    | {
        ("platform",),
        ("services",),
        ("release", "image"),
        ("controlPlaneRelease", "image"),
        ("secretEncryption", "kms", "provider"),
        ("secretEncryption", "kms", "azure", "keyVaultType"),
        ("replicas",),
        ("autoScaling", "max"),
        ("pausedUntil",),
        ("kubeAPIServerDNSName",),
        ("configuration", "featureGate", "featureSet"),
    }
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "AWS", "OKD", "4.17.9", "x"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "azure", "size", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return subject(tmp_path_factory.mktemp("fleet"))


def patch(edits: list[tuple[tuple[str, ...], Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in edits:
        if not any(path[: len(other)] == other for other, _ in edits if other != path):
            put(found, path, value)
    return found


EDITS = st.lists(st.tuples(st.sampled_from(PATHS), VALUES), max_size=4).map(patch)


@given(EDITS, EDITS, EDITS, EDITS)
def test_no_transition_breaks_over_a_shape(
    demo: Subject, was: Any, now: Any, pool_was: Any, pool_now: Any
) -> None:
    sink = Sink()
    environment = Environment(None, ())  # type: ignore[arg-type]  # nothing of it is looked at
    check_transitions(edited(demo, was, pool_was), edited(demo, now, pool_now), environment, sink)
    assert [each for each in sink.findings() if each.code == "HCP0901"] == []


@given(EDITS, EDITS)
def test_what_does_not_change_is_no_change(demo: Subject, edits: Any, pool_edits: Any) -> None:
    sink = Sink()
    environment = Environment(None, ())  # type: ignore[arg-type]  # nothing of it is looked at
    same = edited(demo, edits, pool_edits)
    check_transitions(same, same, environment, sink)
    assert sink.findings() == []
