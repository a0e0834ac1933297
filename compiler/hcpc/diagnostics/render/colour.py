"""Colour on terminals: when to use it, and the only place that writes escape codes.

Painted text with its codes taken out is the text that was given.
"""

import os
from enum import StrEnum
from typing import Literal, NamedTuple, TextIO

from hcpc.diagnostics.diagnostic import Severity


class Style(StrEnum):
    """What a piece of text is; the value selects its look (SGR parameters)."""

    PLAIN = ""
    STRONG = "1"
    ERROR = "1;31"
    WARNING = "1;33"
    INFO = "1;36"
    GUTTER = "1;34"


SEVERITY_STYLES = {
    Severity.ERROR: Style.ERROR,
    Severity.WARNING: Style.WARNING,
    Severity.INFO: Style.INFO,
}


class Paint(NamedTuple):
    """Puts text into a style, or leaves it alone when colour is off."""

    on: bool

    def __call__(self, style: Style, text: str) -> str:
        """The text, with the style's codes around it when colour is on."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.on and style and text else text


def use_colour(choice: Literal["auto", "always", "never"], stream: TextIO) -> bool:
    """Whether to colour what goes to `stream`; `auto` means a terminal that does not object.

    A non-empty `NO_COLOR` (no-color.org) and `TERM=dumb` are objections.
    """
    if choice != "auto":
        return choice == "always"
    objected = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return not objected and stream.isatty()
