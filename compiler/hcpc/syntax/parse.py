"""YAML text to trees: a source file in, its documents out, every fault to the sink.

Never raises, whatever the text. A document that cannot be read is left out with one finding, and
reading goes on with the next: a line of `---` starts a document wherever it stands.

Whoever parses many files switches the garbage collector off around the loop: trees have no cycles,
and collecting took a fifth of the time of 1,000 files. Switching it per file gains nothing.
"""

import re
from typing import Final

from yaml.reader import Reader

from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile
from hcpc.syntax.build import Broken, Builder
from hcpc.syntax.conflicts import find_conflict
from hcpc.syntax.events import REFUSALS, OpenParser, fast_parser, refusal
from hcpc.syntax.faults import empty_file, forbidden_character, report
from hcpc.syntax.refusals import explain
from hcpc.syntax.tree import Tree

MAX_BROKEN: Final = 20

_DOCUMENT: Final = re.compile(r"(?<=[\n\r\x85\u2028\u2029])---(?=\s|\Z)")
_BOUNDARY: Final = re.compile(r"(?<=[\n\r\x85\u2028\u2029])(?:---|\.\.\.)(?=\s|\Z)")
# What YAML forbids, surrogates among it. Compiling a class of our own would cost every start 5 ms.
_FORBIDDEN: Final[re.Pattern[str]] = Reader.NON_PRINTABLE
# A byte order mark after the first place is seen by nobody, and readers treat it differently.
_MARK: Final = "\ufeff"


def parse(file: SourceFile, sink: Sink, *, open_parser: OpenParser = fast_parser) -> list[Tree]:
    """The documents of a file that are not empty, in the order written.

    A file with a merge conflict has none. After MAX_BROKEN broken documents the rest of a file is
    not read.
    """
    conflict = find_conflict(file.text)
    if conflict:
        report(conflict, file, sink)
        return []
    trees: list[Tree] = []
    broken: int | None = None
    start = first = 1 if file.text.startswith(_MARK) else 0
    for _ in range(MAX_BROKEN):
        broken = _read(file, start, trees, sink, open_parser)
        if broken is None:
            break
        following = _DOCUMENT.search(file.text, max(broken, start + 1))
        if following is None:
            break
        start = following.start()
    if not trees and broken is None and start == first:
        report(empty_file(file.text), file, sink)
    return trees


def _read(
    file: SourceFile, start: int, trees: list[Tree], sink: Sink, open_parser: OpenParser
) -> int | None:
    """Read on from a place; the place of the fault if a document is broken."""
    text = file.text
    forbidden = _forbidden(text, start)
    if start or forbidden is not None:
        end = len(text)
        if forbidden is not None:
            end = _last(_DOCUMENT, text, start, forbidden)
        # Line ends stand in for what is not read again, so that places stay what they are.
        text = "\n" * start + text[start:end]
    builder = Builder(file, sink)
    try:
        trees.extend(builder.documents(open_parser(text).get_event))
    except Broken as broken:
        return broken.at
    except REFUSALS as error:
        why = refusal(error, text, open_parser, builder.reached)
        # Text behind a value that could have been the whole document belongs to that document.
        boundary = _last(_BOUNDARY, file.text, start, why.at)
        trees[:] = [tree for tree in trees if tree.start < boundary]
        if builder.template[1] == 0 or "\n" in file.text[builder.template[1] : why.at]:
            report(explain(why, file.text), file, sink)
        return why.at
    if forbidden is None:
        return None
    report(forbidden_character(file.text, forbidden), file, sink)
    return forbidden


def _forbidden(text: str, start: int) -> int | None:
    """Where the first character is that YAML forbids, from a place on."""
    found = _FORBIDDEN.search(text, start)
    mark = text.find(_MARK, start, found.start() if found else len(text))
    if mark >= 0:
        return mark
    return found.start() if found else None


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Where a pattern is found last in a part of the text; the part's start if it is not."""
    for match in pattern.finditer(text, start, end):
        start = match.start()
    return start
