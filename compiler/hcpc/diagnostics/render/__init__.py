"""Reports of findings as text: one module per format, one line each in `RENDERERS`.

A format's module has a function `render(report, *, colour) -> str`: a pure function of its input
whose result ends with a newline. It is imported when its format is asked for.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from hcpc.diagnostics.render.report import Report

RENDERERS: Mapping[str, str] = {
    "text": "terminal",
    "short": "short",
    "json": "json",
    "sarif": "sarif",
    "github": "github",
    "junit": "junit",
    "markdown": "markdown",
}
OF_REPOSITORIES = frozenset({"sarif", "github", "junit", "markdown"})
"""Forms that are shown beside a whole repository: paths are told from its root."""


class Renderer(Protocol):
    """What a format's module offers."""

    def render(self, report: Report, *, colour: bool) -> str:
        """The report in this format; `colour` may be ignored where codes would do harm."""


def render(format: str, report: Report, *, colour: bool) -> str:  # noqa: A002  # as in `--output`
    """The report in a format of `RENDERERS`."""
    module = import_module(f"{__name__}.{RENDERERS[format]}")
    return cast("Renderer", module).render(report, colour=colour)
