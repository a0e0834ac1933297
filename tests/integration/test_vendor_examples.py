"""What the vendor's own tool renders, compiled from short specs: the same objects.

The rendered examples are no part of this repository (see `tests.outside`). `tests/fleets/vendor-*`
are the specs.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.outside import EXAMPLES, needs_examples

from hcpc.pipeline import Compilation, Options, compile_fleet
from hcpc.syntax.tree import Path as TreePath
from hcpc.verify.fields import expand

ROOT = Path(__file__).parents[2]
NAMES = ["agent", "aws", "kubevirt", "none"]
KINDS = ["HostedCluster", "NodePool"]

# What the API server fills in and we write down (`resolve.complete` says why), by kind.
DEFAULTS: dict[str, dict[tuple[str, ...], Any]] = {
    "HostedCluster": {},
    "NodePool": {
        ("spec", "management", "replace"): {
            "strategy": "RollingUpdate",
            "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
        }
    },
}
# No Kubernetes object has capitals in its name.
NO_NAMES = {"cesar-fakeName": "cesar-fakename"}


@cache
def compiled(name: str) -> Compilation:
    root = ROOT / "tests" / "fleets" / f"vendor-{name}"
    return compile_fleet(root, Options(executor="serial"), output=root / "nowhere")


def objects(texts: list[str]) -> dict[str, dict[str, Any]]:
    """The one object of each kind."""
    found = [each for text in texts for each in yaml.safe_load_all(text) if each]
    kinds = [each["kind"] for each in found if each["kind"] in KINDS]
    assert sorted(kinds) == KINDS
    return {each["kind"]: each for each in found if each["kind"] in KINDS}


def example(name: str, kind: str) -> dict[str, Any]:
    found = objects([(EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")])[kind]
    metadata = found["metadata"]
    renamed = {"name": NO_NAMES.get(metadata["name"], metadata["name"])}
    return {**found, "metadata": {**metadata, **renamed}, "status": {}}


def blanks(tree: Any, at: TreePath = ()) -> set[TreePath]:
    """The paths of empty texts: what a fake example leaves out although it cannot be left out."""
    if isinstance(tree, dict):
        return {path for name, value in tree.items() for path in blanks(value, (*at, name))}
    if isinstance(tree, list):
        return {path for index, value in enumerate(tree) for path in blanks(value, (*at, index))}
    return {at} if tree == "" else set()


def pruned(tree: Any, dropped: set[TreePath], at: TreePath = ()) -> Any:
    """A tree without the paths that do not count, and without the mappings that this empties."""
    if isinstance(tree, list):
        return [pruned(value, dropped, (*at, index)) for index, value in enumerate(tree)]
    if not isinstance(tree, dict):
        return tree
    kept = {
        name: pruned(value, dropped, (*at, name))
        for name, value in tree.items()
        if (*at, name) not in dropped
    }
    return {name: value for name, value in kept.items() if value != {}}


def found_at(tree: Any, path: TreePath) -> Any:
    for step in path:
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree


@pytest.mark.parametrize("name", NAMES)
def test_a_vendor_fleet_compiles_with_remarks_at_most(name: str) -> None:
    assert {found.severity.value for found in compiled(name).findings} <= {"info"}


@needs_examples
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_short_spec_compiles_to_the_vendor_s_own_objects(name: str, kind: str) -> None:
    theirs = example(name, kind)
    ours = objects(list(compiled(name).files.values()))[kind]
    pinned = {
        path
        for path, value in DEFAULTS[kind].items()
        if found_at(theirs, path) is None and found_at(ours, path) == value
    }
    dropped = blanks(theirs) | pinned
    assert pruned(ours, dropped) == pruned(theirs, dropped)


@pytest.mark.parametrize("kind", KINDS)
def test_the_defaults_that_do_not_count_are_the_api_server_s(kind: str) -> None:
    fields = dict(expand(kind))
    assert {path: fields[path].default for path in DEFAULTS[kind]} == DEFAULTS[kind]


@needs_examples
def test_every_example_has_its_fleet() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.yaml")) == NAMES
