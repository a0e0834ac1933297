"""An index with git's conflict markers lists what either side lists."""

from pathlib import Path

from hcpc.emit.plan import plan_write
from hcpc.emit.write import execute
from hcpc.kube.rendered_index import INDEX

FILES = {"m/clusters/a/x.yaml": "a\n", "m/clusters/b/x.yaml": "b\n"}


def test_a_merge_conflict_in_the_index_is_mended_by_compiling(tmp_path: Path) -> None:
    output = tmp_path / "rendered"
    execute(output, plan_write(output, FILES, {}))
    index = output / "m" / INDEX
    lines = index.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "clusters/a" in line)
    both = [
        "<<<<<<< HEAD\n",
        *lines[at : at + 1],
        "=======\n",
        *lines[at + 1 : at + 2],
        ">>>>>>> x\n",
    ]
    index.write_text("".join([*lines[:at], *both, *lines[at + 2 :]]), encoding="utf-8")
    plan = plan_write(output, {"m/clusters/a/x.yaml": "a\n"}, {})
    assert plan.unreadable == ()
    assert plan.remove == ("m/clusters/b/x.yaml",)
    execute(output, plan)
    assert plan_write(output, {"m/clusters/a/x.yaml": "a\n"}, {}).is_clean
