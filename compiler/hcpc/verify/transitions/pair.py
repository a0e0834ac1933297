"""A manifest as it was and as it is now, and how a difference between them is told."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import value_at
from hcpc.kube.manifest import Manifest
from hcpc.mapping.table import get
from hcpc.source.text import Span
from hcpc.syntax.tree import FieldPath, Path, dotted, find, key_span
from hcpc.verify.subject import Place, Subject

_LONGEST = 60


class Pair(NamedTuple):
    """One object at the base revision and now."""

    before: Subject
    after: Subject
    old: Manifest
    new: Manifest

    def was(self, path: FieldPath) -> Any:
        """The value at the base; None where there was none."""
        return get(self.old.body, path)

    def now(self, path: FieldPath) -> Any:
        """The value now; None where there is none."""
        return get(self.new.body, path)

    def said_was(self, path: Path) -> str:
        """The value at the base, for people."""
        return shown(_said(self.before, self.old, path))

    def said_now(self, path: Path) -> str:
        """The value now, for people."""
        return shown(_said(self.after, self.new, path))

    def place(self, path: Path) -> Place:
        """What answers for a path now."""
        return self.after.place(self.new, path)

    def title(self, path: Path) -> str:
        """What people call a path: in the spec if it stands there, else in the manifest."""
        place = self.place(path)
        of_pool = place.path[: len(self.new.source)] == self.new.source
        found = place.path[len(self.new.source) :] if of_pool else place.path
        return dotted(found) if found and not place.change else dotted(path)

    def tell(
        self,
        code: Code,
        path: Path,
        message: str,
        sink: Sink,
        *,
        help: str,  # noqa: A002  # the word people read in the output
        notes: tuple[str, ...] = (),
        was: str = "",
        secondary: tuple[Label, ...] = (),
        about: Path = (),
    ) -> None:
        """Report a change at the line that answers for it now, with the line that did at the base.

        `was` is what to say there; the value that stood there unless it is given. `secondary` are
        more labels. `about` is the field that it is about, if that is around the path.
        """
        span = span_of(self.after, self.new, path)
        base = span_of(self.before, self.old, path)
        said = f"at the base: {was or self.said_was(path)}"
        is_same_place = (base.file.path, base.start) == (span.file.path, span.start)
        sink.report(
            code,
            span,
            message,
            secondary=(*(() if is_same_place else (Label(base, said),)), *secondary),
            notes=(*((said,) if is_same_place else ()), *notes),
            help=help,
            subjects=(subject_of(self.new, about or path),),
        )


def span_of(subject: Subject, manifest: Manifest, path: Path) -> Span:
    """The place that answers for a path; where nobody wrote any of it, the name of its owner."""
    place = subject.place(manifest, path)
    if place.change or place.reason:
        return place.span
    own = place.path[len(manifest.source) :]
    tree, owner = subject.cluster.tree, manifest.source
    if manifest.origin is not None or (own and find(tree, (*owner, own[0])) is not None):
        return place.span
    return key_span(tree, owner) if owner else subject.cluster.name_span


def hosted_clusters(before: Subject, after: Subject) -> Pair:
    """The HostedCluster, then and now."""
    return Pair(before, after, before.hosted_cluster, after.hosted_cluster)


def node_pools(before: Subject, after: Subject) -> Iterator[Pair]:
    """The NodePools that are there then and now."""
    old = {each.name: each for each in before.node_pools}
    for new in after.node_pools:
        if new.name in old:
            yield Pair(before, after, old[new.name], new)


def all_pairs(before: Subject, after: Subject) -> Iterator[Pair]:
    """Every object that is there then and now."""
    old = {(each.kind, each.namespace, each.name): each for each in before.manifests}
    for new in after.manifests:
        found = old.get((new.kind, new.namespace, new.name))
        if found:
            yield Pair(before, after, found, new)


def differences(old: Any, new: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of the smallest values that differ; of a list with more or less items, the list."""
    match old, new:
        case dict(), dict():
            for name in sorted(old.keys() | new.keys()):
                yield from differences(old.get(name), new.get(name), (*path, name))
        case list(), list() if len(old) == len(new):
            for index, (one, other) in enumerate(zip(old, new, strict=True)):
                yield from differences(one, other, (*path, index))
        case _ if type(old) is not type(new) or old != new:
            yield path
        case _:
            pass


def _said(subject: Subject, manifest: Manifest, path: Path) -> Any:
    """A value as the spec has it, where that is one of the same kind; else as the manifest has it.

    A path of a manifest may lead to a part of what the spec says in one.
    """
    value = value_at(manifest.body, path)
    place = subject.place(manifest, path)
    of_spec = None if place.change else value_at(subject.cluster.spec, place.path)
    return of_spec if type(of_spec) is type(value) else value


def shown(value: Any) -> str:
    """A value in backticks, shortened when it is long; in words when there is none."""
    if value is None:
        return "not set"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if not text:
        return "empty"
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[: _LONGEST - 1]}…`"


def subject_of(manifest: Manifest, path: Path) -> str:
    """What a finding is about, for those that come later: an object and a path of it."""
    return "/".join([manifest.kind, manifest.namespace, manifest.name, *map(str, path)])
