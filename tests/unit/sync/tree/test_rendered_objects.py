"""The objects of a rendered file: what can be applied, with a digest of what it means."""

import json

import pytest
from tests.unit.sync.trees import config_map, hosted_cluster, text

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.errors import TreeError
from hcpc.sync.records import Wave
from hcpc.sync.tree.rendered_objects import LARGEST, rendered_objects, wave_of

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def only_digest(content: str) -> str:
    [found] = rendered_objects(content.encode())
    return found.digest


def test_an_object_is_what_the_file_says() -> None:
    [found] = rendered_objects(text(hosted_cluster("a", fips=False)).encode())
    assert found.body == hosted_cluster("a", fips=False)
    assert found.ref == ObjectRef("hypershift.openshift.io", "HostedCluster", "clusters", "a")
    assert (found.api_version, found.wave) == (
        "hypershift.openshift.io/v1beta1",
        Wave.HOSTED_CLUSTER,
    )


def test_the_digest_is_that_of_the_meaning() -> None:
    again = "# a comment\nkind: ConfigMap\nmetadata:\n  name: 'a'\napiVersion: v1\n"
    assert only_digest(OBJECT) == only_digest(again)
    assert only_digest(OBJECT + "data: {a: '1'}\n") != only_digest(OBJECT)
    assert only_digest(OBJECT + "x: 1\n") == only_digest(OBJECT + "x: 1.0\n")
    assert only_digest(OBJECT + "x: 1\n") != only_digest(OBJECT + "x: true\n")
    assert only_digest(OBJECT + "x: 1\n") != only_digest(OBJECT + "x: '1'\n")


def test_numbers_without_a_fraction_are_whole_ones() -> None:
    [found] = rendered_objects(f"{OBJECT}x: [1.0, 1.5, 2e3, 1e300]\n".encode())
    assert json.dumps(found.body["x"]) == "[1, 1.5, 2000, 1e+300]"


def test_times_stay_text() -> None:
    [found] = rendered_objects(f"{OBJECT}x: 2026-01-01\n".encode())
    assert found.body["x"] == "2026-01-01"


def test_lists_are_taken_apart() -> None:
    items = [config_map("a"), hosted_cluster("b")]
    both = {"apiVersion": "v1", "kind": "List", "items": items}
    found = rendered_objects(json.dumps(both).encode())
    assert [each.ref.name for each in found] == ["a", "b"]
    assert found[0].digest == only_digest(text(config_map("a")))


def test_a_file_may_have_several_documents_or_only_comments() -> None:
    both = f"---\n{OBJECT}---\n# nothing\n---\n{OBJECT.replace('a}', 'b}')}"
    assert [each.ref.name for each in rendered_objects(both.encode())] == ["a", "b"]
    assert rendered_objects(b"# nothing\n") == ()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("a: [\n", "it is no YAML: line 2"),
        ("- 1\n", "something that is no object"),
        ("text\n", "something that is no object"),
        ("kind: ConfigMap\nmetadata: {name: a}\n", "without an apiVersion"),
        ("apiVersion: v1\nmetadata: {name: a}\n", "without an apiVersion or a kind"),
        ("apiVersion: 1\nkind: ConfigMap\nmetadata: {name: a}\n", "without an apiVersion"),
        ("apiVersion: a/b/c\nkind: X\nmetadata: {name: a}\n", "has `a/b/c` for an apiVersion"),
        ("apiVersion: /v1\nkind: X\nmetadata: {name: a}\n", "has `/v1` for an apiVersion"),
        ("apiVersion: v1\nkind: ConfigMap\n", "its ConfigMap has no fixed name"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n", "its ConfigMap has no name"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 1}\n", "its ConfigMap has no name"),
        (OBJECT.replace("name: a", "generateName: a"), "give it `metadata.name`"),
        (OBJECT.replace("name: a", "name: a, generateName: a"), "give it `metadata.name`"),
        (OBJECT.replace("name: a", "name: a, namespace: 1"), "a namespace that is no text"),
        (text(hosted_cluster()).replace("  namespace: clusters\n", ""), "a has no namespace"),
        (OBJECT.replace("name: a", "name: .."), "a name that none can have: '..'"),
        (OBJECT.replace("name: a", "name: a/b"), "a name that none can have: 'a/b'"),
        (OBJECT.replace("name: a", "name: a%2fb"), "a name that none can have: 'a%2fb'"),
        (OBJECT.replace("name: a", "name: a, namespace: ."), "a namespace that none can have"),
        (OBJECT.replace("name: a", "name: a, namespace: b/c"), "a namespace that none can have"),
        ("apiVersion: a/..\nkind: X\nmetadata: {name: a}\n", "has `a/..` for an apiVersion"),
        (f"{OBJECT}a: &a [x]\nb: *a\n", "it is no YAML: line 5: it has an alias (`*a`)"),
        ("apiVersion: v1\nkind: List\nitems: 1\n", "the items of its List are no list"),
        (f"{OBJECT}data: {{1: a}}\n", "ConfigMap a has keys that are no texts"),
        (f"{OBJECT}data: {{a: .inf}}\n", "ConfigMap a has values that JSON has not"),
        (f"{OBJECT}data: {{a: !!binary aGk=}}\n", "ConfigMap a has values that JSON has not"),
    ],
)
def test_what_could_not_be_applied_is_refused_in_words(content: str, what: str) -> None:
    with pytest.raises(TreeError) as raised:
        rendered_objects(content.encode())
    assert what in str(raised.value)


def test_a_few_lines_that_would_be_gigabytes_are_refused() -> None:
    levels = "".join(f"a{each}: &a{each} [{f'*a{each - 1},' * 9}]\n" for each in range(1, 12))
    with pytest.raises(TreeError, match="it has an alias"):
        rendered_objects(f"{OBJECT}a0: &a0 [x]\n{levels}".encode())


def test_stars_and_ampersands_are_no_aliases() -> None:
    [found] = rendered_objects(f"{OBJECT}x: ['*', '&a', 'a && b *c']\ny: &b 1\n".encode())
    assert found.body["x"] == ["*", "&a", "a && b *c"]


def test_a_file_larger_than_any_object_is_refused() -> None:
    content = OBJECT.encode() + b"#" * LARGEST
    with pytest.raises(TreeError, match=f"has {len(content)} bytes, and may have {LARGEST}"):
        rendered_objects(content)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(TreeError, match="it is not UTF-8"):
        rendered_objects(b"\xff")


@pytest.mark.parametrize(
    ("group", "kind", "wave"),
    [
        ("", "Namespace", Wave.NAMESPACE),
        ("apiextensions.k8s.io", "CustomResourceDefinition", Wave.CRD),
        ("", "ConfigMap", Wave.CONFIG),
        ("", "Secret", Wave.CONFIG),
        ("", "ServiceAccount", Wave.CONFIG),
        ("external-secrets.io", "ExternalSecret", Wave.CONFIG),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding", Wave.CONFIG),
        ("hypershift.openshift.io", "HostedCluster", Wave.HOSTED_CLUSTER),
        ("hypershift.openshift.io", "NodePool", Wave.NODE_POOL),
        ("velero.io", "Schedule", Wave.REST),
        ("example.com", "Namespace", Wave.REST),
    ],
)
def test_each_kind_has_its_wave(group: str, kind: str, wave: Wave) -> None:
    assert wave_of(ObjectRef(group, kind, "", "x")) is wave
