"""Laws of writing: what is planned is what is wanted, and nobody else's file is ever touched."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.resolve.small_fleet import tree, write

from hcpc.emit.formats.kustomize import HEADER
from hcpc.emit.plan import index_files, is_index, plan_write
from hcpc.emit.write import execute

NAMES = st.sampled_from(["a", "b", "c.yaml", "d.yaml"])
PATHS = st.builds(
    lambda owner, below, name: "/".join([owner, *below, name]),
    st.sampled_from(["m", "n"]),
    st.lists(st.sampled_from(["x", "y"]), max_size=2),
    st.sampled_from(["1.yaml", "2.yaml", "3.yaml"]),
)
TEXTS = st.builds(lambda text: f"{HEADER}{text}\n", st.sampled_from(["one", "two"]))
WANTED = st.dictionaries(PATHS, TEXTS, max_size=5)
FOREIGN = st.dictionaries(
    st.one_of(PATHS, st.sampled_from(["m", "n/x", "README.md", "m/x/notes.txt"])),
    st.just("mine\n"),
    max_size=3,
)


def laid(output: Path, files: dict[str, str]) -> None:
    execute(output, plan_write(output, files, {}))


def put(output: Path, files: dict[str, str]) -> dict[str, bytes]:
    """Put somebody else's files there, as far as there is room; what is there now of them."""
    for path, text in files.items():
        target = output / path
        parents = [parent for parent in target.parents if output in parent.parents]
        if not target.is_dir() and not any(parent.is_file() for parent in parents):
            write(output, {path: text})
    return {path: text for path, text in tree(output).items() if text == b"mine\n"}


@given(WANTED, WANTED)
def test_a_change_gives_exactly_what_is_wanted(
    before: dict[str, str], after: dict[str, str]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory) / "out"
        laid(output, before)
        laid(output, after)
        wanted = after | index_files(after, {})
        found = tree(output) if output.exists() else {}
        assert found == {path: text.encode() for path, text in wanted.items()}
        assert plan_write(output, after, {}).is_clean


@given(WANTED, FOREIGN, WANTED)
def test_nobody_elses_file_is_touched_and_what_stands_in_the_way_is_told(
    before: dict[str, str], foreign: dict[str, str], after: dict[str, str]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory)
        laid(output, before)
        mine = put(output, foreign)
        edited_ours = {path for path in mine if path in before}
        plan = plan_write(output, after, {})
        blocked = {path for path in plan.write if path in mine} - edited_ours
        assert blocked == set()
        assert set(plan.remove).isdisjoint(mine)
        assert set(plan.edited) == edited_ours - set(after)
        execute(output, plan)
        found = tree(output)
        for path, content in mine.items():
            assert found.get(path) == (after[path].encode() if path in plan.write else content)
        for path, text in after.items():
            in_the_way = any(f"{path}/".startswith(f"{stone}/") for stone in plan.foreign)
            assert in_the_way or found[path] == text.encode()


@given(WANTED, WANTED)
def test_a_plan_says_each_thing_once(before: dict[str, str], after: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory)
        laid(output, before)
        plan = plan_write(output, after, {})
        assert set(plan.write).isdisjoint(plan.remove)
        assert len(plan.unchanged) + len(plan.write) == len(after | index_files(after, {}))
        gone = set(before) - set(after)
        assert {path for path in plan.remove if not is_index(path)} == gone
        assert list(plan.write) == sorted(plan.write)
        assert list(plan.remove) == sorted(plan.remove)
