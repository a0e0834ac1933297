"""What stops a sync, or a part of it. The text says what is wrong, and what to do."""


class SyncError(Exception):
    """A sync, or the part of it that raised this, cannot go on."""


class StandDownError(SyncError):
    """We may not write any more."""

    def __init__(self) -> None:
        super().__init__(
            "this sync no longer holds its Lease, and another one may: it stopped before its next "
            "change"
        )


class EndedEarlyError(SyncError):
    """We were asked to end, or our time is up, before all was done."""

    def __init__(self) -> None:
        super().__init__("asked to end before all was done; the next sync goes on from here")


class StoppedError(SyncError):
    """We were asked to end, or our time is up, before all was read."""

    def __init__(self) -> None:
        super().__init__("asked to end before all was read; the next sync begins anew")


class SourceError(SyncError):
    """Git cannot be read, or its commit is not to be trusted."""


class TreeError(SyncError):
    """The rendered tree is not what the compiler wrote."""


class StatusError(SyncError):
    """The status cannot be written to git, or read from there."""
