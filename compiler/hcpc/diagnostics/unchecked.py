"""What a run did not look at, so that nobody takes silence for praise."""

from typing import NamedTuple


class Unchecked(NamedTuple):
    """A check that was not made: `what` it is about, and `why` not.

    Both are in the words and the form of a diagnostic's message. `clusters` are the hosted
    clusters that go without it; none when it is not about single clusters.
    """

    what: str
    why: str
    clusters: tuple[str, ...] = ()
