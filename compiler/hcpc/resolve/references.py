"""References: `${…}` in text, replaced by the scalars they name.

A reference that is the whole text takes over the value's type; `$${` is a literal `${`.
"""

import re
from collections.abc import Callable, Collection
from collections.abc import Mapping as Names
from typing import NamedTuple, TypeAlias

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import suggest
from hcpc.resolve import messages
from hcpc.source.text import Span
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree, nearest_span

MANAGEMENT_ROOT = "managementCluster"
MAX_EXPANDED = 65_536
MAX_CHAIN = 64
MAX_NAME = 1_024
MAX_TOTAL = 4_000_000
"""Characters of all values of a cluster: several times what an API server takes for an object."""

_VALUE = 32
"""What a value counts for besides its text, because many small ones are a lot as well."""

_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}$]*)(\}?)")


Shape: TypeAlias = Callable[[list[str]], Collection[str]]
"""The names that there are at a path below a root; none where any name goes, or none can."""


class _Use(NamedTuple):
    """A reference as somebody wrote it: the name in it, all of its text, and where it stands."""

    name: str
    text: str
    span: Span


class Budget:
    """How much the values of one cluster may still come to, whoever expands them."""

    __slots__ = ("is_spent", "left")

    def __init__(self) -> None:
        self.left = MAX_TOTAL
        self.is_spent = False


class References:
    """Expands references against named roots, such as `cluster` and `spec`.

    Of a root in `shapes` only the names are known: references to it are checked, and become empty.
    Aliases and layers count for the budget too. When it is spent, that is a finding and the rest
    of the tree stays as it is.
    """

    def __init__(
        self,
        roots: Names[str, Tree],
        sink: Sink,
        *,
        shapes: Names[str, Shape] | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._roots = dict(roots)
        self._shapes = dict(shapes or {})
        self._sink = sink
        self.budget = budget or Budget()
        self._open: list[_Use] = []
        self._known: dict[str, Scalar] = {}

    def with_root(self, name: str, tree: Tree) -> "References":
        """The same with one more root."""
        roots = {**self._roots, name: tree}
        return References(roots, self._sink, shapes=self._shapes, budget=self.budget)

    def expand(self, tree: Tree) -> Tree:
        """The tree with references replaced; the very same object when there are none."""
        budget = self.budget
        if budget.left < 0:
            self._report_too_large(tree)
            return tree
        if type(tree) is Scalar:
            value = tree.value
            if type(value) is str and "${" in value:
                tree = self._expand_scalar(tree)
            budget.left -= len(tree.text)
            return tree
        if type(tree) is Mapping:
            changed = {}
            for name, child in tree.children.items():
                budget.left -= _VALUE + len(name)
                expanded = self.expand(child)
                if expanded is not child:
                    changed[name] = expanded
            if not changed:
                return tree
            return Mapping({**tree.children, **changed}, tree.keys, tree.file, tree.start, tree.end)
        assert isinstance(tree, Sequence)
        budget.left -= _VALUE * len(tree.items)
        items = [self.expand(item) for item in tree.items]
        if all(new is old for new, old in zip(items, tree.items, strict=True)):
            return tree
        return Sequence(items, tree.file, tree.start, tree.end)

    def _report_too_large(self, tree: Tree) -> None:
        if self.budget.is_spent:
            return
        self.budget.is_spent = True
        self._sink.report(
            codes.TOO_LARGE,
            nearest_span(tree, ()),
            f"the values of a cluster come to more than {MAX_TOTAL:,} characters",
            label="here it is too much",
            help="look for what references, aliases and layers repeat",
        )

    def _expand_scalar(self, scalar: Scalar) -> Scalar:
        text = str(scalar.value)
        places = _Places(scalar)
        parts: list[str] = []
        position = 0
        for found in _REFERENCE.finditer(text):
            parts.append(text[position : found.start()])
            position = found.end()
            if found[0] == "$${":
                parts.append("${")
                continue
            target = self._target(places, found)
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
            held = tuple(each[0] for each in _REFERENCE.finditer(text) if each[0] != "$${")
            self._sink.report(codes.BAD_REFERENCE, scalar.span, message, subjects=held)
            return scalar
        return Scalar(whole, whole, scalar.file, scalar.start, scalar.end)

    def _target(self, places: "_Places", found: re.Match[str]) -> Scalar | None:
        """The scalar that a reference names, itself expanded; None after a finding."""
        name = found[1].strip()
        if found[2] and name in self._known:
            return self._known[name]
        use = _Use(name, found[0], places.span(found))
        if not found[2] or not name:
            message, remedy = messages.malformed(found.string, found.end(), closed=bool(found[2]))
            self._report_bad(use, message, remedy=remedy)
            return None
        if len(name) > MAX_NAME:
            self._report_bad(use, f"the name in a reference has more than {MAX_NAME:,} characters")
            return None
        if any(name == opened.name for opened in self._open):
            self._report_cycle(use)
            return None
        if len(self._open) >= MAX_CHAIN:
            message = f"references refer to each other over more than {MAX_CHAIN} steps"
            self._report_bad(use, message)
            return None
        target = self._look_up(use)
        if target is not None and "${" in target.text and type(target.value) is str:
            self._open.append(use)
            target = self._expand_scalar(target)
            self._open.pop()
        if target is not None:
            self._known[name] = target
        return target

    def _report_bad(self, use: _Use, message: str, *, label: str = "", remedy: str = "") -> None:
        self._sink.report(
            codes.BAD_REFERENCE, use.span, message, label=label, help=remedy, subjects=(use.text,)
        )

    def _report_cycle(self, use: _Use) -> None:
        """Report a cycle at its first reference in the text: the same wherever it was entered."""
        names = [opened.name for opened in self._open]
        hops = [*self._open[names.index(use.name) + 1 :], use]
        first = min(range(len(hops)), key=lambda at: hops[at].span.order)
        hops = [*hops[first:], *hops[:first]]
        self._sink.report(
            codes.REFERENCE_CYCLE,
            hops[0].span,
            messages.cycle([hop.name for hop in hops]),
            secondary=tuple(Label(hop.span, "part of the cycle") for hop in hops[1:]),
            help="replace one of them by a value" if hops[1:] else "write the value itself",
            subjects=tuple(hop.text for hop in hops),
        )

    def _look_up(self, use: _Use) -> Scalar | None:
        steps = use.name.split(".")
        if steps[0] in self._shapes:
            return self._look_up_shape(use, steps)
        tree: Tree | None = Mapping(self._roots, {}, use.span.file, 0, 0)
        while steps and isinstance(tree, Mapping):
            # A label key may hold dots itself: the longest name that is there wins.
            size = next(
                (n for n in range(len(steps), 0, -1) if ".".join(steps[:n]) in tree.children), 0
            )
            if not size:
                is_root = tree.children is self._roots
                known = [*tree.children, *(self._shapes if is_root else ())]
                self._report_unknown(use, steps, known)
                return None
            tree = tree.children[".".join(steps[:size])]
            steps = steps[size:]
        if isinstance(tree, Scalar):
            if not steps:
                return tree
            self._report_unknown(use, steps, ())
            return None
        kind = "mapping" if isinstance(tree, Mapping) else "list"
        self._report_bad(
            use,
            f"`${{{use.name}}}` does not name a single value",
            label=f"this is a {kind}",
            remedy=messages.below(use.name, tree.children) if isinstance(tree, Mapping) else "",
        )
        return None

    def _look_up_shape(self, use: _Use, steps: list[str]) -> Scalar | None:
        """A value that is not known yet, in place of it, unless there can be none."""
        for at in range(1, len(steps)):
            known = self._shapes[steps[0]](steps[1:at])
            if not known:
                break
            if steps[at] not in known:
                self._report_unknown(use, steps[at:], known)
                return None
        return Scalar("", "", use.span.file, 0, 0)

    def _report_unknown(self, use: _Use, steps: list[str], known: Collection[str]) -> None:
        if steps[0] == MANAGEMENT_ROOT and MANAGEMENT_ROOT not in self._roots:
            return  # that the cluster has no management cluster is told already
        prefix = use.name[: len(use.name) - len(".".join(steps))]
        near = suggest(steps[0], known)
        label, remedy = messages.unknown_reference(prefix, steps, near, known)
        self._sink.report(
            codes.UNKNOWN_REFERENCE,
            use.span,
            f"unknown reference `${{{use.name}}}`",
            label=label,
            help=remedy,
            subjects=(use.text,),
        )


class _Places:
    """Where the references of one text stand in its file; found out when one is asked for."""

    __slots__ = ("_scalar", "_spans")

    def __init__(self, scalar: Scalar) -> None:
        self._scalar = scalar
        self._spans: dict[int, Span] | None = None

    def span(self, found: re.Match[str]) -> Span:
        """The reference itself; the whole scalar when escapes hide it."""
        if self._spans is None:
            self._spans = _inner_spans(self._scalar)
        return self._spans.get(found.start(), self._scalar.span)


def _inner_spans(scalar: Scalar) -> dict[int, Span]:
    """The places of the references in a text's file, by where they stand in the text."""
    raw = scalar.file.text[scalar.start : scalar.end]
    if raw.startswith(("'", '"')):
        raw = raw[:-1]
    written = _starts(raw)
    return {
        at: Span(scalar.file, scalar.start + start, scalar.start + start + len(text))
        for text, places in _starts(str(scalar.value)).items()
        if len(written.get(text, ())) == len(places)
        for at, start in zip(places, written[text], strict=True)
    }


def _starts(text: str) -> dict[str, list[int]]:
    """Where references begin, by what they say."""
    starts: dict[str, list[int]] = {}
    for found in _REFERENCE.finditer(text):
        starts.setdefault(found[0], []).append(found.start())
    return starts
