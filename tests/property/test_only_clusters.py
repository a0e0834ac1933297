"""Whether a file holds only clusters is told by its text, and parsing it never says otherwise."""

from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.resolve.small_fleet import cluster, document

from hcpc.diagnostics.sink import Sink
from hcpc.resolve.document import read_document
from hcpc.resolve.fleet import holds_only_clusters
from hcpc.source.text import SourceFile
from hcpc.syntax.parse import parse

CLUSTER = cluster("demo")
PROFILE = document("Profile", "gold", "fips: true\n")
HEADS = [
    '"kind": Profile',
    "'kind': Profile",
    '"k\\x69nd": Profile',
    '"ki\\\n  nd": Profile',
    "? kind\n: Profile",
    "? 'kind' \n: Profile",
    "!!str kind: Profile",
    "&a kind: Profile",
    "kind: !!str Profile",
    "kind: &a Profile",
    "kind:\n  Profile",
    "kind: >-\n  Profile",
    "kind : Profile",
    "a: &a kind\n*a : Profile",
    "a: &a Profile\nkind: *a",
    "a: &a {b: 1}\n<<: *a\nkind: Profile",
]
"""Ways to say that a document is a Profile."""
DOCUMENTS = st.sampled_from(
    [
        CLUSTER,
        CLUSTER.replace("Cluster", "Cluster  # kind"),
        CLUSTER.replace("\n", "\r\n"),
        f"# one\n{CLUSTER}",
        PROFILE.replace("\n", "\r\n"),
        *(PROFILE.replace("kind: Profile", head) for head in HEADS),
        '{"apiVersion": "hcpc.dev/v1alpha1", "kind": "Profile", "metadata": {"name": "x"}}\n',
        "{apiVersion: hcpc.dev/v1alpha1,\nkind: Profile, metadata: {name: x}}\n",
        "apiVersion: hcpc.dev/v1alpha1\nmetadata: {name: x}\nspec: |\n  kind: Cluster\n",
    ]
)
PIECES = st.sampled_from(
    [
        "kind: Cluster\n",
        "kind: Profile\n",
        "kind",
        "apiVersion: hcpc.dev/v1alpha1\n",
        "metadata: {name: x}\n",
        *"'\"\\|>{}[],:?#&*!%-",
        *("---\n", "...\n", "\n", "\r", "\x85", "\u2028", "\ufeff", "\t", "  ", "a: "),
    ]
)
BOUNDARIES = st.sampled_from(["---\n", "...\n---\n", "--- # next\n", "\r---\n", "---\r", ""])
TEXTS = st.lists(
    st.tuples(DOCUMENTS | st.lists(PIECES, max_size=8).map("".join), BOUNDARIES),
    min_size=1,
    max_size=4,
).map(lambda parts: "".join(text + boundary for text, boundary in parts))


@given(TEXTS)
@example(CLUSTER + "---\n" + PROFILE.replace("kind", '"k\\x69nd"'))
def test_a_file_that_looks_like_clusters_only_holds_clusters_only(text: str) -> None:
    file = SourceFile("a.yaml", text)
    read = [read_document(tree, Sink()) for tree in parse(file, Sink())]
    kinds = {document.kind for document in read if document}
    assert not holds_only_clusters(file) or kinds <= {"Cluster"}


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=4))
def test_what_people_write_looks_like_clusters_only(names: list[str]) -> None:
    assert holds_only_clusters(SourceFile("a.yaml", "---\n".join(map(cluster, names))))
