"""The wheel as users get it: complete, nothing more, and at work in a clean environment."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
PACKAGE_PAGES = ROOT / "compiler" / "hcpc" / "diagnostics" / "pages"

# One worker builds the wheel once for all of these.
pytestmark = pytest.mark.xdist_group("wheel")


def pip(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], check=True)


def files_below(directory: Path) -> set[str]:
    found = (path.relative_to(directory) for path in directory.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if "__pycache__" not in path.parts}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("wheel")
    pip("wheel", ROOT, "--no-deps", "--build-constraint", CONSTRAINTS, "--wheel-dir", built)
    (only,) = built.iterdir()
    return only


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` directory of an environment that holds the wheel and what it depends on."""
    environment = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    pip("--python", environment, "install", "--constraint", CONSTRAINTS, wheel)
    return environment / "bin"


def test_the_wheel_holds_the_package_and_the_schemas_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    held = {name for name in names if ".dist-info/" not in name}
    package = {f"hcpc/{name}" for name in files_below(ROOT / "compiler" / "hcpc")}
    schemas = {f"hcpc/schemas/{name}" for name in files_below(ROOT / "schemas")}
    assert "hcpc/py.typed" in package
    assert schemas
    assert held == package | schemas


def test_the_wheel_carries_its_licence(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (licence,) = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
    assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_the_installed_command_runs_with_an_empty_home(installed: Path, wheel: Path) -> None:
    version = wheel.name.split("-")[1]
    home = installed.parents[1] / "home"
    home.mkdir()
    ran = subprocess.run(
        [installed / "hcpc", "--version"],
        cwd=home,
        env={"HOME": str(home), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert version in ran.stdout.split()
    assert list(home.iterdir()) == []


@pytest.fixture
def hcpc(installed: Path, tmp_path: Path) -> Callable[..., str]:
    """The installed command, run at home in an empty directory: what it prints when all is well."""

    def run(*arguments: str) -> str:
        ran = subprocess.run(
            [installed / "hcpc", *arguments],
            cwd=tmp_path,
            env={"HOME": str(tmp_path / "home"), "PATH": os.defpath},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout

    return run


def test_the_installed_command_starts_a_fleet_and_compiles_it(
    hcpc: Callable[..., str], tmp_path: Path
) -> None:
    assert hcpc("init", "fleet").endswith("next: hcpc compile -C fleet\n")
    assert hcpc("lint", "-C", "fleet").startswith("no findings in 1 hosted cluster\nnot checked: ")
    table = hcpc("compile", "-C", "fleet", "--table")
    assert table.endswith("wrote 7, removed 0, 0 unchanged\n")
    assert files_below(tmp_path / "fleet" / "rendered" / "mgmt-1") == {
        "hcpc-index.json",
        "kustomization.yaml",
        "sync.yaml",
        "clusters/kustomization.yaml",
        "clusters/demo/hostedcluster.yaml",
        "clusters/demo/kustomization.yaml",
        "clusters/demo/nodepool-workers.yaml",
    }
    assert hcpc("compile", "-C", "fleet", "--check", "--executor", "processes").endswith(
        "would write 0, remove 0, 7 unchanged\n"
    )
    assert hcpc("explain", "-C", "fleet", "demo", "release").startswith("release: ")


def test_the_installed_command_explains_codes_and_writes_schemas(
    hcpc: Callable[..., str], tmp_path: Path
) -> None:
    page = PACKAGE_PAGES / "HCP0202.md"
    assert hcpc("explain", "HCP0202") == page.read_text(encoding="utf-8")
    hcpc("schema")
    written = files_below(tmp_path / "schemas")
    assert written < files_below(ROOT / "schemas")
    for name in written:
        assert (tmp_path / "schemas" / name).read_bytes() == (ROOT / "schemas" / name).read_bytes()
    assert hcpc("schema", "--check") == ""
