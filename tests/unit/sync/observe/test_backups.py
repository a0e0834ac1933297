"""Which backups and restores are under way, and what they cover."""

from typing import Any

import pytest

from hcpc.sync.observe.backups import covering, under_way


def backup(phase: str | None, **spec: Any) -> dict[str, Any]:
    status = {} if phase is None else {"status": {"phase": phase}}
    return {
        "apiVersion": "velero.io/v1",
        "kind": "Backup",
        "metadata": {"name": "b", "namespace": "openshift-adp"},
        "spec": spec,
        **status,
    }


@pytest.mark.parametrize(
    "phase",
    [
        None,
        "",
        "New",
        "Queued",
        "InProgress",
        "WaitingForPluginOperations",
        "WaitingForPluginOperationsPartiallyFailed",
        "Finalizing",
        "FinalizingPartiallyFailed",
        "SomethingOfTheFuture",
    ],
)
def test_under_way(phase: str | None) -> None:
    assert under_way(backup(phase)) is not None


@pytest.mark.parametrize(
    "phase", ["Completed", "PartiallyFailed", "Failed", "FailedValidation", "Deleting"]
)
def test_over(phase: str) -> None:
    assert under_way(backup(phase)) is None


@pytest.mark.parametrize(
    ("spec", "covers"),
    [
        ({"includedNamespaces": ["clusters", "clusters-a"]}, True),
        ({"includedNamespaces": ["clusters-a"]}, False),
        ({"includedNamespaces": ["*"]}, True),
        ({"includedNamespaces": ["clu*"]}, True),
        ({}, True),
        ({"includedNamespaces": None}, True),
        ({"excludedNamespaces": ["clusters"]}, False),
    ],
)
def test_what_it_covers(spec: dict[str, Any], covers: bool) -> None:  # noqa: FBT001
    running = under_way(backup("InProgress", **spec))
    assert running is not None
    told = covering("clusters", [running])
    assert told == ("backup openshift-adp/b is under way (InProgress)" if covers else "")
