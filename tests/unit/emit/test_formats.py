"""Which formats a fleet gets, and that the others cost it nothing."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.codes.example import run
from tests.unit.resolve.small_fleet import (
    DEMO,
    FLEET,
    cluster,
    compile_and_write,
    compiled,
    document,
    small_fleet,
    tree,
)

from hcpc.emit.formats import FORMATS, ON_REQUEST, requested

SPEC = "sources: [clusters]\nrepository: https://git.example.com/fleet.git\n"
BOTH = document("Fleet", "shop", SPEC + "outputs: {argocd: {}, flux: {}}\n")
ONE = document("Fleet", "shop", SPEC + "outputs: {flux: {}}\n")
NONE = document("Fleet", "shop", SPEC)
LIST_MODULES = """
import sys
from pathlib import Path
from hcpc.pipeline import Options, compile_fleet
compile_fleet(Path(sys.argv[1]), Options("serial"))
print([name for name in sys.modules if "argocd" in name or "flux" in name or "gitops" in name])
"""


def directories(root: Path) -> set[str]:
    return {path.partition("/")[0] for path in compiled(root).files}


def test_a_fleet_gets_what_it_asks_for_and_the_kustomize_tree(tmp_path: Path) -> None:
    assert directories(small_fleet(tmp_path, {FLEET: NONE})) == {"mgmt-1"}
    assert directories(small_fleet(tmp_path, {FLEET: ONE})) == {"flux", "mgmt-1"}
    assert directories(small_fleet(tmp_path, {FLEET: BOTH})) == {"argocd", "flux", "mgmt-1"}


def test_the_kustomize_tree_is_the_same_with_and_without(tmp_path: Path) -> None:
    plain = compiled(small_fleet(tmp_path, {FLEET: NONE})).files
    both = compiled(small_fleet(tmp_path, {FLEET: BOTH})).files
    assert {path: text for path, text in both.items() if path.startswith("mgmt-1/")} == plain


def test_a_fleet_that_does_not_ask_imports_nothing(tmp_path: Path) -> None:
    root = small_fleet(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, root], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize("name", ON_REQUEST)
def test_every_format_on_request_has_what_a_format_has(name: str) -> None:
    [form] = requested({name})
    offered = ("cluster_files", "management_files", "fleet_files")
    assert all(callable(getattr(form, each)) for each in offered)
    assert form not in FORMATS


def test_settings_that_change_make_the_files_anew_and_leaving_removes_them(tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet", {FLEET: BOTH})
    cache = tmp_path / "cache"
    compile_and_write(root, cache)
    first = tree(root / "rendered")
    application = "argocd/mgmt-1/applications/cluster-demo.yaml"
    assert b"targetRevision: HEAD" in first[application]
    changed = BOTH.replace("argocd: {}", "argocd: {revision: release}")
    compile_and_write(small_fleet(root, {FLEET: changed}), cache)
    assert b"targetRevision: release" in tree(root / "rendered")[application]
    compile_and_write(small_fleet(root, {FLEET: NONE}), cache)
    assert {path.partition("/")[0] for path in tree(root / "rendered")} == {"mgmt-1"}


def test_a_warm_cache_gives_the_same_files(tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet", {FLEET: BOTH})
    compile_and_write(root, tmp_path / "cache")
    again = compile_and_write(root, tmp_path / "cache")
    assert f"flux/mgmt-1/kustomizations/{Path(DEMO).stem}.yaml" in again.kept
    assert tree(root / "rendered").keys() >= again.files.keys()


def test_a_cluster_that_would_go_is_told_once_whatever_outputs_it_is_in(tmp_path: Path) -> None:
    second = "clusters/mgmt-1/second.yaml"
    root = small_fleet(tmp_path, {FLEET: BOTH, second: cluster("second")})
    compile_and_write(root)
    (root / second).unlink()
    found = run(["compile", "--check"], root)
    assert [each["code"] for each in found] == ["HCP0604"]
    allowed = run(["compile", "--check", "--allow-removals"], root)
    assert {each["code"]: each["severity"] for each in allowed} == {
        "HCP0601": "error",
        "HCP0604": "warning",
    }


def test_processes_make_the_same_files(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, {FLEET: BOTH})
    assert compiled(root, executor="processes").files == compiled(root).files
