"""What stops a sync, or a part of it. The text says what is wrong, and what to do."""


class SyncError(Exception):
    """A sync, or the part of it that raised this, cannot go on."""


class SourceError(SyncError):
    """Git cannot be read, or its commit is not to be trusted."""


class TreeError(SyncError):
    """The rendered tree is not what the compiler wrote."""


class StatusError(SyncError):
    """The status cannot be written to git, or read from there."""
