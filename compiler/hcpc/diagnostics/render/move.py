"""A report about a fleet in a directory, seen from outside: each path begins with the directory's.

Only places change. What messages name stays as the fleet's own files name it.
"""

from posixpath import normpath

from hcpc.diagnostics.diagnostic import Diagnostic, Label
from hcpc.diagnostics.render.report import Report
from hcpc.source.text import SourceFile, Span


def moved(report: Report, directory: str) -> Report:
    """The report with `directory` (ending with `/`) put before all of its paths."""
    files: dict[SourceFile, SourceFile] = {}  # one for each, because labels of one file go together

    def span(of: Span) -> Span:
        path = normpath(directory + of.file.path)
        file = files.setdefault(of.file, SourceFile(path, of.file.text))
        return of._replace(file=file)

    def label(of: Label) -> Label:
        return of._replace(span=span(of.span))

    def finding(of: Diagnostic) -> Diagnostic:
        return of._replace(
            primary=label(of.primary), secondary=tuple(label(each) for each in of.secondary)
        )

    return report._replace(
        findings=tuple(finding(each) for each in report.findings),
        waived=tuple(
            each._replace(finding=finding(each.finding), span=span(each.span))
            for each in report.waived
        ),
        directory=directory,
    )
