"""Another platform: all that is particular to the old one is gone, its machines first of all."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.frozen import NEW_CLUSTER
from hcpc.syntax.tree import FieldPath
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters, shown

PATH: FieldPath = ("spec", "platform", "type")


def is_same(before: Subject, after: Subject) -> bool:
    """Whether the cluster runs where it ran."""
    pair = hosted_clusters(before, after)
    return bool(pair.was(PATH) == pair.now(PATH))


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Refuse another platform; whatever follows from it is no finding of its own."""
    pair = hosted_clusters(before, after)
    kinds = f"it was {shown(pair.was(PATH))}, now {shown(pair.now(PATH))}"
    pair.tell(
        codes.FIELD_FROZEN,
        PATH,
        f"the platform is fixed once the cluster exists: {kinds}",
        sink,
        help=f"put it back; {NEW_CLUSTER}",
    )
