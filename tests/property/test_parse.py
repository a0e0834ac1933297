"""Laws of the YAML reader: it never raises, its places are true, and it reads what was written."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile
from hcpc.syntax.events import OpenParser, fast_parser, portable_parser
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree, plain

BOTH = pytest.mark.parametrize("parser", [fast_parser, portable_parser])

SPEC = """\
apiVersion: hcpc.dev/v1alpha1
kind: Cluster
metadata:
  name: payments
  labels: {team: payments, tier: gold}   # flow
spec:
  release: 4.17.9
  profiles: [gold, "it's"]
  etcd: &etcd {storageClass: lvm, size: 8Gi}
  backup: *etcd
  note: |
    two
    lines
  nodePools:
    workers:
      replicas: 3
      taints:
      - key: infra
        effect: NoSchedule
---
kind: Profile
metadata: {name: !!str 12}
spec: {cluster: {fips: true, pause: ~, "region": 'no', url: "${cluster.name}"}}
"""

# What means something to YAML, and what has broken readers before.
SIGNS = st.one_of(
    st.sampled_from("\t\n:#'\"[]{},|>%@`!&*~\\x\r\ufeff\x00\x85\u2028\ud800\U0001f600\xa0"),
    st.sampled_from(["  ", "- ", ": ", "? ", "&a ", "*a", "<<: ", "{{", "}}", "${", "null"]),
    st.sampled_from(["!!str ", "!<", "!a!b ", ">2-\n", "\r\n", "\\x4", "\\u12"]),
    st.sampled_from(["---\n", "...\n", "%YAML 1.2\n", "%TAG ! x\n"]),
)


@st.composite
def mutated_specs(draw: st.DrawFn) -> str:
    text = SPEC
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        cut = draw(st.sampled_from([0, 0, 1, 2, 5, 60, len(text)]))
        text = text[:start] + draw(SIGNS | st.text(max_size=3)) + text[start + cut :]
    return text


TEXTS = (
    st.text(st.characters())  # surrogates and control characters included
    | st.lists(SIGNS, max_size=40).map("".join)
    | st.binary(max_size=200).map(lambda content: content.decode("latin-1"))
    | mutated_specs()
)


def read(text: str, parser: OpenParser) -> tuple[list[Tree], list[Diagnostic]]:
    sink = Sink()
    return parse(SourceFile("spec.yaml", text), sink, open_parser=parser), sink.findings()


def subtrees(tree: Tree) -> Iterator[Tree]:
    yield tree
    match tree:
        case Sequence(items=items):
            inner = items
        case Mapping(children=children, keys=keys):
            inner = [*children.values(), *keys.values()]
        case Scalar():
            return
    for child in inner:
        yield from subtrees(child)


@BOTH
@given(text=TEXTS)
@example(text="[" * 100_000)
@example(text="- &a [*a]\n---\n" * 100)
@example(text="".join(f"&{n} [*{n - 1},*{n - 1}]," for n in range(1, 60)).join("[]"))
def test_no_text_makes_it_raise_and_every_place_is_inside(text: str, parser: OpenParser) -> None:
    trees, findings = read(text, parser)
    assert trees or findings
    for tree in trees:
        assert not isinstance(tree, Scalar) or tree.value is not None
        for part in subtrees(tree):
            assert 0 <= part.start <= part.end <= len(text)
    for finding in findings:
        for label in (finding.primary, *finding.secondary):
            assert 0 <= label.span.start <= label.span.end <= len(text)


@given(text=TEXTS)
@example(text="&a\r\x85!b\u2028c")
def test_plain_leaves_read_back_from_their_place(text: str) -> None:
    for tree in read(text, fast_parser)[0]:
        for leaf in subtrees(tree):
            written = text[leaf.start : leaf.end]
            if isinstance(leaf, Scalar) and len(written.splitlines()) == 1:
                quoted = written[0] in "'\"|>*"
                assert quoted or leaf.text == written


@given(text=TEXTS)
def test_parents_hold_their_children(text: str) -> None:
    """Except those that an alias stands for, which are elsewhere."""
    if "*" in text:
        return
    for tree in read(text, fast_parser)[0]:
        for part in subtrees(tree):
            for child in subtrees(part):
                assert part.start <= child.start <= child.end <= part.end


@given(text=TEXTS)
def test_only_shared_subtrees_and_no_cycles_come_out(text: str) -> None:
    trees = read(text, fast_parser)[0]
    for tree in trees:
        assert sum(1 for _ in subtrees(tree)) < 2 * (len(text) + 10_000)


class QuotingDumper(yaml.SafeDumper):
    """Writes every text in double quotes, so that no reader has a choice."""


QuotingDumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)

leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=20)
keys = st.text(min_size=1, max_size=8)
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
).filter(lambda document: document is not None)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, object]:
    document = draw(documents)
    text = yaml.dump(
        document,
        Dumper=QuotingDumper,
        default_flow_style=draw(st.sampled_from([True, False, None])),
        allow_unicode=draw(st.booleans()),
        indent=draw(st.sampled_from([None, 2, 4])),
        width=draw(st.sampled_from([20, 80, 1000])),
        line_break=draw(st.sampled_from(["\n", "\r\n"])),
    )
    return text, document


@BOTH
@given(pair=written())
def test_it_reads_what_pyyaml_wrote_and_reads(pair: tuple[str, object], parser: OpenParser) -> None:
    text, document = pair
    trees, findings = read(text, parser)
    assert findings == []
    assert [plain(tree) for tree in trees] == [document] == [yaml.safe_load(text)]


@BOTH
@given(
    pairs=st.lists(written(), min_size=1, max_size=4),
    broken=st.sampled_from(["[", "'", "a: ]", "\x07", "*x"]),
)
def test_a_broken_document_changes_no_other(
    pairs: list[tuple[str, object]], broken: str, parser: OpenParser
) -> None:
    text = "".join(f"---\n{text}---\n{broken}\n" for text, _ in pairs)
    trees, findings = read(text, parser)
    assert [plain(tree) for tree in trees] == [document for _, document in pairs]
    assert len(findings) == len(pairs)
