"""What a terminal, or a file, shows of a round while it runs."""

import io
import subprocess
import sys

from tests.unit.sync.rounds import COMMIT, CREATED, FAILED, LEFT_TO_HUB, UNCHANGED

from hcpc.sync.events import GuestFinished, OutcomeMade, Phase, PhaseStarted
from hcpc.sync.serve.progress import progress

EVENTS = (
    PhaseStarted(Phase.FETCH),
    PhaseStarted(Phase.READ, commit=COMMIT),
    PhaseStarted(Phase.APPLY, total=3, commit=COMMIT),
    OutcomeMade(CREATED),
    OutcomeMade(UNCHANGED),
    OutcomeMade(LEFT_TO_HUB),
    OutcomeMade(FAILED),
    PhaseStarted(Phase.GUESTS, total=1),
    PhaseStarted(Phase.APPLY, total=1, guest="demo"),
    OutcomeMade(CREATED, "demo"),
    GuestFinished("demo", "no answer"),
)


def shown(*, bar: bool, dry_run: bool = False) -> str:
    stream = io.StringIO()
    with progress(stream, bar=bar, dry_run=dry_run) as listen:
        for event in EVENTS:
            listen(event)
    return stream.getvalue()


def test_elsewhere_than_on_a_terminal_there_are_plain_lines() -> None:
    assert shown(bar=False) == (
        "fetching\n"
        "reading the tree of 012345678\n"
        "applying (3)\n"
        "  failed ConfigMap clusters/config: the API server refuses it: too long\n"
        "looking after hosted clusters (1)\n"
        "applying inside demo (1)\n"
        "  demo: no answer\n"
    )


def test_of_many_objects_it_says_how_many_are_done() -> None:
    stream = io.StringIO()
    with progress(stream, bar=False) as listen:
        listen(PhaseStarted(Phase.APPLY, total=1200))
        for _ in range(1200):
            listen(OutcomeMade(CREATED))
    assert stream.getvalue() == "applying (1200)\n  500 done\n  1000 done\n"


def test_a_dry_run_does_not_say_that_anything_was_done() -> None:
    text = shown(bar=False, dry_run=True)
    assert "asking what would be applied (3)\n" in text
    assert "created" not in text


def test_a_terminal_keeps_what_went_wrong() -> None:
    text = shown(bar=True)
    assert "failed ConfigMap clusters/config: the API server refuses it: too long" in text
    assert "demo: no answer" in text


def test_a_stream_that_nobody_reads_stops_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    with progress(Closed(), bar=False) as listen:
        listen(EVENTS[0])


def test_without_a_terminal_rich_is_not_imported() -> None:
    probe = (
        "import io, sys; from hcpc.sync.serve.progress import progress\n"
        "with progress(io.StringIO(), bar=False): print('rich' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout == "False\n"
