"""YAML text to trees: a source file in, its documents out, every fault to the sink.

Never raises, whatever the text. A document that cannot be read is left out with one finding, and
reading goes on with the next: a line of `---` starts a document wherever it stands.

Whoever parses many files switches the garbage collector off around the loop: trees have no cycles,
and collecting took a fifth of the time of 1,000 files. Switching it per file gains nothing.
"""

import re
from typing import Final

from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile
from hcpc.syntax.build import Broken, Builder
from hcpc.syntax.events import REFUSALS, OpenParser, fast_parser, refusal
from hcpc.syntax.faults import empty_file, forbidden_character, report
from hcpc.syntax.refusals import explain
from hcpc.syntax.tree import Tree

MAX_BROKEN: Final = 20

_DOCUMENT: Final = re.compile(r"(?<=[\n\r\x85\u2028\u2029])---(?=\s|\Z)")
_BOUNDARY: Final = re.compile(r"(?<=[\n\r\x85\u2028\u2029])(?:---|\.\.\.)(?=\s|\Z)")
# What YAML forbids, surrogates (no UTF-8 has them), and byte order marks after the first place,
# which nobody sees and readers treat differently.
_FORBIDDEN: Final = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def parse(file: SourceFile, sink: Sink, *, open_parser: OpenParser = fast_parser) -> list[Tree]:
    """The documents of a file that are not empty, in the order written.

    After MAX_BROKEN broken documents the rest of the file is not read.
    """
    trees: list[Tree] = []
    broken: int | None = None
    start = first = 1 if file.text.startswith("\ufeff") else 0
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
    forbidden = _FORBIDDEN.search(text, start)
    if start or forbidden:
        end = len(text)
        if forbidden is not None:
            end = _last(_DOCUMENT, text, start, forbidden.start())
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
    report(forbidden_character(file.text, forbidden.start()), file, sink)
    return forbidden.start()


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Where a pattern is found last in a part of the text; the part's start if it is not."""
    for match in pattern.finditer(text, start, end):
        start = match.start()
    return start
