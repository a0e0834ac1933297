"""`hcpc sync` and `hcpc diff --live`: options, exit codes, and who hears of a round."""

import io
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.unit.cli.conftest import Run
from tests.unit.sync.rounds import COMMIT, CREATED, FAILED, PAUSED, UNCHANGED, round_of

from hcpc.cli import sync_options, syncing
from hcpc.sync.errors import StatusError, SyncError
from hcpc.sync.events import OutcomeMade
from hcpc.sync.records import Limits, Round
from hcpc.sync.settings import RoundSettings

SOURCE = "https://git.example.com/org/fleet.git"
HERE = ("sync", SOURCE, "--management-cluster", "mgmt-1")


def nothing() -> None:
    """Happens during a round, if nothing else does."""


class Stage:
    """Fakes in the places of git, the cluster and the round, and what they were asked."""

    def __init__(self) -> None:
        self.result: Round | Exception = round_of(UNCHANGED)
        self.settings: list[RoundSettings] = []
        self.sources: list[tuple[str, dict[str, Any]]] = []
        self.connected: list[tuple[Any, ...]] = []
        self.written: list[tuple[dict[str, bytes], str]] = []
        self.status_fault = ""
        self.on_round: Callable[[], None] = nothing

    def run_round(self, settings: RoundSettings) -> Round:
        """The round that was given."""
        self.settings.append(settings)
        if isinstance(self.result, Exception):
            raise self.result
        for outcome in self.result.outcomes:
            settings.on_event(OutcomeMade(outcome))
        self.on_round()
        return self.result._replace(dry_run=settings.dry_run)

    def source(self, url: str, **named: Any) -> SimpleNamespace:
        """A source that is never asked."""
        self.sources.append((url, named))
        return SimpleNamespace(shown=url)

    def connect(self, *given: Any, **named: Any) -> AbstractContextManager[SimpleNamespace]:
        """A cluster that is never asked."""
        self.connected.append((*given, named))
        return nullcontext(SimpleNamespace(cluster=None))

    def status_ref(self, _source: Any, name: str) -> SimpleNamespace:
        """Keeps what is written."""

        def read() -> None:
            if self.status_fault:
                raise StatusError(self.status_fault)

        def write(files: dict[str, bytes], message: str, *_: Any) -> str:
            self.written.append((files, f"{name}: {message}"))
            return "c0ffee"

        return SimpleNamespace(read=read, write=write)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    found = Stage()
    monkeypatch.setattr(syncing, "run_round", found.run_round)
    monkeypatch.setattr(syncing, "Source", found.source)
    monkeypatch.setattr(syncing, "connect", found.connect)
    monkeypatch.setattr(syncing, "StatusRef", found.status_ref)
    monkeypatch.setattr(syncing, "documents", lambda *_, **__: {"summary.yaml": b""})
    for name in ("HCPC_FORGE_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return found


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (round_of(CREATED, UNCHANGED), 0),
        (round_of(FAILED), 1),
        (round_of(PAUSED), 1),
        (round_of(UNCHANGED, prune_stopped="too many"), 1),
        (round_of(UNCHANGED, guests={"demo": round_of(error="no answer")}), 1),
        (round_of(error="git cannot be read"), 2),
        (SyncError("there is no kubeconfig"), 2),
    ],
)
def test_the_exit_code_of_one_round_is_its_result(
    stage: Stage, run: Run, result: Round | Exception, code: int
) -> None:
    stage.result = result
    assert run(*HERE, "--once").code == code


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (round_of(UNCHANGED, PAUSED), 0),
        (round_of(CREATED), 1),
        (round_of(error="git cannot be read"), 2),
    ],
)
@pytest.mark.parametrize("arguments", [(*HERE, "--dry-run"), ("diff", "--live", *HERE[1:])])
def test_a_dry_run_and_a_comparison_end_like_diff(
    stage: Stage, run: Run, arguments: tuple[str, ...], result: Round, code: int
) -> None:
    stage.result = result
    ran = run(*arguments)
    assert ran.code == code
    assert stage.settings[0].dry_run
    assert stage.written == []
    assert ("hcpc: git cannot be read\n" in ran.err) is (code == 2)


def test_a_round_is_told_and_its_status_is_written(stage: Stage, run: Run) -> None:
    stage.result = round_of(CREATED)
    ran = run(*HERE, "--once")
    assert ran.out.startswith("mgmt-1 at 012345678: 12.0 s, 34 requests\n")
    assert ran.err == "  created ConfigMap clusters/config\n"
    assert [words for _, words in stage.written] == ["mgmt-1: mgmt-1: applied at 012345678"]


def test_programs_get_json_and_nothing_else(stage: Stage, run: Run) -> None:
    assert json.loads(run(*HERE, "--once", "-o", "json").out)["commit"] == COMMIT
    assert json.loads(run("diff", "--live", *HERE[1:], "-o", "json").out)["kind"] == "LiveDiff"
    assert len(stage.settings) == 2


def test_a_status_that_cannot_be_written_is_told_and_fails_no_round(stage: Stage, run: Run) -> None:
    stage.status_fault = "the remote is gone"
    ran = run(*HERE, "--once")
    assert ran.code == 0
    assert ran.err == "hcpc: the status cannot be written to git: the remote is gone\n"


def test_without_status_none_is_written(stage: Stage, run: Run) -> None:
    assert run(*HERE, "--once", "--no-status").code == 0
    assert stage.written == []


def test_options_reach_the_round(stage: Stage, run: Run, tmp_path: Path) -> None:
    signers = tmp_path / "signers"
    signers.write_text("")
    options = (
        *("--path", "deep/mgmt-9", "--revision", "v1", "-n", "own", "--no-guests", "--no-prune"),
        *("--prune-count", "5", "--prune-percent", "7", "--force-conflicts", "--once"),
        *("--stuck-after", "90m", "--left-alone-for", "2d", "--concurrency", "3", "--timeout", "9"),
        *("--recreate", "clusters/a", "--recreate", "clusters/b", "--verify-ssh", signers),
        *("--directory", tmp_path / "copy", "--context", "prod"),
    )
    assert run("sync", SOURCE, *options).code == 0
    (settings,) = stage.settings
    assert settings.management_cluster == "mgmt-9"
    assert settings.path == "deep/mgmt-9"
    assert (settings.namespace, settings.guests, settings.concurrency) == ("own", False, 3)
    assert settings.limits == Limits(
        prune=False,
        prune_count=5,
        prune_percent=7,
        force_conflicts=True,
        stuck_after=5400,
        left_alone_for=2 * 86400,
        recreate=frozenset({"clusters/a", "clusters/b"}),
    )
    ((url, named),) = stage.sources
    assert (url, named["revision"], named["timeout"]) == (SOURCE, "v1", 9)
    assert named["directory"] == tmp_path / "copy"
    assert named["verify"] == ("ssh", signers)
    ((kubeconfig, context, how),) = stage.connected
    assert (kubeconfig, context, how["concurrency"], how["timeout"]) == (None, "prod", 3, 9)
    assert how["stop"] is settings.stop


def test_without_options_all_is_as_limits_say(stage: Stage, run: Run) -> None:
    run(*HERE, "--once")
    (settings,) = stage.settings
    assert settings.limits == Limits()
    assert (settings.path, settings.namespace) == ("rendered/mgmt-1", "hcpc-system")


def test_every_option_comes_from_the_environment_too(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "SOURCE": SOURCE,
        "MANAGEMENT_CLUSTER": "mgmt-7",
        "ONCE": "true",
        "PRUNE": "false",
        "STUCK_AFTER": "1h",
        "RECREATE": "clusters/a clusters/b",
        "FORMAT": "json",
        "STATUS": "no",
    }.items():
        monkeypatch.setenv(f"HCPC_SYNC_{name}", value)
    assert json.loads(run("sync").out)["kind"] == "SyncReport"
    (settings,) = stage.settings
    assert settings.management_cluster == "mgmt-7"
    assert (settings.limits.prune, settings.limits.stuck_after) == (False, 3600)
    assert settings.limits.recreate == {"clusters/a", "clusters/b"}
    assert stage.written == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "name the management cluster with --management-cluster, or its tree with --path"),
        (("--path", "../x"), "--path is a directory in the repository, told from its top"),
        (("--path", "/x"), "--path is a directory in the repository, told from its top"),
        (("--management-cluster", "A B"), "cannot be the name of a management cluster"),
        (("--path", "x", "--interval", "soon"), "'soon' is no duration such as 30s, 5m, 2h or 1d"),
        (("--path", "x", "--interval", "0"), "at least 1 seconds"),
        (("--path", "x", "--recreate", "demo"), "is no NAMESPACE/NAME of a hosted cluster"),
        (("--path", "x", "--status-identity", "me"), "is no `NAME <EMAIL>`"),
        (("--path", "x", "--verify-ssh", __file__, "--verify-gpg", __file__), "not both"),
        (("--path", "x", "--listen", "8080"), "'8080' is no ADDRESS:PORT"),
        (("--path", "x", "--trigger", "0.0.0.0:0"), "only a loopback address may begin rounds"),
        (("--path", "x", "--trigger", ":0"), "only a loopback address may begin rounds"),
        (("--path", "x", "--forge", "github", "--forge-api", "http://a.b"), "begin with https://"),
        (("--path", "x", "--forge-api", "https://a.b"), "--forge-api needs --forge github"),
        (("--path", "x", "--forge", "gitlab"), "needs a token in HCPC_FORGE_TOKEN"),
    ],
)
def test_what_cannot_be_meant_is_told(
    stage: Stage, run: Run, options: tuple[str, ...], says: str
) -> None:
    ran = run("sync", SOURCE, *options)
    assert ran.code == 2
    assert says in " ".join(ran.err.split())
    assert stage.settings == []


def test_a_place_in_a_work_tree_stands_for_its_top(stage: Stage, run: Run, tmp_path: Path) -> None:
    (tmp_path / "fleet" / ".git").mkdir(parents=True)
    (tmp_path / "fleet" / "clusters").mkdir()
    run("diff", "--live", "--path", "x", cwd=tmp_path / "fleet" / "clusters")
    assert stage.sources[0][0] == str(tmp_path / "fleet")


def test_two_repositories_are_kept_apart(stage: Stage, run: Run, tmp_path: Path) -> None:
    run(*HERE, "--once")
    run("sync", f"{SOURCE}2", *HERE[2:], "--once")
    first, second = (named["directory"] for _, named in stage.sources)
    assert first != second
    assert first.parent == second.parent == tmp_path / "cache" / "sync"


@pytest.mark.parametrize(
    "words", [("sync", SOURCE, "--path", "x"), ("diff", "--live", "--path", "x")]
)
def test_missing_packages_are_told_in_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    def spec(name: str) -> object | None:
        return None if name == "kubernetes" else object()

    monkeypatch.setattr(sync_options, "find_spec", spec)
    what = "hcpc sync" if words[0] == "sync" else "hcpc diff --live"
    ran = run(*words)
    sentence = f"{what} needs more packages: pip install 'hcpc[sync]'"
    assert (ran.code, ran.out, ran.err) == (2, "", f"hcpc: {sentence}\n")


def test_diff_without_live_says_that_it_cannot_yet(run: Run) -> None:
    sentence = "hcpc diff cannot compare revisions yet; --live compares git with a cluster"
    ran = run("diff")
    assert (ran.code, ran.out, ran.err) == (2, "", f"hcpc: {sentence}\n")


def test_help_needs_no_package() -> None:
    probe = (
        "import sys\n"
        "for name in ('kubernetes', 'prometheus_client', 'urllib3'): sys.modules[name] = None\n"
        "from hcpc.cli import main; sys.argv[1:] = sys.argv[1:] + ['--help']; main()"
    )
    for name in ("sync", "diff"):
        ran = subprocess.run(
            [sys.executable, "-c", probe, name],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert ran.stdout.startswith(f"Usage: -c {name}") or ran.stdout.startswith("Usage: hcpc")


@pytest.mark.usefixtures("stage")
def test_a_commit_status_is_written_only_with_a_token(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[Any, ...]] = []

    class Forge:
        def __init__(self, where: Any, token: str) -> None:
            told.append((*where, token))

        def tell(self, commit: str, _statuses: Any) -> str:
            told.append((commit,))
            return "no answer"

    monkeypatch.setattr(syncing, "HttpForge", Forge)
    arguments = ("sync", "git@github.com:org/fleet.git", "--management-cluster", "mgmt-1", "--once")
    run(*arguments)
    assert told == []
    monkeypatch.setenv("GITHUB_TOKEN", "t0ken")
    run(*arguments, "--forge", "none")
    run(*arguments, "--dry-run")
    assert told == []
    ran = run(*arguments)
    assert told == [("github", "https://api.github.com", "org/fleet", "t0ken"), (COMMIT,)]
    assert (ran.code, ran.err) == (0, "hcpc: no answer\n")


def test_a_signal_ends_a_single_round_with_its_own_code(stage: Stage, run: Run) -> None:
    stage.result = round_of(error="asked to end")

    def stop() -> None:
        signal.raise_signal(signal.SIGTERM)
        assert stage.settings[0].stop.wait(10)

    stage.on_round = stop
    ran = run(*HERE, "--once")
    assert ran.code == 143
    assert "hcpc: stopped by a signal; what was in hand is done\n" in ran.err
    assert stage.written == []


def test_the_daemon_runs_until_a_signal_and_ends_well(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = threading.Semaphore(0)

    def stop_after_two() -> None:
        rounds.release()
        if len(stage.settings) == 2:
            signal.raise_signal(signal.SIGTERM)
            assert stage.settings[0].stop.wait(10)
        else:
            signal.raise_signal(signal.SIGHUP)

    monkeypatch.setattr(sys, "stderr", io.StringIO())
    stage.on_round = stop_after_two
    log = sys.stderr
    ran = run(*HERE, "--log", "json", "--listen", "127.0.0.1:0", "--trigger", "127.0.0.1:0")
    assert isinstance(log, io.StringIO)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [
        "started",
        *("round-started", "round-ended", "status-written"),
        *("round-started", "round-ended", "status-written"),
        *("stopping", "stopped"),
    ]
    assert [line["why"] for line in lines if "why" in line] == ["start", "asked"]
    assert (lines[0]["source"], lines[0]["management_cluster"]) == (SOURCE, "mgmt-1")
    assert lines[0]["listen"].startswith("127.0.0.1:")
    assert lines[-2]["signal"] == "SIGTERM"
    assert ran.code == 0
