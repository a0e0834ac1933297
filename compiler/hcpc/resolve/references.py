"""References: `${…}` in text, replaced by the scalars they name.

A reference that is the whole text takes over the value's type; `$${` is a literal `${`.
"""

import re
from collections.abc import Mapping as Names

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import suggest
from hcpc.resolve import messages
from hcpc.source.text import Span
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree

MANAGEMENT_ROOT = "managementCluster"
MAX_EXPANDED = 65_536
MAX_CHAIN = 64

_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}$]*)(\}?)")


class References:
    """Expands references against named roots, such as `cluster` and `spec`."""

    def __init__(self, roots: Names[str, Tree], sink: Sink) -> None:
        self._roots = dict(roots)
        self._sink = sink
        self._open: list[tuple[str, Span]] = []
        self._known: dict[str, Scalar] = {}
        self._cycles: set[frozenset[Span]] = set()

    def with_root(self, name: str, tree: Tree) -> "References":
        """The same with one more root."""
        extended = References({**self._roots, name: tree}, self._sink)
        extended._cycles = self._cycles
        return extended

    def expand(self, tree: Tree) -> Tree:
        """The tree with references replaced; the very same object when there are none."""
        if type(tree) is Scalar:
            value = tree.value
            return self._expand_scalar(tree) if type(value) is str and "${" in value else tree
        if type(tree) is Mapping:
            changed = {}
            for name, child in tree.children.items():
                expanded = self.expand(child)
                if expanded is not child:
                    changed[name] = expanded
            if not changed:
                return tree
            return Mapping({**tree.children, **changed}, tree.keys, tree.file, tree.start, tree.end)
        assert isinstance(tree, Sequence)
        items = [self.expand(item) for item in tree.items]
        if all(new is old for new, old in zip(items, tree.items, strict=True)):
            return tree
        return Sequence(items, tree.file, tree.start, tree.end)

    def _expand_scalar(self, scalar: Scalar) -> Scalar:
        text = str(scalar.value)
        parts: list[str] = []
        position = 0
        for found in _REFERENCE.finditer(text):
            parts.append(text[position : found.start()])
            position = found.end()
            if found[0] == "$${":
                parts.append("${")
                continue
            target = self._target(scalar, found)
            if target is None:
                parts.append(found[0])
                continue
            if found[0] == text:
                return Scalar(target.value, target.text, scalar.file, scalar.start, scalar.end)
            parts.append(target.text)
        parts.append(text[position:])
        whole = "".join(parts)
        if len(whole) > max(MAX_EXPANDED, len(text)):
            message = f"the references of this text expand to more than {MAX_EXPANDED:,} characters"
            self._sink.report(codes.BAD_REFERENCE, scalar.span, message)
            return scalar
        return Scalar(whole, whole, scalar.file, scalar.start, scalar.end)

    def _target(self, scalar: Scalar, found: re.Match[str]) -> Scalar | None:
        """The scalar that a reference names, itself expanded; None after a finding."""
        span = _inner_span(scalar, found)
        name = found[1].strip()
        if not found[2] or not name:
            message, remedy = messages.malformed(found.string, found.end(), closed=bool(found[2]))
            self._sink.report(codes.BAD_REFERENCE, span, message, help=remedy)
            return None
        if name in self._known:
            return self._known[name]
        if any(name == opened for opened, _ in self._open):
            self._report_cycle(name, span)
            return None
        if len(self._open) >= MAX_CHAIN:
            message = f"references refer to each other over more than {MAX_CHAIN} steps"
            self._sink.report(codes.BAD_REFERENCE, span, message)
            return None
        target = self._look_up(name, span)
        if target is not None and "${" in target.text and type(target.value) is str:
            self._open.append((name, span))
            target = self._expand_scalar(target)
            self._open.pop()
        if target is not None:
            self._known[name] = target
        return target

    def _report_cycle(self, name: str, span: Span) -> None:
        """Report a cycle once, wherever it was entered: at its first reference in the text."""
        names = [opened for opened, _ in self._open]
        hops = [*self._open[names.index(name) + 1 :], (name, span)]
        spans = frozenset(place for _, place in hops)
        if spans in self._cycles:
            return
        self._cycles.add(spans)
        first = min(range(len(hops)), key=lambda at: hops[at][1].order)
        hops = [*hops[first:], *hops[:first]]
        self._sink.report(
            codes.REFERENCE_CYCLE,
            hops[0][1],
            messages.cycle([name for name, _ in hops]),
            secondary=tuple(Label(place, "part of the cycle") for _, place in hops[1:]),
            help="replace one of them by a value" if hops[1:] else "write the value itself",
        )

    def _look_up(self, name: str, span: Span) -> Scalar | None:
        tree: Tree | None = Mapping(self._roots, {}, span.file, 0, 0)
        steps = name.split(".")
        while steps and isinstance(tree, Mapping):
            # A label key may hold dots itself: the longest name that is there wins.
            size = next(
                (n for n in range(len(steps), 0, -1) if ".".join(steps[:n]) in tree.children), 0
            )
            if not size:
                self._report_unknown(name, steps, tree, span)
                return None
            tree = tree.children[".".join(steps[:size])]
            steps = steps[size:]
        if isinstance(tree, Scalar):
            if not steps:
                return tree
            self._report_unknown(name, steps, Mapping({}, {}, span.file, 0, 0), span)
            return None
        kind = "mapping" if isinstance(tree, Mapping) else "list"
        self._sink.report(
            codes.BAD_REFERENCE,
            span,
            f"`${{{name}}}` does not name a single value",
            label=f"this is a {kind}",
            help=messages.below(name, tree.children) if isinstance(tree, Mapping) else "",
        )
        return None

    def _report_unknown(self, name: str, steps: list[str], at: Mapping, span: Span) -> None:
        if steps[0] == MANAGEMENT_ROOT and MANAGEMENT_ROOT not in self._roots:
            return  # that the cluster has no management cluster is told already
        prefix = name[: len(name) - len(".".join(steps))]
        near = suggest(steps[0], at.children)
        label, remedy = messages.unknown_reference(prefix, steps, near, at.children)
        message = f"unknown reference `${{{name}}}`"
        self._sink.report(codes.UNKNOWN_REFERENCE, span, message, label=label, help=remedy)


def _inner_span(scalar: Scalar, found: re.Match[str]) -> Span:
    """Where the reference stands inside its scalar; the whole scalar when escapes hide it."""
    written, text = found[0], found.string
    raw = scalar.file.text[scalar.start : scalar.end]
    if raw.count(written) != text.count(written):
        return scalar.span
    at = raw.find(written)
    for _ in range(text.count(written, 0, found.start())):
        at = raw.find(written, at + 1)
    return Span(scalar.file, scalar.start + at, scalar.start + at + len(written))
