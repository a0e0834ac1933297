"""References: `${…}` in text, replaced by the scalars they name.

A reference that is the whole text takes over the value's type; `$${` is a literal `${`.
"""

import re
from collections.abc import Mapping as Names

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.resolve import messages
from hcpc.source.text import Span
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree

_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}$]*)(\}?)")


class References:
    """Expands references against named roots, such as `cluster` and `spec`."""

    def __init__(self, roots: Names[str, Tree], sink: Sink) -> None:
        self._roots = dict(roots)
        self._sink = sink
        self._open: list[str] = []

    def with_root(self, name: str, tree: Tree) -> "References":
        """The same with one more root."""
        return References({**self._roots, name: tree}, self._sink)

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
        return Scalar(whole, whole, scalar.file, scalar.start, scalar.end)

    def _target(self, scalar: Scalar, found: re.Match[str]) -> Scalar | None:
        """The scalar that a reference names, itself expanded; None after a finding."""
        span = _inner_span(scalar, found)
        name = found[1].strip()
        if not found[2] or not name:
            message = "reference is empty" if found[2] else "reference is not closed"
            self._sink.report(codes.BAD_REFERENCE, span, message, help=messages.UNCLOSED_HELP)
            return None
        if name in self._open:
            chain = [*self._open[self._open.index(name) :], name]
            self._sink.report(codes.REFERENCE_CYCLE, span, messages.cycle(chain))
            return None
        target = self._look_up(name, span)
        if target is None or "${" not in target.text or type(target.value) is not str:
            return target
        self._open.append(name)
        try:
            return self._expand_scalar(target)
        finally:
            self._open.pop()

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
        if isinstance(tree, Scalar) and not steps:
            return tree
        kind = "a mapping" if isinstance(tree, Mapping) else "a list"
        where = (Label(tree.span, kind),) if isinstance(tree, Sequence) else ()
        message = f"`${{{name}}}` does not name a single value"
        if isinstance(tree, Scalar):
            self._report_unknown(name, steps, Mapping({}, {}, span.file, 0, 0), span)
            return None
        self._sink.report(
            codes.BAD_REFERENCE, span, message, label=f"it is {kind}", secondary=where
        )
        return None

    def _report_unknown(self, name: str, steps: list[str], at: Mapping, span: Span) -> None:
        known = at.children.keys()
        label = did_you_mean(steps[0], known)
        prefix = name[: len(name) - len(".".join(steps))]
        if label:
            label = label.replace("`", f"`{prefix}", 1)
        self._sink.report(
            codes.UNKNOWN_REFERENCE,
            span,
            f"unknown reference `${{{name}}}`",
            label=label,
            help=""
            if label
            else messages.listing(known, f"names under `{prefix[:-1]}`" if prefix else "roots"),
        )


def _inner_span(scalar: Scalar, found: re.Match[str]) -> Span:
    """Where the reference stands inside its scalar; the whole scalar when escapes moved it."""
    quote = 1 if scalar.file.text[scalar.start : scalar.start + 1] in {"'", '"'} else 0
    start = scalar.start + quote + found.start()
    if scalar.file.text[start : start + len(found[0])] == found[0]:
        return Span(scalar.file, start, start + len(found[0]))
    return scalar.span
