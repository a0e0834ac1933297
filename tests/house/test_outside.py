"""The CRDs and examples outside this repository: one door, and skips that say how to open it."""

import re
from pathlib import Path

import pytest
from tests import outside


def test_they_are_beside_the_repository_unless_the_variable_names_another_place(
    tmp_path: Path,
) -> None:
    (tmp_path / "crds").mkdir()
    assert outside.directory({}) == outside.directory({"HCPC_CRDS": ""}) == outside.BESIDE
    assert outside.directory({"HCPC_CRDS": str(tmp_path)}) == tmp_path


def test_a_named_place_without_crds_is_an_error_and_no_skip(tmp_path: Path) -> None:
    with pytest.raises(pytest.UsageError, match=r"HCPC_CRDS=.*: there is no directory .*/crds"):
        outside.directory({"HCPC_CRDS": str(tmp_path)})


@pytest.mark.parametrize("mark", [outside.needs_crds, outside.needs_examples])
def test_the_reason_of_a_skip_names_the_variable(mark: pytest.MarkDecorator) -> None:
    assert "HCPC_CRDS=DIR" in mark.kwargs["reason"]


def test_no_other_test_looks_for_them_by_itself() -> None:
    door = Path(outside.__file__)
    looking = re.compile(r'/ ["]shared')
    files = sorted(door.parent.rglob("*.py"))
    assert [file for file in files if looking.search(file.read_text(encoding="utf-8"))] == [door]
