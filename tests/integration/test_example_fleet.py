"""The example fleet: clean, as rich as promised, and the same bytes however it is compiled.

Everything is compiled in a copy; the repository itself is only compared with.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from hcpc.cli.main import command
from hcpc.run import executor

ROOT = Path(__file__).parents[2]
SOURCES = [
    ROOT / "fleet.yaml",
    *sorted(path for path in (ROOT / "clusters").rglob("*") if path.is_file()),
    *sorted((ROOT / "overlays").iterdir()),
]

Tree = dict[str, bytes]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def hcpc(tmp_path: Path) -> Run:
    """Runs the command with a cache of its own and a home directory that nobody may touch."""
    home = tmp_path / "home"
    home.mkdir()
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}

    def run(*arguments: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
        ran = subprocess.run(
            [sys.executable, "-m", "hcpc", *arguments],
            cwd=cwd,
            env={
                **inherited,
                "HOME": str(home),
                "HCPC_CACHE_DIR": str(tmp_path / "cache"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert list(home.iterdir()) == []
        return ran

    return run


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A copy of the fleet's specs, without the rendered tree."""
    return copied(SOURCES, tmp_path / "fleet")


@pytest.fixture(scope="module")
def manifests(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The rendered tree that all other ways to compile are compared with."""
    root = copied(SOURCES, tmp_path_factory.mktemp("first") / "fleet")
    ran = subprocess.run(
        [sys.executable, "-m", "hcpc", "compile", "--no-cache", "--executor", "serial"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    return tree(root / "rendered")


def copied(files: Iterable[Path], target: Path) -> Path:
    """The files under a new root, created in the order given."""
    for file in files:
        copy = target / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return target


def tree(root: Path) -> Tree:
    """The bytes of every file below a directory."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def objects(manifests: Tree, kind: str) -> list[dict[str, Any]]:
    """Every manifest of a kind."""
    names = (name for name in manifests if name.endswith(".yaml") and "/restore/" not in name)
    texts = (manifests[name] for name in names)
    return [body for text in texts for body in yaml.safe_load_all(text) if body["kind"] == kind]


def compiles_to(manifests: Tree, ran: "subprocess.CompletedProcess[str]", output: Path) -> None:
    """Assert that a run succeeded and wrote the known tree, to the last byte."""
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert tree(output) == manifests


def test_nothing_is_wrong_with_it(fleet: Path, hcpc: Run) -> None:
    ran = hcpc("compile", "-o", "json", cwd=fleet)
    assert (ran.returncode, ran.stderr) == (0, "")
    report = json.loads(ran.stdout)
    assert report["findings"] == []
    assert report["summary"]["clusters"] >= 12


def test_it_has_twelve_clusters_on_four_management_clusters(manifests: Tree) -> None:
    places = [name.split("/") for name in manifests if name.endswith("/hostedcluster.yaml")]
    assert len({name for _, _, name, _ in places}) == len(places) >= 12
    assert len({owner for owner, *_ in places}) >= 4


def test_its_clusters_live_in_two_environments(manifests: Tree) -> None:
    environments = {
        cluster["metadata"]["labels"]["environment"]
        for cluster in objects(manifests, "HostedCluster")
    }
    assert environments == {"prod", "staging"}


def test_it_has_the_platforms_that_the_tutorial_promises(manifests: Tree) -> None:
    clusters, pools = objects(manifests, "HostedCluster"), objects(manifests, "NodePool")
    promised = {"Agent", "AWS", "Azure", "KubeVirt"}
    assert {cluster["spec"]["platform"]["type"] for cluster in clusters} == promised
    assert {pool["spec"]["platform"]["type"] for pool in pools} == promised
    assert {pool["spec"]["arch"] for pool in pools} == {"amd64", "arm64", "ppc64le"}


def test_it_has_a_disconnected_cluster_that_names_its_image(manifests: Tree) -> None:
    [archive] = [
        cluster["spec"]
        for cluster in objects(manifests, "HostedCluster")
        if cluster["metadata"]["name"] == "archive"
    ]
    image = archive["release"]["image"]
    assert image in (ROOT / "clusters/prod/vault/archive.yaml").read_text(encoding="utf-8")
    assert archive["imageContentSources"]
    assert archive["additionalTrustBundle"]
    allowed = archive["configuration"]["image"]["registrySources"]["allowedRegistries"]
    assert image.partition("/")[0] in allowed


def test_it_has_clusters_with_two_ip_families_and_with_ipv6_only(manifests: Tree) -> None:
    families = {
        tuple(":" in network["cidr"] for network in cluster["spec"]["networking"]["clusterNetwork"])
        for cluster in objects(manifests, "HostedCluster")
    }
    assert families == {(False,), (False, True), (True,)}


def test_the_committed_tree_is_fresh(hcpc: Run) -> None:
    ran = hcpc("compile", "--check", "--no-cache", cwd=ROOT)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout


def test_no_other_file_lies_in_the_committed_tree(manifests: Tree) -> None:
    assert sorted(tree(ROOT / "rendered")) == sorted(manifests)


@pytest.mark.parametrize("cache", [(), ("--no-cache",)], ids=["cache", "no cache"])
def test_a_second_compile_writes_nothing(fleet: Path, hcpc: Run, cache: tuple[str, ...]) -> None:
    def stamps() -> dict[Path, tuple[int, int, int]]:
        found = {path: path.stat() for path in (fleet / "rendered").rglob("*")}
        return {path: (s.st_ino, s.st_mtime_ns, s.st_ctime_ns) for path, s in found.items()}

    first = hcpc("compile", *cache, cwd=fleet)
    before = stamps()
    second = hcpc("compile", *cache, cwd=fleet)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "wrote 0, removed 0" in second.stdout
    assert stamps() == before


@pytest.mark.parametrize("seed", ["0", "1", "4294967295"])
def test_the_hash_seed_does_not_show(fleet: Path, hcpc: Run, manifests: Tree, seed: str) -> None:
    ran = hcpc("compile", "--no-cache", cwd=fleet, PYTHONHASHSEED=seed)
    compiles_to(manifests, ran, fleet / "rendered")


@pytest.mark.parametrize(
    ("below", "arguments"),
    [
        ("", ()),
        ("clusters/prod/fra1", ()),
        ("clusters", ("-C", "..")),
        ("..", ("-C", "fleet")),
    ],
)
def test_the_working_directory_does_not_show(
    fleet: Path, hcpc: Run, manifests: Tree, below: str, arguments: tuple[str, ...]
) -> None:
    ran = hcpc("compile", "--no-cache", *arguments, cwd=fleet / below)
    compiles_to(manifests, ran, fleet / "rendered")


def test_the_order_in_which_files_were_made_does_not_show(
    tmp_path: Path, hcpc: Run, manifests: Tree
) -> None:
    fleet = copied(reversed(SOURCES), tmp_path / "reversed")
    ran = hcpc("compile", "--no-cache", cwd=fleet)
    compiles_to(manifests, ran, fleet / "rendered")


# Workers of pytest have threads; a forked child that only computes is not troubled by them.
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.parametrize("name", ["auto", "processes"])
def test_the_executor_does_not_show(
    fleet: Path, manifests: Tree, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # The fleet is one batch, and too small for `auto`; here its clusters go to two processes.
    monkeypatch.setattr(executor, "_BATCH", 4)
    monkeypatch.setattr(executor, "SERIAL_BELOW", 1)
    batches = spied(monkeypatch)
    ran = CliRunner().invoke(
        command, ["compile", "-C", str(fleet), "--no-cache", "--executor", name, "--jobs", "2"]
    )
    assert ran.exit_code == 0, ran.output
    assert sum(batches) >= 12
    assert len(batches) >= 3
    assert tree(fleet / "rendered") == manifests


def spied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the batches that will be given to processes."""
    sizes: list[int] = []
    run_processes: Callable[..., Iterator[Any]] = executor._run_processes  # noqa: SLF001  # spied on

    def run(work: Any, shared: Any, batches: list[Any], jobs: int) -> Iterator[Any]:
        sizes.extend(map(len, batches))
        return run_processes(work, shared, batches, jobs)

    monkeypatch.setattr(executor, "_run_processes", run)
    return sizes


def test_the_cache_does_not_show(fleet: Path, hcpc: Run, manifests: Tree) -> None:
    rendered = fleet / "rendered"
    compiles_to(manifests, hcpc("compile", cwd=fleet), rendered)
    compiles_to(manifests, hcpc("compile", cwd=fleet), rendered)
    (rendered / "prod-fra1/clusters/payments/nodepool-infra.yaml").unlink()
    (rendered / "prod-aws/clusters/search/hostedcluster.yaml").write_text("# Generated by hcpc \n")
    compiles_to(manifests, hcpc("compile", cwd=fleet), rendered)
    shutil.rmtree(rendered)
    compiles_to(manifests, hcpc("compile", cwd=fleet), rendered)


def test_a_cache_of_another_revision_does_not_show(fleet: Path, hcpc: Run, manifests: Tree) -> None:
    shared = fleet / "clusters/prod/defaults.yaml"
    text = shared.read_text(encoding="utf-8")
    shared.write_text(text.replace("4.19.17", "4.20.5"), encoding="utf-8")
    assert hcpc("compile", cwd=fleet).returncode == 0
    assert tree(fleet / "rendered") != manifests
    shared.write_text(text, encoding="utf-8")
    compiles_to(manifests, hcpc("compile", cwd=fleet), fleet / "rendered")
