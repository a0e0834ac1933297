"""What rendering a NodeConfig finds on its way, beside the objects themselves."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.assets import asset_path
from hcpc.source.text import Span
from hcpc.syntax.tree import Mapping as Tree
from hcpc.syntax.tree import Path, Scalar, find, key_span, nearest_span


class KubeletObject(NamedTuple):
    """An object that configures the kubelet: its kind, and where it is asked for."""

    kind: str
    span: Span


class Gather:
    """Collects facts about one NodeConfig, with the places in its spec that answer for them.

    `claims` are things that can be said once in a pool, such as a file's path. `kubelet` is the
    object that configures the kubelet, of which a pool has one. `profiles` are TuneD profiles by
    name, and `labels` the node labels that their recommendations look at. `processors` is where
    some of a machine's processors are named by their numbers.
    """

    def __init__(self, tree: Tree, assets: Mapping[str, bytes], sink: Sink) -> None:
        self.tree = tree
        self.sink = sink
        self.claims: dict[str, Span] = {}
        self.kubelet: KubeletObject | None = None
        self.profiles: dict[str, Span] = {}
        self.labels: dict[str, Span] = {}
        self.runc: Span | None = None
        self.processors: Span | None = None
        self._assets = assets

    def key(self, path: Path) -> Span:
        """The place of a path's last key."""
        return key_span(self.tree, path)

    def value(self, path: Path) -> Span:
        """The place of the value at a path."""
        return nearest_span(self.tree, path)

    def claim(self, what: str, span: Span) -> None:
        """Note that this NodeConfig says something that can be said once; report a second time."""
        first = self.claims.setdefault(what, span)
        if first is not span:
            report_written_twice(what, span, (Label(first, "first written here"),), self.sink)

    def configure_kubelet(self, kind: str, span: Span) -> None:
        """Note a KubeletConfig or PerformanceProfile; report a second one."""
        found = KubeletObject(kind, span)
        if self.kubelet:
            labels = (Label(self.kubelet.span, "the other one"),)
            report_second(found, self.kubelet, span, labels, self.sink)
        self.kubelet = self.kubelet or found

    def content(self, said: Mapping[str, Any], path: Path) -> bytes | None:
        """The bytes of a text written here or in a file; None where neither is said."""
        if "text" in said:
            return str(said["text"]).encode("utf-8", "surrogatepass")
        named = find(self.tree, (*path, "fromFile"))
        # What cannot be read has a finding of its own.
        return self._assets.get(asset_path(named), b"") if isinstance(named, Scalar) else None

    def text(self, said: Mapping[str, Any], path: Path) -> str | None:
        """The same as text; a file that is none is a finding."""
        content = self.content(said, path)
        if content is None:
            return None
        try:
            return content.decode()
        except UnicodeDecodeError:
            span = self.value((*path, "fromFile"))
            self.sink.report(codes.NOT_UTF8, span, "a text has to be UTF-8, and this file is not")
            return ""


def without_nulls(data: Any) -> Any:
    """Data without its nulls: they say no more than a field that is not there."""
    if isinstance(data, dict):
        return {name: without_nulls(value) for name, value in data.items() if value is not None}
    return [without_nulls(item) for item in data] if isinstance(data, list) else data


def report_written_twice(
    what: str, span: Span, others: tuple[Label, ...], sink: Sink, *, remedy: str = ""
) -> None:
    """Report a thing that two parts of one pool's configuration say."""
    sink.report(
        codes.WRITTEN_TWICE,
        span,
        f"{what} is written twice for the same nodes",
        secondary=others,
        help=remedy or "keep one of the two",
        subjects=(what,),
    )


def report_second(
    found: KubeletObject,
    other: KubeletObject,
    span: Span,
    labels: tuple[Label, ...],
    sink: Sink,
) -> None:
    """Report a second object that configures the kubelet of one pool."""
    is_same = found.kind == other.kind
    sink.report(
        codes.NODE_CONFIG_CONFLICT,
        span,
        f"a node pool has one {found.kind} at most"
        if is_same
        else "a PerformanceProfile makes a KubeletConfig, and a node pool has one at most",
        secondary=labels,
        help="merge the two into one"
        if is_same
        else "say settings of the kubelet in the PerformanceProfile's annotation "
        "`kubeletconfig.experimental`",
    )
