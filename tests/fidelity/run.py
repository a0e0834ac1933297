"""Tries a set: what was submitted, how often both agree, and which rules were seen."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import NamedTuple

from tests.envtest.server import ApiServer
from tests.fidelity.cases import Size, is_of_the_author, try_all
from tests.fidelity.compare import Disagreement, Matrix, compare
from tests.fidelity.explore import Explorer
from tests.fidelity.server import Judge
from tests.fidelity.sets import Trial, seeds

VARIABLE = "HCPC_FIDELITY"
FULL = os.environ.get(VARIABLE) == "full"
SIZE = Size() if FULL else Size(every=12, rows=4, mixtures=100, olds=1, news=4, ratchets=16)
THREADS = 4
HEAD = ("", "submitted", "both accept", "both refuse", "false accepts", "false refusals", "s")


class Tried(NamedTuple):
    """What came out for one kind of a set."""

    kind: str
    explorer: Explorer
    creations: Matrix
    updates: Matrix
    disagreements: tuple[Disagreement, ...]
    seconds: float

    @property
    def unseen(self) -> dict[str, str]:
        """Rules that were not seen in both directions, and in which not."""
        passed, failed = self.explorer.passed, self.explorer.failed
        return {
            str(rule): " and ".join(
                what
                for what, seen in (("never holds", passed), ("never refuses", failed))
                if number not in seen
            )
            for number, rule in enumerate(self.explorer.rules)
            if is_of_the_author(rule) and not {number} <= passed & failed
        }


def try_set(server: ApiServer, trial: Trial) -> list[Tried]:
    """Installs a set and tries all of its kinds."""
    found = []
    with closing(Judge(server)) as judge, ThreadPoolExecutor(THREADS) as threads:
        judge.install(list(trial.documents))
        for kind in trial.kinds:
            began = time.monotonic()
            explorer = Explorer(judge, kind, threads)
            try_all(explorer, seeds(kind), SIZE)
            cases = list(explorer.cases.values())
            creations, one = compare(case for case in cases if case.old is None)
            updates, other = compare(case for case in cases if case.old is not None)
            seconds = time.monotonic() - began
            found.append(Tried(kind.name, explorer, creations, updates, (*one, *other), seconds))
    return found


def table(name: str, tried: list[Tried]) -> str:
    """The confusion matrix of a set, as Markdown, which is as readable in a terminal."""
    rows = [
        (f"{each.kind}, {what}", matrix.total, *matrix[:4], seconds)
        for each in tried
        for what, matrix, seconds in (
            ("created", each.creations, ""),
            ("updated", each.updates, f"{each.seconds:.0f}"),
        )
    ]
    lines = [[str(cell) for cell in row] for row in ((name, *HEAD[1:]), *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    lines.insert(1, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    return "\n".join(
        "| "
        + " | ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in lines
    )


_DONE: dict[str, list[Tried]] = {}


def tried_once(server: ApiServer, trial: Trial) -> list[Tried]:
    """The same, for all tests of a set."""
    if trial.name not in _DONE:
        _DONE[trial.name] = try_set(server, trial)
    return _DONE[trial.name]
