"""Parser events to trees, one document at a time.

In come the events of one parser; out go trees whose places are offsets into the file's text. What
libyaml lets through and a fleet must not contain is reported here: duplicate and unusable keys,
tags, merge keys, aliases that explode, nesting without end. A document that must not be used
raises Broken after its finding was reported.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile
from hcpc.syntax import faults
from hcpc.syntax.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NextEvent,
    ScalarEvent,
    SequenceEndEvent,
    ValueEvent,
)
from hcpc.syntax.scalars import (
    SUSPICIOUS_STARTS,
    Misfit,
    fits_collection,
    other_reading,
    plain_value,
    tagged_value,
)
from hcpc.syntax.tree import Mapping, Scalar, ScalarValue, Sequence, Tree

MAX_DEPTH: Final = 64
MAX_EXPANDED: Final = 10_000

_VERSIONS: Final = (None, (1, 1), (1, 2))

# From the start of an event to its content: anchor and tag in either order, white space, comments.
_BREAKS: Final = r"\r\n\x85\u2028\u2029"
_GAP: Final = rf"(?:[ \t{_BREAKS}]|#[^{_BREAKS}]*)*+"
_ANCHOR: Final = rf"(?:&[0-9A-Za-z_-]+{_GAP})?"
_PROPERTIES: Final = re.compile(
    rf"{_ANCHOR}(?P<tag>!<[^>]*>|![^ \t{_BREAKS},\[\]{{}}]*)?{_GAP}{_ANCHOR}"
)


class Broken(Exception):  # noqa: N818  # control flow inside this room; the finding is in the sink
    """The document cannot be used; reading may go on behind the place `at`."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class _Anchor:
    """What an alias stands for; without a tree while that is still being read."""

    __slots__ = ("_size", "tree")

    def __init__(self) -> None:
        self.tree: Tree | None = None
        self._size = (0, 0)

    def size(self, tree: Tree) -> tuple[int, int]:
        """Number of values with all aliases expanded, and levels of nesting."""
        if not self._size[0]:
            self._size = _size(tree)
        return self._size


def _size(tree: Tree) -> tuple[int, int]:
    match tree:
        case Scalar():
            return 1, 0
        case Sequence(items=items):
            inner = [_size(item) for item in items]
        case Mapping(children=children):
            inner = [_size(child) for child in children.values()]
    return 1 + sum(size for size, _ in inner), 1 + max((levels for _, levels in inner), default=0)


class Builder:
    """Builds the trees of one file.

    `reached` is the end of what was read last, `template` the place of the last template reported.
    """

    __slots__ = ("_anchors", "_expanded", "_file", "_next", "_sink", "reached", "template")

    def __init__(self, file: SourceFile, sink: Sink) -> None:
        self._file = file
        self._sink = sink
        self._next: NextEvent = lambda: None
        self._anchors: dict[str, _Anchor] = {}
        self._expanded = 0
        self.reached = 0
        self.template: faults.Place = (0, 0)

    def documents(self, next_event: NextEvent) -> Iterator[Tree]:
        """The documents of a parser's events that are not empty."""
        self._next = next_event
        next_event()  # the start of the stream
        while type(start := next_event()) is DocumentStartEvent:
            self._check_directives(start)
            self._anchors = {}
            self._expanded = 0
            tree = self._tree(next_event(), 1)
            next_event()  # the end of the document
            if type(tree) is not Scalar or tree.value is not None:
                yield tree

    def _check_directives(self, start: DocumentStartEvent) -> None:
        if start.version not in _VERSIONS:
            self._report(faults.bad_directive(self._file.text, start.start_mark.index))
            raise Broken(start.start_mark.index)
        if start.tags:
            at = self._file.text.find("%TAG", start.start_mark.index)
            self._report(faults.bad_directive(self._file.text, at))

    def _tree(self, event: Any, depth: int) -> Tree:
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event)
        if kind is AliasEvent:
            return self._alias(event, depth)
        if depth > MAX_DEPTH:
            place = faults.word_at(self._file.text, event.start_mark.index)
            raise self._broken(faults.too_deep(MAX_DEPTH, place))
        is_mapping = kind is MappingStartEvent
        read = self._mapping if is_mapping else self._sequence
        if event.tag is None and event.anchor is None:
            return read(event.start_mark.index, depth)
        start, tag = self._content(event, len(self._file.text))
        if not fits_collection(event.tag, "map" if is_mapping else "seq"):
            self._report(faults.bad_tag(self._file.text, tag))
        anchor = self._anchored(event)
        anchor.tree = tree = read(start, depth)
        return tree

    def _mapping(self, start: int, depth: int) -> Mapping:
        children: dict[str, Tree] = {}
        keys: dict[str, Scalar] = {}
        next_event = self._next
        while type(event := next_event()) is not MappingEndEvent:
            key = self._key(event, depth)
            key_end = self.reached
            event = next_event()
            if type(event) is ScalarEvent:
                value: Tree = self._scalar(event)
                if value.start == value.end:
                    self._keep_on_line(value, key_end)
            else:
                value = self._tree(event, depth + 1)
            if key is None:
                continue
            name = key.text
            if name in children:
                self._report(faults.duplicate_key(name, _place(keys[name]), _place(key)))
                continue
            children[name] = value
            keys[name] = key
        return Mapping(children, keys, self._file, start, self._end(event))

    def _sequence(self, start: int, depth: int) -> Sequence:
        items: list[Tree] = []
        next_event = self._next
        while type(event := next_event()) is not SequenceEndEvent:
            items.append(self._tree(event, depth + 1))
        return Sequence(items, self._file, start, self._end(event))

    def _end(self, event: Event) -> int:
        """The end of a collection: its bracket, or the end of its last value.

        The end event of a block has no width and stands behind all comments that follow.
        """
        end = event.end_mark.index
        if end > event.start_mark.index:
            self.reached = end
        return self.reached

    def _keep_on_line(self, value: Tree, key_end: int) -> None:
        """Keep the place of an empty value on its key's line."""
        if "\n" in self._file.text[key_end : value.start]:
            value.start = value.end = self.reached = key_end

    def _scalar(self, event: ScalarEvent) -> Scalar:
        if event.tag is not None or event.anchor is not None:
            return self._scalar_with_properties(event)
        text = event.value
        start = event.start_mark.index
        end = event.end_mark.index
        value: ScalarValue = text
        if event.style:
            if event.style in "|>":
                end = self._block_end(start, end)
        elif not text or text[0] in SUSPICIOUS_STARTS:
            value = self._plain(text, start, end)
        self.reached = end
        return Scalar(value, text, self._file, start, end)

    def _block_end(self, start: int, end: int) -> int:
        """The end of a block scalar's last line: libyaml counts the empty lines behind it."""
        return start + len(self._file.text[start:end].rstrip())

    def _plain(self, text: str, start: int, end: int) -> ScalarValue:
        value = plain_value(text)
        if value is text and (other := other_reading(text)):
            self._report(faults.ambiguous_scalar(text, other, (start, end)))
        return value

    def _scalar_with_properties(self, event: ScalarEvent) -> Scalar:
        end = event.end_mark.index
        start, tag = self._content(event, end)
        if event.style and event.style in "|>":
            end = self._block_end(start, end)
        text = event.value
        try:
            value = None if event.tag is None else tagged_value(event.tag, text)
        except Misfit:
            self._report(faults.bad_tag(self._file.text, tag))
            value = text if event.style else plain_value(text)
        if event.tag is None:
            value = text if event.style else self._plain(text, start, end)
        scalar = Scalar(value, text, self._file, start, end)
        self._anchored(event).tree = scalar
        self.reached = end
        return scalar

    def _content(self, event: ValueEvent, limit: int) -> tuple[int, tuple[int, int]]:
        """Where the content of a value with an anchor or a tag starts, and where its tag is."""
        match = _PROPERTIES.match(self._file.text, event.start_mark.index, limit)
        assert match is not None, "every part of the pattern is optional"
        return match.end(), match.span("tag")

    def _anchored(self, event: ValueEvent) -> _Anchor:
        anchor = _Anchor()
        if event.anchor is not None:
            self._anchors[event.anchor] = anchor
        return anchor

    def _key(self, event: Any, depth: int) -> Scalar | None:
        """A key; None, with a finding, when it cannot be one."""
        if type(event) is ScalarEvent and event.tag is None and event.anchor is None:
            text = event.value
            if text and (text != "<<" or event.style):
                self.reached = end = event.end_mark.index
                return Scalar(text, text, self._file, event.start_mark.index, end)
        return self._unusual_key(event, depth)

    def _unusual_key(self, event: Any, depth: int) -> Scalar | None:
        is_alias = type(event) is AliasEvent
        tree = self._tree(event, depth + 1)
        place = (event.start_mark.index, event.end_mark.index) if is_alias else _place(tree)
        if not isinstance(tree, Scalar):
            self._report_collection_key(place)
        elif not tree.text:
            self._report(faults.empty_key(self._file.text, place))
        elif tree.text == "<<" and not is_alias and event.tag is None and not event.style:
            self._report(faults.merge_key(place))
        else:
            return Scalar(tree.text, tree.text, self._file, *place)
        return None

    def _report_collection_key(self, place: faults.Place) -> None:
        if faults.is_template(self._file.text, place[0] - 1):
            self.template = place
            self._report(faults.template(self._file.text, place))
        elif not faults.is_template(self._file.text, place[0]):  # which its inner mapping reported
            self._report(faults.collection_key(place))

    def _alias(self, event: AliasEvent, depth: int) -> Tree:
        name = event.anchor
        place = event.start_mark.index, event.end_mark.index
        self.reached = place[1]
        anchor = self._anchors.get(name)
        if anchor is None:
            raise self._broken(faults.unknown_anchor(name, self._anchors, place))
        if anchor.tree is None:
            raise self._broken(faults.recursive_alias(name, place))
        size, levels = anchor.size(anchor.tree)
        self._expanded += size
        if self._expanded > MAX_EXPANDED:
            raise self._broken(faults.alias_bomb(MAX_EXPANDED, place))
        if depth - 1 + levels > MAX_DEPTH:
            raise self._broken(faults.too_deep(MAX_DEPTH, place))
        return anchor.tree

    def _report(self, fault: faults.Fault) -> None:
        faults.report(fault, self._file, self._sink)

    def _broken(self, fault: faults.Fault) -> Broken:
        self._report(fault)
        return Broken(fault.place[1])


def _place(tree: Tree) -> faults.Place:
    return tree.start, tree.end
