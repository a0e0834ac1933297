"""The status of a round goes to git and to the forge, and stops nothing there."""

from collections.abc import Mapping
from pathlib import Path

from tests.unit.sync.rounds import COMMIT, CREATED, FAILED, WAITING, round_of

from hcpc.sync.errors import StatusError
from hcpc.sync.git.status_ref import Identity
from hcpc.sync.records import Round
from hcpc.sync.tell.forge import Status
from hcpc.sync.tell.publish import Published, Publisher, message

SUMMARY = b"apiVersion: hcpc.dev/v1alpha1\nkind: SyncStatus\nstatus:\n  alarms: [demo is stuck]\n"


class Ref:
    """A status ref that keeps what is written, or fails."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.written: list[tuple[Mapping[str, bytes], str, Identity, Path | None]] = []

    def read(self) -> dict[str, bytes] | None:
        """What was written last."""
        if self.fault:
            raise StatusError(self.fault)
        return dict(self.written[-1][0]) if self.written else None

    def write(
        self,
        files: Mapping[str, bytes],
        message: str,
        identity: Identity = Identity(),  # noqa: B008  # a plain record
        sign: Path | None = None,
    ) -> str | None:
        """A commit, unless the same is there."""
        if self.read() == files:
            return None
        self.written.append((files, message, identity, sign))
        return "c0ffee"


class Forge:
    """Keeps what it is told, and always complains."""

    def __init__(self) -> None:
        self.told: list[tuple[str, tuple[Status, ...]]] = []

    def tell(self, commit: str, statuses: tuple[Status, ...]) -> str:
        """What went wrong."""
        self.told.append((commit, statuses))
        return "no answer"


def documents(done: Round, before: Mapping[str, bytes] | None) -> dict[str, bytes]:
    del before
    return {"summary.yaml": SUMMARY, "counts": str(len(done.outcomes)).encode()}


def test_a_status_is_pushed_when_it_changed() -> None:
    ref = Ref()
    sign = Path("key")
    publisher = Publisher(documents, ref, identity=Identity("a", "a@b"), sign=sign)
    done = round_of(CREATED)
    assert publisher.publish(done) == Published("c0ffee", ("demo is stuck",))
    assert publisher.publish(done) == Published("", ("demo is stuck",))
    ((files, words, identity, key),) = ref.written
    assert files == documents(done, None)
    assert (words, identity, key) == ("mgmt-1: applied at 012345678", ("a", "a@b"), sign)


def test_a_management_cluster_without_a_tree_begins_no_status() -> None:
    ref = Ref()
    missing = round_of(error="there is no directory `rendered/mgmt-x`")
    assert Publisher(documents, ref).publish(missing) == Published()
    assert ref.written == []
    Publisher(documents, ref).publish(round_of(CREATED))
    Publisher(lambda *_: {"summary.yaml": b"other"}, ref).publish(missing)
    assert len(ref.written) == 2  # one that is known does say it


def test_what_goes_wrong_is_told_and_does_not_keep_the_other_from_being_told() -> None:
    forge = Forge()
    found = Publisher(documents, Ref("the remote is gone"), forge).publish(round_of(CREATED))
    fault = "the status cannot be written to git: the remote is gone"
    assert found == Published(status_fault=fault, forge_fault="no answer")
    assert [commit for commit, _ in forge.told] == [COMMIT]


def test_of_a_dry_run_nothing_is_told() -> None:
    ref, forge = Ref(), Forge()
    done = round_of(CREATED, dry_run=True)
    assert Publisher(documents, ref, forge).publish(done) == Published()
    assert (ref.written, forge.told) == ([], [])


def test_of_another_cluster_of_the_name_nothing_is_told() -> None:
    ref, forge = Ref(), Forge()
    done = round_of(error="this is another cluster", wrong_cluster=True)
    assert Publisher(documents, ref, forge).publish(done) == Published()
    assert (ref.written, forge.told) == ([], [])


def test_what_was_read_before_the_round_is_not_read_again() -> None:
    asked: list[Mapping[str, bytes] | None] = []

    def note(done: Round, before: Mapping[str, bytes] | None) -> dict[str, bytes]:
        asked.append(before)
        return documents(done, before)

    ref = Ref("the remote is gone")
    found = Publisher(note, ref).publish(round_of(CREATED, before={"summary.yaml": SUMMARY}))
    assert asked == [{"summary.yaml": SUMMARY}]
    assert found.status_fault.endswith("the remote is gone")  # of writing it


def test_a_forge_is_told_nothing_of_an_unknown_commit() -> None:
    forge = Forge()
    Publisher(documents, None, forge).publish(round_of(error="git cannot be read", commit=""))
    assert forge.told == []


def test_the_message_of_the_commit_says_what_came_of_the_round() -> None:
    assert message(round_of(FAILED, WAITING)) == "mgmt-1: 1 failed at 012345678"
    assert message(round_of(error="no answer", commit="")) == "mgmt-1: no answer"
