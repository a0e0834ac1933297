"""With a cache and without: the same tree and the same findings, whatever people do in between."""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    SCAFFOLD,
    cluster,
    compile_and_write,
    document,
    rendered,
    small_fleet,
    tree,
    write,
)

from hcpc.pipeline import Options, compile_fleet
from hcpc.run.cache import Cache

Edit = Callable[[Path], None]

CLUSTERS = [f"clusters/mgmt-1/{name}" for name in ("demo.yaml", "b.yaml", "team/c.yaml")]
RENDERED = [
    "rendered/mgmt-1/clusters/demo/hostedcluster.yaml",
    "rendered/mgmt-1/clusters/b/nodepool-workers.yaml",
    "rendered/mgmt-1/clusters/kustomization.yaml",
    "rendered/mgmt-1/hcpc-index.json",
]
SPECS = ["", "fips: true\n", "profiles: [gold]\n", "etcd: {size: huge}\n", "etcd: 5\n"]
LAYERS: dict[str, list[str | None]] = {
    DEFAULTS: [SCAFFOLD[DEFAULTS], SCAFFOLD[DEFAULTS].replace("30m", "45m"), "a: ["],
    "clusters/gold.yaml": [
        None,
        document("Profile", "gold", "etcd: {size: 16Gi}\n"),
        document("Profile", "gold", "etcd: {size: 16Gi}\n") + "---\n" + cluster("lost"),
    ],
    "clusters/mgmt-1/team/d.yaml": [
        None,
        document("Defaults", "team", "cluster: {labels: {team: c}}\n"),
    ],
}


def name_of(path: str) -> str:
    return Path(path).stem


def set_cluster(path: str, spec: str) -> Edit:
    return lambda root: write(root, {path: cluster(name_of(path), spec)})


def set_file(path: str, text: str | None) -> Edit:
    return lambda root: write(root, {path: text})


def spoil(path: str) -> Edit:
    def edit(root: Path) -> None:
        if (root / path).is_file():
            write(root, {path: None})
            write(root, {path: "by hand\n"})

    return edit


def spoil_in_place(path: str) -> Edit:
    def edit(root: Path) -> None:
        if (root / path).is_file():
            time.sleep(0.012)  # longer than a file system's clock takes for a step
            content = (root / path).read_bytes()
            (root / path).write_bytes(content.swapcase())

    return edit


def turn_into_link(path: str) -> Edit:
    def edit(root: Path) -> None:
        moved = root / f"moved-{name_of(path)}"
        if (root / path).exists() and not moved.exists():
            (root / path).rename(moved)
            (root / path).symlink_to(moved.absolute())

    return edit


def clear(root: Path) -> None:
    shutil.rmtree(root / "rendered", ignore_errors=True)


EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(set_cluster, st.sampled_from(CLUSTERS), st.sampled_from(SPECS)),
    st.builds(set_file, st.sampled_from(CLUSTERS), st.sampled_from([None, "a: [", "# empty\n"])),
    st.sampled_from([set_file(path, text) for path, texts in LAYERS.items() for text in texts]),
    st.builds(set_file, st.sampled_from(RENDERED), st.none()),
    st.builds(spoil, st.sampled_from(RENDERED[:3])),
    st.builds(spoil_in_place, st.sampled_from(RENDERED[:2])),
    st.builds(turn_into_link, st.sampled_from(["rendered/mgmt-1/clusters/demo", RENDERED[1]])),
    st.just(clear),
)
RUNS = st.sampled_from(["compile", "compile", "compile", "lint", "nothing", "forget", "damage"])


def run(what: str, root: Path, cache: Path) -> None:
    """What happens between an edit and the comparison."""
    match what:
        case "lint":
            options = Options("serial", 1, Cache(cache))
            compile_fleet(root, options, emit=False)
            options.cache.save(None)
        case "compile":
            compile_and_write(root, cache)
        case "forget":
            cache.unlink(missing_ok=True)
        case "damage" if cache.exists():
            cache.write_bytes(cache.read_bytes()[:-7])
        case _:
            pass


@settings(max_examples=40)
@given(st.lists(st.tuples(EDITS, RUNS), min_size=1, max_size=7))
def test_a_cache_never_changes_the_result(steps: list[tuple[Edit, str]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        roots = [small_fleet(Path(directory) / name / "fleet") for name in ("with", "without")]
        cache = Path(directory) / "cache.json"
        for edit, between in steps:
            for root in roots:
                edit(root)
            run(between, roots[0], cache)
            run("compile" if between == "compile" else "nothing", roots[1], Path("/dev/null/none"))
            cached = compile_and_write(roots[0], cache)
            fresh = compile_and_write(roots[1])
            assert cached.findings == fresh.findings
            assert rendered(cached) == rendered(fresh)
            assert cached.clusters == fresh.clusters
            assert tree(roots[0]) == tree(roots[1])
