"""How `hcpc sync` and `hcpc diff --live` run: the parts of a sync, put together.

Imported only when all packages of the extra are there.
"""

import gc
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from hcpc import __version__
from hcpc.cli.ending import FINDINGS, USAGE, say
from hcpc.cli.sync_options import FULL_COMMIT, Target
from hcpc.sync.cluster.api import Api
from hcpc.sync.cluster.connection import connect
from hcpc.sync.cluster.lease import Leader
from hcpc.sync.errors import SyncError
from hcpc.sync.events import Listener
from hcpc.sync.git.repository import Source
from hcpc.sync.git.signatures import Verification
from hcpc.sync.git.status_ref import Identity, StatusRef
from hcpc.sync.masking import clean
from hcpc.sync.records import Limits, Round
from hcpc.sync.round import run_round
from hcpc.sync.serve.bell import Bell
from hcpc.sync.serve.daemon import Daemon
from hcpc.sync.serve.http import (
    Address,
    ListenError,
    Route,
    exposed,
    listening,
    read_address,
    triggers,
    yes_or_no,
)
from hcpc.sync.serve.leading import candidate, lead, while_leading
from hcpc.sync.serve.logs import Log
from hcpc.sync.serve.loop import LONGEST_RETRY, Loop, Pace, Pulse
from hcpc.sync.serve.metrics import Metrics
from hcpc.sync.serve.progress import progress
from hcpc.sync.settings import ANY_COMMIT, RoundSettings
from hcpc.sync.status.documents import documents
from hcpc.sync.tell.forge import Forge, ForgeError, HttpForge, find_forge, find_token, has_token
from hcpc.sync.tell.publish import Publisher
from hcpc.sync.tell.report import as_json, comparison_json, comparison_text, text
from hcpc.sync.tell.verdict import Verdict, differs, verdict
from hcpc.sync.tree.tree import ParsedFiles

if TYPE_CHECKING:
    from hcpc.cli.sync import Wish

__all__ = ["SyncError", "compare", "run_loop", "run_once"]

_SIGNALLED = 128
_SILENCE = 10
"""So many requests may a round wait for, one after the other, before it counts as dead."""


def run_once(target: Target, wish: "Wish", environment: Mapping[str, str]) -> int:
    """One round, told on standard output; the exit code. Raises SyncError."""
    gc.enable()  # a round is longer than what the command line is tuned for
    bell = Bell()
    with bell.heeds_signals(), ExitStack() as open_until_end:
        parts = _parts(target, _limits(wish), bell, open_until_end, wish.allow_rewind)
        leader: Leader | None = None
        publisher = _publisher(target, wish, parts.source, environment)
        settings = parts.settings._replace(
            dry_run=wish.dry_run, status=publisher.status, moved_here=wish.moved_here
        )
        if not wish.dry_run:
            leader = _candidate(target, parts.cluster, open_until_end)
            if not lead(leader, bell.stop, waits=wish.leader_elect) and bell.stop.is_set():
                return _stopped(bell)
            settings = while_leading(settings, leader)
        bar = progress(sys.stderr, bar=_is_terminal(), dry_run=wish.dry_run)
        listener = open_until_end.enter_context(bar)
        done = run_round(settings._replace(on_event=listener))
        if _is_ours_to_tell(leader) and not (done.error and bell.stop.is_set()):
            published = publisher.publish(done)
            for fault in (published.status_fault, published.forge_fault):
                # What ended the round is told below, and once is enough.
                if fault and not (done.error and fault.endswith(done.error)):
                    say(clean(fault))
    click.echo(_told(done, wish.form), nl=False)
    if bell.signalled and done.error:
        return _stopped(bell)
    return _exit_code(done)


def _is_ours_to_tell(leader: Leader | None) -> bool:
    """Whether nobody else tells git about this cluster, as far as can be known.

    When the API server does not answer, somebody has to say so.
    """
    return leader is None or leader.is_leader or not leader.holder


def _stopped(bell: Bell) -> int:
    say("stopped by a signal; what was in hand is done")
    return _SIGNALLED + bell.signalled


def _exit_code(done: Round) -> int:
    if done.error:
        say(clean(done.error))
        return USAGE
    if done.dry_run:
        return FINDINGS if differs(done) else 0
    return 0 if verdict(done) is Verdict.APPLIED else FINDINGS


def compare(target: Target, form: str) -> int:
    """What differs between git and the cluster, on standard output; the exit code."""
    gc.enable()
    bell = Bell()
    with bell.heeds_signals(), ExitStack() as open_until_end:
        parts = _parts(target, Limits(), bell, open_until_end, ANY_COMMIT)
        settings = parts.settings._replace(dry_run=True)
        if _is_terminal():
            bar = progress(sys.stderr, bar=True, dry_run=True)
            settings = settings._replace(on_event=open_until_end.enter_context(bar))
        done = run_round(settings)
    if bell.signalled and done.error:
        return _stopped(bell)
    if not done.error or form == "json":
        values = _is_person()
        told = (
            comparison_text(done, values=values)
            if form == "text"
            else _dumped(comparison_json(done, values=values))
        )
        click.echo(told, nl=False)
    return _exit_code(done)


def _told(done: Round, form: str) -> str:
    """A round as it is printed; a dry run at a terminal is read by a person."""
    values = done.dry_run and _is_person()
    return text(done, values=values) if form == "text" else _dumped(as_json(done, values=values))


def _dumped(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _is_person() -> bool:
    """Whether what is printed is read, and not kept: a terminal, no file and no log of a CI."""
    return sys.stdout.isatty()


def _is_terminal() -> bool:
    """Whether a bar can be shown: nothing of it may end up in a file."""
    return sys.stdout.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def run_loop(target: Target, wish: "Wish", environment: Mapping[str, str]) -> int:
    """Rounds until a signal asks for the end; the exit code. Raises SyncError."""
    gc.enable()  # this process lives for long
    log = Log(wish.log or ("text" if sys.stderr.isatty() else "json"), sys.stderr)
    pace = Pace(wish.interval, wish.interval / 10 if wish.jitter is None else wish.jitter)
    bell = Bell()
    # No wait between two signs of life is longer than this, unless something hangs.
    pulse = Pulse(max(pace.interval + pace.jitter, LONGEST_RETRY) + _SILENCE * target.timeout)
    metrics = Metrics(target.management_cluster)
    with bell.heeds_signals(), ExitStack() as open_until_end:
        parts = _parts(target, _limits(wish), bell, open_until_end, wish.allow_rewind)
        leader = _candidate(target, parts.cluster, open_until_end)
        publisher = _publisher(target, wish, parts.source, environment)
        ready = yes_or_no(lambda: pulse.why_not_ready() or leader.fault)
        routes = {
            ("GET", "/healthz"): yes_or_no(pulse.why_not_healthy),
            ("GET", "/readyz"): ready,
            ("GET", "/metrics"): exposed(metrics.exposition),
        }
        served = _served(wish, bell, routes, open_until_end)
        settings = while_leading(parts.settings._replace(status=publisher.status), leader)

        def run(listener: Listener) -> Round:
            return run_round(settings._replace(on_event=listener))

        def may_publish(done: Round) -> bool:
            return leader.is_leader and not (done.error and bell.stop.is_set())

        daemon = Daemon(run, publisher, log, metrics, pulse, may_publish)
        log.say("started", **_introduction(target, parts.source, served))
        metrics.lead(leads=False)
        if not wish.leader_elect and lead(leader, bell.stop, waits=False):
            daemon.lease("lease-acquired")
        Loop(daemon.once, pace, bell, pulse, leader, daemon.lease).run()
        log.say("stopping", signal=signal.Signals(bell.signalled).name if bell.signalled else "")
    log.say("stopped")
    # Ended by SIGTERM as it should: Kubernetes shows a container that ends with 0 as completed.
    return 0 if bell.signalled != signal.SIGINT else _SIGNALLED + bell.signalled


def _introduction(target: Target, source: Source, served: dict[str, str]) -> dict[str, Any]:
    return {
        "version": __version__,
        "management_cluster": target.management_cluster,
        "source": source.shown,
        "revision": target.revision,
        "path": target.path,
        **served,
    }


def _served(
    wish: "Wish", bell: Bell, routes: Mapping[tuple[str, str], Route], open_until_end: ExitStack
) -> dict[str, str]:
    """Opens what others may ask; where it is."""
    found: dict[str, str] = {}
    if wish.listen:
        opened = open_until_end.enter_context(listening(_address(wish.listen), routes))
        found["listen"] = str(opened)
    if wish.trigger:
        address = _address(wish.trigger)
        if not address.is_loopback:
            raise ListenError(f"--trigger {address}: only a loopback address may begin rounds")
        on_post = {("POST", "/sync"): triggers(bell.ring)}
        found["trigger"] = str(open_until_end.enter_context(listening(address, on_post)))
    return found


def _address(text: str) -> Address:
    try:
        return read_address(text)
    except ValueError as wrong:
        raise ListenError(str(wrong)) from None


class _Parts(NamedTuple):
    """Where a round reads and writes."""

    source: Source
    cluster: Api
    settings: RoundSettings


def _parts(
    target: Target, limits: Limits, bell: Bell, open_until_end: ExitStack, allow_rewind: str
) -> _Parts:
    source = Source(
        target.source,
        revision=target.revision,
        directory=target.directory,
        verify=Verification(*target.verify) if target.verify else None,
        timeout=target.timeout,
    )
    way = connect(
        target.kubeconfig,
        target.context,
        concurrency=target.concurrency,
        timeout=target.timeout,
        stop=bell.stop,
    )
    cluster = open_until_end.enter_context(way).cluster
    settings = RoundSettings(
        management_cluster=target.management_cluster,
        path=target.path,
        source=source,
        cluster=cluster,
        known=ParsedFiles(),
        stop=bell.stop,
        namespace=target.namespace,
        limits=limits,
        concurrency=target.concurrency,
        guests=target.guests,
        # Nobody who pushes can move a commit that is named in full.
        allow_rewind=target.revision if FULL_COMMIT.fullmatch(target.revision) else allow_rewind,
    )
    return _Parts(source, cluster, settings)


def _limits(wish: "Wish") -> Limits:
    return Limits(
        prune=wish.prune,
        prune_count=wish.prune_count,
        prune_percent=wish.prune_percent,
        force_conflicts=wish.force_conflicts,
        stuck_after=int(wish.stuck_after),
        left_alone_for=int(wish.left_alone_for),
        recreate=wish.recreate,
    )


def _candidate(target: Target, cluster: Api, open_until_end: ExitStack) -> Leader:
    """For the right to write; the Lease is given back in the end."""
    leader = candidate(cluster, target.management_cluster, target.namespace, target.timeout)
    open_until_end.callback(leader.release)
    return leader


def _publisher(
    target: Target, wish: "Wish", source: Source, environment: Mapping[str, str]
) -> Publisher:
    identity = Identity(*wish.status_identity) if wish.status_identity else Identity()
    status = StatusRef(source, target.management_cluster) if wish.status else None
    forge = None if wish.dry_run else _forge(target, wish, environment)
    return Publisher(
        partial(documents, limits=_limits(wish)), status, forge, identity, wish.status_sign
    )


def _forge(target: Target, wish: "Wish", environment: Mapping[str, str]) -> Forge | None:
    """Where commit statuses go; None where none are wanted, or no token is there."""
    if wish.forge_kind == "none":
        return None
    kind = "" if wish.forge_kind == "auto" else wish.forge_kind
    if not kind and wish.forge_api:
        raise ForgeError("--forge-api needs --forge github or --forge gitlab")
    if not kind and not has_token(environment):
        return None
    where = find_forge(target.source, kind=kind, api=wish.forge_api, project=wish.forge_project)
    if where is None:
        return None
    token = find_token(where, environment)
    if not token and kind:
        raise ForgeError(f"--forge {kind} needs a token in HCPC_FORGE_TOKEN")
    return HttpForge(where, token) if token else None
