"""Whatever a NodeConfig says: findings that point into files, and never a traceback.

Values of a sound NodeConfig of every form are taken away, moved, or replaced by others.
"""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from hcpc.diagnostics.codes import CHECK_CRASHED
from hcpc.pipeline import Options, compile_fleet
from hcpc.syntax.tree import Path as Steps

FLEET = Path(__file__).parents[1] / "fleets" / "node-configs"
CONFIGS = "clusters/mgmt-1/node-configs.yaml"
SOUND = list(yaml.safe_load_all((FLEET / CONFIGS).read_text(encoding="utf-8")))
VALUES: list[Any] = [
    *(
        None,
        True,
        -1,
        0,
        2**70,
        "",
        "x",
        "a: b",
        "${x}",
        "é\n",
        "0644",
        "0-3",
        "1-0",
        "data:,",
        "[",
    ),
    *([], {}, [[]], [None], {"a": {}}, {"text": "a"}, {"kind": "Tuned"}),
    *({"fromFile": "files/ca.crt"}, {"fromFile": "files"}, {"fromFile": "../../../../x"}),
]
NAMES = ["kind", "text", "x", "/a", ""]


def places(value: Any, at: Steps = ()) -> Iterator[Steps]:
    """Where values stand below a value."""
    steps: Any = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, below in steps:
        yield (*at, step)
        yield from places(below, (*at, step))


def change(document: dict[str, Any], choice: Random) -> None:
    """Change one thing in a document's spec."""
    *above, last = choice.choice(list(places(document["spec"])))
    holder = document["spec"]
    for step in above:
        holder = holder[step]
    what = choice.random()
    if isinstance(holder, dict) and what < 0.2:  # a share
        del holder[last]
    elif isinstance(holder, dict) and what < 0.4:  # as above
        holder[choice.choice(NAMES)] = holder.pop(last)
    else:
        holder[last] = copy.deepcopy(choice.choice(VALUES))


@pytest.mark.parametrize("seed", range(8))
def test_there_is_never_a_traceback(seed: int, tmp_path: Path) -> None:
    choice = Random(seed)  # noqa: S311  # the same every time, nothing secret
    root = tmp_path / "fleet"
    shutil.copytree(FLEET, root)
    for _ in range(12):
        documents = copy.deepcopy(SOUND)
        for document in choice.sample(documents, 3):
            change(document, choice)
        (root / CONFIGS).write_text(yaml.safe_dump_all(documents, sort_keys=False))
        for found in compile_fleet(root, Options("serial")).findings:
            span = found.primary.span
            assert found.code != CHECK_CRASHED.id
            assert 0 <= span.start <= span.end <= len(span.file.text)
