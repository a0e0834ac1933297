"""Restores against the whole fleet: each names a cluster and a management cluster that there are.

Two restores of one name would lie in one directory, so a name is a restore's own in all the fleet.
"""

from collections.abc import Iterable, Sequence

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import UNKNOWN_FIELD
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.resolve.document import Document
from hcpc.resolve.scope import Environment
from hcpc.syntax.tree import Scalar, find
from hcpc.verify.fleet import Summary


def check_restores(environment: Environment, clusters: Sequence[Summary], sink: Sink) -> None:
    """Report restores of nothing, to nowhere, or of a name that another one has.

    The sink holds what was found before: what is missing may stand in a file with errors.
    """
    found = [each for each in environment.documents if each.kind == "Restore"]
    first: dict[str, Document] = {}
    for document in found:
        other = first.setdefault(document.name, document)
        # Within a directory it is told with all other names.
        if other is not document and other.directory != document.directory:
            _report_name(document, other, sink)
        _check_cluster(document, clusters, sink)
        _check_target(document, environment, sink)


def _check_cluster(document: Document, clusters: Iterable[Summary], sink: Sink) -> None:
    named = find(document.tree, ("spec", "cluster"))
    if not isinstance(named, Scalar) or not named.text:
        return
    visible = {each.name: each for each in clusters if _is_below(each, document)}
    if named.text in visible or _may_be_unread(named.text, document, sink):
        return
    elsewhere = next((each for each in clusters if each.name == named.text), None)
    if elsewhere and elsewhere.management_cluster == _target(document):
        _report_moved(named, elsewhere, sink)
        return
    label = "" if elsewhere else did_you_mean(named.text, visible)
    hint = "" if label else "a Restore names a cluster of its own directory or below"
    sink.report(
        codes.RESTORE_UNKNOWN,
        named.span,
        f"there is no cluster `{named.text}` in this directory or below",
        label=label,
        secondary=(Label(elsewhere.name_span, "it is here"),) if elsewhere else (),
        help="move the Restore to a directory above it" if elsewhere else hint,
        subjects=(named.text,),
    )


def _report_moved(named: Scalar, cluster: Summary, sink: Sink) -> None:
    """The spec of a cluster moves last: what is left of the Restore does no harm."""
    sink.report(
        codes.RESTORE_UNKNOWN,
        named.span,
        f"`{cluster.name}` is on `{cluster.management_cluster}` already, where this Restore leads",
        secondary=(Label(cluster.name_span, "it is here"),),
        help="remove the Restore if it is over, or move it to a directory above the cluster",
        severity=Severity.WARNING,
        subjects=(cluster.name,),
    )


def _target(document: Document) -> str:
    """The management cluster that a Restore names; empty if it names none."""
    named = find(document.tree, ("spec", "managementCluster"))
    return named.text if isinstance(named, Scalar) else ""


def _check_target(document: Document, environment: Environment, sink: Sink) -> None:
    named = find(document.tree, ("spec", "managementCluster"))
    if not isinstance(named, Scalar) or not named.text:
        return
    names = [each.name for each in environment.documents if each.kind == "ManagementCluster"]
    if named.text in names or any(named.text in file.text for file in environment.unread):
        return
    label = did_you_mean(named.text, names)
    sink.report(
        codes.RESTORE_UNKNOWN,
        named.span,
        f"there is no management cluster `{named.text}`",
        label=label,
        help="" if label else "a `ManagementCluster` document makes it known",
        subjects=(named.text,),
    )


def _may_be_unread(name: str, document: Document, sink: Sink) -> bool:
    """Whether a name stands in a file that the Restore is for, and that has errors itself."""
    files = {each.primary.span.file for each in sink.findings() if _hides_documents(each)}
    return any(
        name in file.text and file != document.file and _is_inside(file.path, document.directory)
        for file in files
    )


def _hides_documents(found: Diagnostic) -> bool:
    return found.severity is Severity.ERROR and found.code < UNKNOWN_FIELD.id


def _report_name(document: Document, other: Document, sink: Sink) -> None:
    sink.report(
        codes.DUPLICATE_NAME,
        document.name_span,
        f"Restore `{document.name}` is declared twice",
        secondary=(Label(other.name_span, "first declared here"),),
        help="rename one of them: restores of all clusters lie side by side",
    )


def _is_below(cluster: Summary, document: Document) -> bool:
    return _is_inside(cluster.name_span.file.path.rpartition("/")[0], document.directory)


def _is_inside(directory: str, above: str) -> bool:
    return not above or f"{directory}/".startswith(f"{above}/")
