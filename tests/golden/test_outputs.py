"""What Argo CD and Flux get of a small fleet, file by file."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.golden.lint import lint
from tests.unit.resolve.small_fleet import compiled

FLEETS = Path(__file__).parents[1] / "fleets"


@pytest.mark.parametrize("output", ["argocd", "flux"])
def test_the_files_of_an_output(output: str, golden: SnapshotAssertion) -> None:
    files = compiled(FLEETS / "outputs").files
    assert golden == "\n".join(
        f"#### {path}\n{text}"
        for path, text in sorted(files.items())
        if path.startswith(f"{output}/") and not path.endswith(".patch.yaml")
    )


def test_what_an_output_cannot_have_is_told(golden: SnapshotAssertion) -> None:
    assert lint(FLEETS / "bad-outputs", "text") == golden
