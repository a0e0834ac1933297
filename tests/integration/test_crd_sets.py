"""The vendor's CRDs as sets, and the example fleet checked against them.

The CRDs are no part of this repository (see `tests.outside`).
"""

import shutil
import time
from pathlib import Path

import pytest
import yaml
from tests.outside import CRDS, TODAY, needs_crds

from hcpc.diagnostics.diagnostic import Severity
from hcpc.pipeline import Options, compile_fleet
from hcpc.verify.crd.crd_set import CrdSet, read_set
from hcpc.verify.crd.import_set import import_set
from hcpc.verify.crd.verdict import check_object

ROOT = Path(__file__).parents[2]
RELEASES = sorted(path.name for path in CRDS.glob("hypershift-*"))
LARGEST = 160_000

pytestmark = needs_crds


def text_of(release: str) -> str:
    files = sorted((CRDS / release).glob("*.yaml"))
    return import_set((str(file), file.read_text(encoding="utf-8")) for file in files)


@pytest.fixture(scope="module")
def today() -> CrdSet:
    return read_set(TODAY, text_of(TODAY).encode())


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example fleet, with every set."""
    root = tmp_path_factory.mktemp("fleet")
    for name in ("clusters", "overlays"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "fleet.yaml", root)
    (root / "crds").mkdir()
    for release in RELEASES:
        (root / "crds" / f"{release}.json").write_text(text_of(release), encoding="utf-8")
    return root


@pytest.mark.parametrize("release", RELEASES)
def test_every_set_is_small_and_hcpc_can_evaluate_all_of_it(release: str) -> None:
    text = text_of(release)
    assert len(text) < LARGEST
    found = read_set(release, text.encode())
    assert {kind.kind for kind in found.kinds.values()} == {"HostedCluster", "NodePool"}
    assert all(kind.has_status for kind in found.kinds.values())
    assert [kind.unchecked for kind in found.kinds.values() if kind.unchecked] == []


def test_the_example_fleet_is_taken_by_the_newest_set(fleet: Path) -> None:
    result = compile_fleet(fleet, Options("serial", against=TODAY), emit=False)
    bad = [found for found in result.findings if found.severity is not Severity.INFO]
    assert bad == []


def test_the_example_fleet_has_too_new_fields_for_an_older_set(fleet: Path) -> None:
    result = compile_fleet(fleet, Options("serial", against="hypershift-4.17"), emit=False)
    refused = [found for found in result.findings if found.code == "HCP0505"]
    assert any("unknown field" in found.message for found in refused)
    assert all(found.primary.span.file.path.startswith("clusters/") for found in refused)


def test_an_object_takes_a_fraction_of_a_millisecond(today: CrdSet) -> None:
    bodies = [
        yaml.safe_load(file.read_text(encoding="utf-8"))
        for file in sorted((ROOT / "rendered").glob("*/clusters/*/hostedcluster.yaml"))
    ]
    kind = today.kinds["hypershift.openshift.io/v1beta1", "HostedCluster"]
    for body in bodies:  # compiled on first use
        assert check_object(kind, body) == []
    start = time.process_time()
    for body in bodies:
        check_object(kind, body)
    assert (time.process_time() - start) / len(bodies) < 0.005  # ten times what it takes
