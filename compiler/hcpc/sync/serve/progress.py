"""How far a round is: a bar on a terminal, plain lines elsewhere.

rich is imported only for a bar: it would be a good part of a short run's time.
"""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from hcpc.sync.events import Event, GuestFinished, Listener, OutcomeMade, Phase, PhaseStarted
from hcpc.sync.masking import clean
from hcpc.sync.records import Outcome, Result

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_TROUBLE = {Result.FAILED, Result.CONFLICT}
_EVERY = 500
_WORDS = {
    Phase.FETCH: "fetching",
    Phase.READ: "reading the tree",
    Phase.OBSERVE: "looking at the cluster",
    Phase.PLAN: "planning",
    Phase.APPLY: "applying",
    Phase.GUESTS: "looking after hosted clusters",
    Phase.HEALTH: "looking at health",
}


@contextlib.contextmanager
def progress(stream: TextIO, *, bar: bool, dry_run: bool = False) -> Iterator[Listener]:
    """Shows the events of a round on a stream for as long as it is entered."""
    if bar:
        with _bar(stream, dry_run=dry_run) as listener:
            yield listener
    else:
        yield _lines(stream, dry_run=dry_run)


def _words(event: PhaseStarted, *, dry_run: bool) -> str:
    words = _WORDS[event.phase]
    if event.phase is Phase.APPLY and dry_run:
        words = "asking what would be applied"
    return f"{words} inside {event.guest}" if event.guest else words


def _lines(stream: TextIO, *, dry_run: bool) -> Listener:
    """Stages, troubles, and how many objects are done: the report at the end tells the rest."""
    done = 0

    def show(line: str) -> None:
        # Nobody may read along any more: that is no reason to leave a cluster half done.
        with contextlib.suppress(OSError):
            stream.write(line + "\n")
            stream.flush()

    def listen(event: Event) -> None:
        nonlocal done
        match event:
            case PhaseStarted():
                done = 0 if event.phase is Phase.APPLY and not event.guest else done
                many = f" ({event.total})" if event.total else ""
                at = f" of {event.commit[:9]}" if event.phase is Phase.READ else ""
                show(f"{_words(event, dry_run=dry_run)}{at}{many}")
            case OutcomeMade(outcome, guest):
                done += not guest
                if outcome.result in _TROUBLE and not dry_run:
                    show(f"  {outcome_line(outcome, guest)}")
                if not guest and done % _EVERY == 0:
                    show(f"  {done} done")
            case GuestFinished(guest, error):
                if error:
                    show(f"  {guest}: {clean(error)}")

    return listen


def outcome_line(outcome: Outcome, guest: str) -> str:
    """What came of an action, on one line."""
    inside = f" inside {guest}" if guest else ""
    why = outcome.message or outcome.action.reason
    return f"{outcome.result.value} {outcome.action.ref}{inside}" + (
        f": {clean(why)}" if why else ""
    )


@contextlib.contextmanager
def _bar(stream: TextIO, *, dry_run: bool) -> Iterator[Listener]:
    from rich.console import Console  # noqa: PLC0415  # only on a terminal
    from rich.progress import (  # noqa: PLC0415  # as above
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    console = Console(file=stream, highlight=False)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        yield _listener(shown, shown.add_task("", total=None), dry_run=dry_run)


def _listener(shown: "Progress", task: "TaskID", *, dry_run: bool) -> Listener:
    def listen(event: Event) -> None:
        match event:
            case PhaseStarted():
                words = _words(event, dry_run=dry_run)
                # Hosted clusters are looked after side by side: they share a line.
                if event.guest:
                    shown.update(task, description=words)
                else:
                    shown.reset(task, description=words, total=event.total or None)
            case OutcomeMade(outcome, guest):
                if not guest:
                    shown.advance(task)
                if outcome.result in _TROUBLE and not dry_run:
                    shown.console.print(outcome_line(outcome, guest), style="red", markup=False)
            case GuestFinished(guest, error):
                shown.advance(task)
                if error:
                    line = f"{guest}: {clean(error)}"
                    shown.console.print(line, style="red", markup=False)

    return listen
