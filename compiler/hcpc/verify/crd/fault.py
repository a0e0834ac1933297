"""One thing for which the API server would refuse an object."""

from typing import Any, NamedTuple

from hcpc.syntax.tree import Path


class Fault(NamedTuple):
    """What is wrong at a place of an object.

    `path` leads to the faulty value; for an unknown or missing field to that field. `rule` is one
    of `hcpc.verify.schema.RULES`, or `format`, `form` (none of several alternatives fits),
    `metadata`, `cel` or `transition`. `candidates` are the names or values that would have been
    right. `old` is the value before, of a transition.
    """

    path: Path
    rule: str
    message: str
    candidates: tuple[str, ...] = ()
    old: Any = None
