"""The same specs give the same bytes, whatever the hash seed, directory and order of files."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.resolve.small_fleet import (
    FLEET,
    SCAFFOLD,
    cluster,
    compile_and_write,
    compiled,
    document,
    rendered,
    small_fleet,
    tree,
    write,
)

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("hcpc")
HERE = "clusters/mgmt-1"
SOUND = {
    **SCAFFOLD,
    **{
        f"{HERE}/{name}.yaml": cluster(
            name, "profiles: [gold]\n", pools="{z: {replicas: 1}, a: {replicas: 2}}"
        )
        for name in ("zeta", "alpha", "mid")
    },
    "clusters/gold.yaml": document(
        "Profile", "gold", "labels: {zone: z, area: a, team: t}\nnodePoolDefaults: {replicas: 3}\n"
    ),
}
FAULTY = {
    **SOUND,
    f"{HERE}/bad.yaml": cluster(
        "bad", "etcd: {size: huge}\nlabels: {b: '${x}', a: '${y}'}\nz: 1\n"
    ),
    f"{HERE}/twice.yaml": cluster("zeta"),
    "clusters/raw.yaml": document("Defaults", "raw", "cluster:\n  hostedCluster: {spec: {q: 1}}\n"),
}


@settings(max_examples=20)
@given(st.permutations(sorted(SOUND)), st.permutations(sorted(FAULTY)))
def test_the_order_in_which_files_are_made_does_not_matter(
    sound: list[str], faulty: list[str]
) -> None:
    for order, files in ((sound, SOUND), (faulty, FAULTY)):
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory)
            write(root / "one", {path: files[path] for path in order})
            write(root / "two", {path: files[path] for path in sorted(files)})
            one, two = compiled(root / "one"), compiled(root / "two")
            assert list(one.files.items()) == list(two.files.items())
            assert rendered(one) == rendered(two)
            assert one.clusters == two.clusters


@settings(max_examples=20)
@given(st.data())
def test_how_documents_are_spread_over_files_of_a_directory_does_not_matter(
    data: st.DataObject,
) -> None:
    files: dict[str, list[str]] = {}
    for path, text in sorted(SOUND.items()):
        directory = path.rpartition("/")[0]
        number = data.draw(st.integers(0, 2)) if path != FLEET else 0
        target = FLEET if path == FLEET else f"{directory}/{number}.yaml"
        files.setdefault(target, []).append(text)
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        write(root / "one", {path: "---\n".join(texts) for path, texts in files.items()})
        write(root / "two", SOUND)
        one, two = compiled(root / "one"), compiled(root / "two")
        assert (one.findings, two.findings) == ((), ())
        assert one.files == two.files


def ran(seed: str, cwd: Path, *arguments: str | Path) -> str:
    """What the command prints under a hash seed in a directory."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONHASHSEED": seed, "HCPC_CACHE_DIR": str(cwd / f"cache-{seed}")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    ).stdout


def test_neither_hash_seed_nor_directory_shows_in_the_files(tmp_path: Path) -> None:
    trees: list[dict[str, bytes]] = []
    for seed in ("0", "1", "4242"):
        root = small_fleet(tmp_path / f"somewhere-{seed}" / "fleet", SOUND)
        cwd = (tmp_path, root, root / "clusters")[len(trees)]
        ran(seed, cwd, "compile", "-C", os.path.relpath(root, cwd), "--executor", "processes")
        trees.append(tree(root / "rendered"))
    assert trees[0] == trees[1] == trees[2]
    assert len(trees[0]) == 4 + 4 * 4 - 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_neither_hash_seed_nor_directory_shows_in_the_findings(tmp_path: Path, form: str) -> None:
    said = set()
    for seed in ("0", "77"):
        root = small_fleet(tmp_path / f"somewhere-{seed}" / "fleet", FAULTY)
        cwd = tmp_path if seed == "0" else root / "clusters"
        said.add(ran(seed, cwd, "lint", "-o", form, "-C", root))
    assert len(said) == 1
    assert "HCP0208" in next(iter(said))


def test_the_example_fleet_gives_the_bytes_that_are_committed(tmp_path: Path) -> None:
    ran("5", tmp_path, "compile", "-C", ROOT, "--output", tmp_path / "out", "--no-cache")
    assert tree(tmp_path / "out") == tree(ROOT / "rendered")


def test_writing_twice_changes_no_byte(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, SOUND)
    compile_and_write(root)
    before = tree(root)
    compile_and_write(root)
    assert tree(root) == before
