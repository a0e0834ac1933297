"""No running object leaves the rendered tree unless somebody says so, however it would leave."""

import shutil
from pathlib import Path

import pytest
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import DEMO, SCAFFOLD, cluster, small_fleet, tree, write

from hcpc.kube.rendered_index import INDEX

OTHER = "clusters/mgmt-1/other.yaml"
RENDERED = "rendered/mgmt-1/clusters/other"
HOSTED = f"{RENDERED}/hostedcluster.yaml"
POOL = f"{RENDERED}/nodepool-workers.yaml"
LIST = f"rendered/mgmt-1/{INDEX}"


@pytest.fixture
def root(run: Run, tmp_path: Path) -> Path:
    """A fleet of two clusters, compiled."""
    fleet = small_fleet(tmp_path / "fleet", {OTHER: cluster("other")})
    assert run("compile", "-C", fleet).code == 0
    return fleet


def refused(run: Run, root: Path, *options: str) -> list[str]:
    """The errors of a run that changes nothing, one a line."""
    before = tree(root)
    ran = run("compile", "-o", "short", *options, "-C", root)
    assert (ran.code, ran.err) == (1, "")
    assert tree(root) == before
    return [line for line in ran.out.splitlines() if " error[" in line]


@pytest.mark.parametrize("options", [(), ("--check",), ("--no-cache",), ("--allow-removals",)])
@pytest.mark.parametrize("index", [None, '{\n "files": {\n },\n "kind": "RenderedIndex"\n}\n'])
def test_a_cluster_that_no_index_lists_does_not_go_unseen(
    run: Run, root: Path, index: str | None, options: tuple[str, ...]
) -> None:
    write(root, {OTHER: None, LIST: index})
    (error, *rest) = refused(run, root, *options)
    assert error == (
        f"{HOSTED}:1:1: error[HCP0604]: hosted cluster `other` is no longer in the fleet of "
        f"`mgmt-1` (bring its spec back, or remove `{RENDERED}` yourself: no index lists it)"
    )
    assert rest == []


def test_what_the_help_says_about_it_helps(run: Run, root: Path) -> None:
    write(root, {OTHER: None, LIST: None})
    shutil.rmtree(root / RENDERED)
    assert run("compile", "-C", root).code == 0
    assert run("compile", "--check", "-C", root).code == 0


def test_an_index_that_is_gone_does_no_harm_while_all_specs_are_there(run: Run, root: Path) -> None:
    before = tree(root)
    write(root, {LIST: None})
    assert run("compile", "-C", root).code == 0
    assert tree(root) == before


def test_an_index_that_cannot_be_read_does_not_hide_a_cluster_that_goes(
    run: Run, root: Path
) -> None:
    write(root, {OTHER: None, LIST: "{"})
    lost, unreadable = refused(run, root)
    assert lost.startswith(f"{HOSTED}:1:1: error[HCP0604]: ")
    assert unreadable.startswith(f"{LIST}:1:1: error[HCP0603]: ")


@pytest.mark.parametrize("path", [RENDERED, "rendered/mgmt-1"])
def test_a_cluster_behind_a_link_does_not_go_unseen(run: Run, root: Path, path: str) -> None:
    (root / path).rename(root / "moved")
    (root / path).symlink_to(root / "moved")
    write(root, dict.fromkeys([OTHER, *((DEMO,) if path != RENDERED else ())]))
    assert any(error.startswith(f"{HOSTED}:1:1: error[HCP0604]") for error in refused(run, root))


def test_a_cluster_that_somebody_else_renders_may_lie_beside_ours(run: Run, root: Path) -> None:
    write(root, {"rendered/mgmt-1/clusters/own/hostedcluster.yaml": "kind: HostedCluster\n"})
    write(root, {"rendered/mgmt-2/clusters": "a file\n"})
    (root / "rendered/mgmt-1/clusters/empty/hostedcluster.yaml").mkdir(parents=True)
    assert run("compile", "-C", root).code == 0


def test_another_namespace_is_another_cluster(run: Run, root: Path) -> None:
    write(root, {OTHER: cluster("other", "namespace: elsewhere\n")})
    (error,) = refused(run, root)
    assert error == (
        f"{HOSTED}:1:1: error[HCP0604]: hosted cluster `clusters/other` would become "
        "`elsewhere/other`, which is another object (put its name and namespace back, or let it go "
        "with a `Tombstone` or `--allow-removals`)"
    )
    assert len(refused(run, root, "--check")) == 1
    ran = run("compile", "-o", "short", "--allow-removals", "-C", root)
    assert ran.code == 0
    assert f"{HOSTED}:1:1: warning[HCP0604]: " in ran.out
    assert b"namespace: elsewhere" in tree(root)[HOSTED]
    assert run("compile", "--check", "-C", root).code == 0


def test_another_name_of_a_node_pool_is_another_pool(run: Run, root: Path) -> None:
    write(root, {OTHER: cluster("other", pools="{workers: {replicas: 2, name: better}}")})
    (error,) = refused(run, root)
    assert error.startswith(
        f"{POOL}:1:1: error[HCP0604]: node pool `clusters/other-workers` would become "
        "`clusters/better`, which is another object"
    )
    assert len(refused(run, root, "--check")) == 1
    assert run("compile", "--allow-removals", "-C", root).code == 0


def test_a_namespace_changed_on_both_sides_of_a_merge_is_seen(run: Run, root: Path) -> None:
    text = (root / HOSTED).read_text("utf-8")
    ours = "  namespace: clusters\n"
    both = f"<<<<<<< HEAD\n{ours}=======\n  namespace: theirs\n>>>>>>> x\n"
    write(root, {HOSTED: text.replace(ours, both)})
    (error,) = refused(run, root)
    assert "`theirs/other` would become `clusters/other`" in error


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("  namespace: clusters\n", ""),
        lambda text: text.replace("kind: Hosted", "kind: ").replace("name: other", "name: mine"),
        lambda text: text + "  name: more\n",
        lambda _: "by hand\n",
        lambda _: "",
    ],
    ids=["line ends", "less", "kind", "more", "text", "empty"],
)
def test_a_file_that_was_changed_by_hand_is_mended_while_its_object_stays(
    run: Run, root: Path, change: object
) -> None:
    assert callable(change)
    before = tree(root)
    write(root, {HOSTED: change((root / HOSTED).read_text("utf-8"))})
    assert run("compile", "-C", root).code == 0
    assert tree(root) == before


def test_check_says_once_that_a_cluster_goes(run: Run, root: Path) -> None:
    write(root, {OTHER: None})
    (error,) = refused(run, root, "--check")
    assert error.startswith(f"{HOSTED}:1:1: error[HCP0604]: ")
    assert "`--allow-removals`" in error


def test_check_says_besides_what_has_nothing_to_do_with_it(run: Run, root: Path) -> None:
    write(root, {OTHER: None, DEMO: SCAFFOLD[DEMO].replace("2", "7")})
    stale, lost = sorted(refused(run, root, "--check"))
    assert "demo/nodepool-workers.yaml:1:1: error[HCP0601]: 1 rendered file is stale" in stale
    assert "error[HCP0604]" in lost


def test_check_with_removals_allowed_says_how_to_compile(run: Run, root: Path) -> None:
    write(root, {OTHER: None})
    (error,) = refused(run, root, "--check", "--allow-removals")
    assert "error[HCP0601]: 5 rendered files are stale" in error
    assert error.endswith("(run `hcpc compile --allow-removals` and commit the result)")
    assert run("compile", "--allow-removals", "-C", root).code == 0
    assert run("compile", "--check", "--allow-removals", "-C", root).code == 0
