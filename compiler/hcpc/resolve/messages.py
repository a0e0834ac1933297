"""Sentences about layers, scope and references."""

from collections.abc import Iterable, Sequence

from hcpc.syntax.tree import Mapping, Path, Scalar, Tree, dotted

_MANY = 8

KIND_CLASH_HELP = "give the field the same kind of value in both layers"
_EMPTY_VALUE_HELP = {
    "mapping": "write `{}` for no settings of its own",
    "list": "write `[]` for no entries",
    "value": "write its value",
    "": "write its value (`{}` for no settings of its own)",
}
NO_MANAGEMENT_CLUSTER_HELP = (
    "put a ManagementCluster document into this directory or one above, or move the cluster"
)


def foreign_document(tree: Tree, version: Tree | None) -> str:
    """For HCP0201: a document that does not begin as ours do."""
    if not isinstance(tree, Mapping):
        return f"document is {'a text' if isinstance(tree, Scalar) else 'a list'}, not a mapping"
    if version is None:
        return "document has no `apiVersion`"
    text = version.text if isinstance(version, Scalar) else ""
    return f"unknown `apiVersion`: `{text}`" if text else "`apiVersion` has no value"


def foreign_help(version: str) -> str:
    """What to do with a document of somebody else's."""
    if version.startswith("hypershift.openshift.io/"):
        return "specs are documents of kind `Cluster`; manifests like this one are what hcpc writes"
    return "move its file out of the fleet's `sources`, or list it under `ignore` in fleet.yaml"


def no_kind(kind: Tree | None) -> str:
    """For HCP0201: a document that does not say what it is."""
    return "document has no `kind`" if kind is None else "`kind` does not name a kind"


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


def empty_value_help(kind: str) -> str:
    """What to write instead; `kind` is that of a right value: `mapping`, `list`, `value` or ""."""
    return f"{_EMPTY_VALUE_HELP[kind]}, or `null` to drop what layers below say"


def kind_below(below: Tree) -> str:
    """Label of the other place."""
    return f"{_kind(below)} here"


def listing(names: Iterable[str], what: str) -> str:
    """What there is to choose from, shortened; nothing when there is nothing."""
    shown = shown_names(names)
    return f"{what} in scope: {shown}" if shown else f"there are no {what} in scope"


def shown_names(names: Iterable[str]) -> str:
    """Names for a sentence: not more than fit a line."""
    known = sorted(names)
    more = f" and {len(known) - _MANY} more" if len(known) > _MANY else ""
    return ", ".join(f"`{name}`" for name in known[:_MANY]) + more


def cycle(names: Sequence[str]) -> str:
    """For HCP0305; `names` are in the order in which one needs the next, the last the first."""
    if len(names) == 1:
        return f"`${{{names[0]}}}` refers to itself"
    return "reference cycle: " + " → ".join(f"`${{{name}}}`" for name in (*names, names[0]))


def unknown_reference(
    prefix: str, steps: list[str], near: str | None, known: Iterable[str]
) -> tuple[str, str]:
    """For HCP0304: label and help; `steps` are those of the name that lead nowhere."""
    if near:
        return f"did you mean `${{{prefix}{'.'.join([near, *steps[1:]])}}}`?", ""
    if not prefix:
        return f"nothing is called `{steps[0]}`", f"references begin with {shown_names(known)}"
    owner = prefix.removesuffix(".")
    return f"`{owner}` has no `{steps[0]}`", below(owner, known)


def below(name: str, known: Iterable[str]) -> str:
    """What a reference could go on with."""
    names = shown_names(known)
    return f"names in `{name}`: {names}" if names else f"`{name}` is a single value"


def malformed(text: str, end: int, *, closed: bool) -> tuple[str, str]:
    """For HCP0306: message and help for a reference that ends at `end` of its text."""
    follows = text[end : end + 1]
    if closed:
        return "reference is empty", "write a name such as `${cluster.name}`"
    if follows == "{":
        return "reference has too many braces", "write `${…}` with one brace on each side"
    if follows == "$":
        return "reference inside a reference", "name the value directly"
    return "reference is not closed", "end it with `}`, or write `$${` for a literal `${`"
