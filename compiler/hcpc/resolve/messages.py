"""Sentences about layers, scope and references."""

from collections.abc import Iterable

from hcpc.spec.messages import dotted
from hcpc.syntax.tree import Mapping, Path, Scalar, Tree

KIND_CLASH_HELP = (
    "a mapping cannot replace or be replaced; give both layers the same kind, or rename one field"
)
EMPTY_VALUE_HELP = "write `{}` for no settings of its own, or `null` to drop what layers below say"
NO_MANAGEMENT_CLUSTER_HELP = (
    "put a ManagementCluster document into this directory or one above, or move the cluster"
)
UNCLOSED_HELP = "end it with `}`, or write `$${` for a literal `${`"


def _kind(tree: Tree) -> str:
    match tree:
        case Mapping():
            return "a mapping"
        case Scalar():
            return "a single value"
        case _:
            return "a list"


def kind_clash(path: Path, value: Tree, below: Tree) -> str:
    """For HCP0301."""
    return f"`{dotted(path)}` is {_kind(value)} here but {_kind(below)} in a layer below"


def empty_value(path: Path) -> str:
    """For HCP0310."""
    return f"`{dotted(path)}` has no value"


def kind_below(below: Tree) -> str:
    """Label of the other place."""
    return f"{_kind(below)} here"


def listing(names: Iterable[str], what: str) -> str:
    """What there is to choose from, shortened; nothing when there is nothing."""
    known = sorted(names)
    if not known:
        return f"there are no {what} in scope"
    shown = ", ".join(f"`{name}`" for name in known[:8])
    more = f" and {len(known) - 8} more" if len(known) > 8 else ""  # noqa: PLR2004  # a line's worth
    return f"{what} in scope: {shown}{more}"


def cycle(chain: Iterable[str]) -> str:
    """For HCP0305."""
    return "reference cycle: " + " → ".join(f"`${{{name}}}`" for name in chain)
