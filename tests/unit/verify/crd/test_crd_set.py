"""CRD sets: made of CRDs, written and read."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcpc.verify.crd.crd_set import CrdError, CrdSet, compact, kinds_of, read_set, write_set
from hcpc.verify.crd.import_set import import_set
from hcpc.verify.crd.rules import unchecked_rules
from hcpc.verify.crd.verdict import check_object

SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A thing.",
    "properties": {
        "description": {"type": "string", "description": "What it is for.", "title": "T"},
        "spec": {
            "type": "object",
            "additionalProperties": {"type": "string", "description": "…"},
            "default": {"description": "kept"},
            "x-kubernetes-validations": [{"rule": "true", "message": "kept"}],
            "anyOf": [{"required": ["a"], "description": "…"}],
        },
    },
}


def version(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": SCHEMA},
        **more,
    }


def crd(*versions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.tests.example.com"},
        "spec": {
            "group": "tests.example.com",
            "names": {"kind": "Thing", "plural": "things"},
            "scope": "Namespaced",
            "versions": list(versions),
            **more,
        },
    }


def test_a_set_keeps_what_decides_and_drops_what_is_for_people() -> None:
    assert compact(SCHEMA) == {
        "type": "object",
        "properties": {
            "description": {"type": "string"},
            "spec": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "default": {"description": "kept"},
                "x-kubernetes-validations": [{"rule": "true", "message": "kept"}],
                "anyOf": [{"required": ["a"]}],
            },
        },
    }


def test_only_served_versions_are_taken_with_what_stands_beside_the_schema() -> None:
    status = {"status": {}, "scale": {"specReplicasPath": ".spec.replicas"}}
    document = crd(version("v1", subresources=status), version("v0", served=False), scope="Cluster")
    [kind] = kinds_of(document)
    assert (kind.api_version, kind.kind, kind.plural) == ("tests.example.com/v1", "Thing", "things")
    assert (kind.has_status, kind.replicas, kind.namespaced) == (
        True,
        ("spec", "replicas"),
        False,
    )


def test_a_set_reads_back_as_it_was_written() -> None:
    kinds = kinds_of(crd(version("v1"), version("v2", subresources={"status": {}})))
    text = write_set(kinds)
    found = read_set("some", text.encode())
    assert found == CrdSet("some", {(kind.api_version, kind.kind): kind for kind in kinds})
    assert write_set(reversed(kinds)) == text
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"apiVersion": "hcpc.dev/v1alpha1", "kind": "CrdSet"}',
        b"[" * 9999,
    ],
)
def test_what_is_no_set_is_told(content: bytes) -> None:
    with pytest.raises(CrdError, match="not a file that `hcpc schema import` wrote"):
        read_set("some", content)


def test_sets_are_made_of_yaml_and_json_with_one_document_or_many() -> None:
    one, two = crd(version("v1")), crd(version("v1"), names={"kind": "Other", "plural": "others"})
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": [one, two]})
    streamed = f"---\n{json.dumps(one)}\n---\nkind: ConfigMap\n---\n{json.dumps(two)}\n---\n"
    text = import_set([("a", listed)])
    assert import_set([("a", streamed)]) == text
    assert import_set([("b", json.dumps(two)), ("a", json.dumps(one))]) == text
    assert import_set([("a", listed)], ["tests.example.com"]) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "crds.yaml: line 2, column 1: "),
        ("kind: ConfigMap", "crds.yaml: there is no served CustomResourceDefinition in it"),
        ("", "crds.yaml: there is no served CustomResourceDefinition in it"),
        (json.dumps(crd()), "crds.yaml: there is no served CustomResourceDefinition in it"),
        (
            json.dumps({**crd(version("v1")), "apiVersion": "apiextensions.k8s.io/v1beta1"}),
            "crds.yaml: CustomResourceDefinition `things.tests.example.com` is of ",
        ),
        (
            json.dumps({**crd(), "spec": {"versions": []}}),
            "crds.yaml: CustomResourceDefinition `things.tests.example.com` is not whole: ",
        ),
    ],
)
def test_a_file_of_no_use_is_told_with_its_name(text: str, message: str) -> None:
    with pytest.raises(CrdError) as raised:
        import_set([("crds.yaml", text)])
    assert str(raised.value).startswith(message)


def test_two_crds_of_one_kind_must_agree() -> None:
    other = version("v1", schema={"openAPIV3Schema": {"type": "object"}})
    first = ("a.yaml", json.dumps(crd(version("v1"))))
    assert import_set([first, first])
    with pytest.raises(CrdError, match=r"b\.yaml: Thing of `.*` is not as in a\.yaml"):
        import_set([first, ("b.yaml", json.dumps(crd(other)))])


def test_groups_that_no_crd_is_in_are_told() -> None:
    with pytest.raises(CrdError, match=r"^a: there is no served CRD of velero\.io in it$"):
        import_set([("a", json.dumps(crd(version("v1"))))], ["velero.io"])


def test_numbers_and_words_are_read_as_kubernetes_reads_them() -> None:
    text = json.dumps(crd(version("v1"))).replace('"description": "kept"', '"when": "x"')
    yaml = text.replace('"x"', "[2026-01-01, 1e3, 0.5, yes]")
    [kind] = read_set("some", import_set([("a", "---\n" + yaml)]).encode()).kinds.values()
    assert kind.schema["properties"]["spec"]["default"] == {
        "when": ["2026-01-01", 1000.0, 0.5, True]
    }


def test_a_limit_that_is_no_number_is_told_with_its_file() -> None:
    odd = version("v1", schema={"openAPIV3Schema": {"maxProperties": "3"}})
    with pytest.raises(CrdError, match=r"^crds\.yaml: .*maxProperties` is not a whole number$"):
        import_set([("crds.yaml", json.dumps(crd(odd)))])


def test_a_type_that_does_not_exist_is_told() -> None:
    odd = version("v1", schema={"openAPIV3Schema": {"type": "map"}})
    with pytest.raises(CrdError, match=r"type`: `map` is no type that a CRD can have$"):
        import_set([("crds.yaml", json.dumps(crd(odd)))])


@pytest.mark.parametrize(
    ("versions", "fault"),
    [
        (5, "`spec.versions` is not a list"),
        (None, "`spec.versions` is missing"),
        ([5], "`spec.versions[0]` is not a mapping"),
        ([None], "`spec.versions[0]` is missing"),
        ([{"name": "v1"}], "`spec.versions[0].served` is missing"),
        ([{**version("v1"), "name": 1}], "`spec.versions[0].name` is not a text"),
        ([version("v1", schema=[])], "`spec.versions[0].schema` is not a mapping"),
        ([version("v1", schema={})], "`spec.versions[0].schema.openAPIV3Schema` is missing"),
        (
            [version("v1", subresources={"scale": {"specReplicasPath": 1}})],
            "`spec.versions[0].subresources.scale.specReplicasPath` is not a text",
        ),
    ],
)
def test_versions_that_are_none_are_told_in_plain_words(versions: Any, fault: str) -> None:
    with pytest.raises(CrdError) as raised:
        kinds_of(crd(versions=versions))
    title = "CustomResourceDefinition `things.tests.example.com`"
    assert str(raised.value) == f"{title} is not whole: {fault}"


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ([1], "`s` is not a mapping"),
        ({1: "a"}, "`s` has a name that is not a text"),
        ({"properties": [1]}, "`s.properties` is not a mapping"),
        ({"properties": {"spec": [1]}}, "`s.properties.spec` is not a mapping"),
        ({"properties": {"spec": None}}, "`s.properties.spec` is missing"),
        ({"items": [{}]}, "`s.items` is not a mapping"),
        ({"additionalProperties": 3}, "`s.additionalProperties` is not a mapping"),
        ({"anyOf": {}}, "`s.anyOf` is not a list"),
        ({"anyOf": [{"not": 1}]}, "`s.anyOf[0].not` is not a mapping"),
        ({"type": ["string"]}, "`s.type`: it is no type that a CRD can have"),
        ({"pattern": 3}, "`s.pattern` is not a text"),
        ({"maximum": "3"}, "`s.maximum` is not a number"),
        ({"minimum": True}, "`s.minimum` is not a number"),
        ({"multipleOf": []}, "`s.multipleOf` is not a number"),
        ({"maximum": float("inf")}, "`s.maximum` is not a number"),
        ({"maximum": 10**400}, "`s.maximum` is not a number"),
        ({"maxLength": "3"}, "`s.maxLength` is not a whole number"),
        ({"minItems": 1.5}, "`s.minItems` is not a whole number"),
        ({"maxProperties": 2**63}, "`s.maxProperties` is not a whole number"),
        ({"nullable": "yes"}, "`s.nullable` is not true or false"),
        ({"enum": "a"}, "`s.enum` is not a list"),
        (
            {"x-kubernetes-list-type": "sett"},
            "`s.x-kubernetes-list-type`: `sett` is no type of a list that a CRD can have",
        ),
        (
            {"x-kubernetes-validations": [{"message": "no"}]},
            "`s.x-kubernetes-validations[0].rule` is missing",
        ),
        ({"required": "a"}, "`s.required` is not a list"),
        ({"x-kubernetes-list-map-keys": [1]}, "`s.x-kubernetes-list-map-keys[0]` is not a text"),
        ({"default": [b"a"]}, "`s.default` is a value that JSON does not have"),
        ({"x-kubernetes-validations": {}}, "`s.x-kubernetes-validations` is not a list"),
        ({"x-kubernetes-validations": [3]}, "`s.x-kubernetes-validations[0]` is not a mapping"),
        (
            {"x-kubernetes-validations": [{"rule": "self.("}, 5, {"rule": 3}]},
            "`s.x-kubernetes-validations[1]` is not a mapping",
        ),
        *(
            (
                {"x-kubernetes-validations": [{"rule": "true", word: 3}]},
                f"`s.x-kubernetes-validations[0].{word}` is not a text",
            )
            for word in ("rule", "message", "messageExpression", "fieldPath", "reason")
        ),
    ],
)
def test_schemas_that_no_crd_can_have_are_told(schema: Any, fault: str) -> None:
    with pytest.raises(CrdError) as raised:
        compact(schema, ("s",))
    assert str(raised.value) == fault


def test_whole_numbers_may_be_written_as_yaml_writes_them() -> None:
    found = compact({"maxLength": 1e3, "maximum": 1e3, "minimum": 0.5})
    assert json.dumps(found) == '{"maxLength": 1000, "maximum": 1000.0, "minimum": 0.5}'


def changed(document: Any, path: tuple[Any, ...], value: Any) -> bytes:
    """The text of a set with another value at a place, or without the place."""
    document = json.loads(json.dumps(document))
    below = document
    for step in path[:-1]:
        below = below[step]
    if value is GONE:
        del below[path[-1]]
    else:
        below[path[-1]] = value
    return json.dumps(document).encode()


GONE = object()
RICH = compact(
    {
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "required": ["size"],
                "minProperties": 1,
                "properties": {
                    "size": {"type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 2},
                    "name": {"type": "string", "pattern": "^a", "maxLength": 3, "default": "a"},
                    "when": {"type": "string", "format": "date-time", "nullable": True},
                    "mode": {"enum": ["a", 1], "x-kubernetes-int-or-string": True},
                    "list": {
                        "type": "array",
                        "maxItems": 3,
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["k"],
                        "items": {"type": "object", "properties": {"k": {"type": "string"}}},
                    },
                    "set": {
                        "type": "array",
                        "x-kubernetes-list-type": "set",
                        "items": {"type": "string", "not": {"maxLength": 1}},
                    },
                    "map": {
                        "type": "object",
                        "x-kubernetes-map-type": "granular",
                        "additionalProperties": {"type": "number", "exclusiveMinimum": True},
                    },
                    "any": {
                        "anyOf": [{"minimum": 3}, {"required": ["a"]}],
                        "type": "object",
                        "properties": {"a": {"type": "integer"}},
                    },
                    "raw": {
                        "type": "object",
                        "x-kubernetes-embedded-resource": True,
                        "x-kubernetes-preserve-unknown-fields": True,
                    },
                },
                "x-kubernetes-validations": [
                    {"rule": "self.size > 0", "messageExpression": "'a'", "fieldPath": ".size"},
                    {"rule": "self == oldSelf", "message": "no", "optionalOldSelf": False},
                ],
            }
        },
    }
)
SET = json.loads(
    write_set(
        kinds_of(
            crd(
                version(
                    "v1",
                    schema={"openAPIV3Schema": RICH},
                    subresources={"status": {}, "scale": {"specReplicasPath": ".spec.size"}},
                )
            )
        )
    )
)
OBJECT: dict[str, Any] = {
    "apiVersion": "tests.example.com/v1",
    "kind": "Thing",
    "metadata": {"name": "x"},
    "spec": {
        "size": 4,
        "name": "ab",
        "when": "2026-01-01T00:00:00Z",
        "mode": 1,
        "list": [{"k": "a"}, {"k": "b"}],
        "set": ["aa", "bb"],
        "map": {"a": 1.5},
        "any": {"a": 1},
        "raw": {"apiVersion": "v1", "kind": "A", "metadata": {"name": "b"}},
    },
}
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-2, 2),
        st.sampled_from([2**70, 10**400, 1.5, float("inf"), float("nan")]),
        st.sampled_from(["", "a", "3", "string", "object", "array", "set", "map", "self.", "self"]),
    ),
    lambda below: st.one_of(
        st.lists(below, max_size=2),
        st.dictionaries(st.sampled_from(["type", "rule", "a", "items", "default"]), below),
    ),
    max_leaves=3,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """All places of a document but itself."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for step, below in inner if isinstance(value, dict | list) else ():
        yield (*path, step)
        if isinstance(below, dict | list):
            yield from places(below, (*path, step))


def test_the_set_and_the_object_that_are_changed_are_right() -> None:
    [kind] = read_set("some", json.dumps(SET).encode()).kinds.values()
    assert check_object(kind, OBJECT) == []
    assert check_object(kind, OBJECT, OBJECT) == []


@settings(max_examples=500)
@given(st.sampled_from(list(places(SET))), st.one_of(VALUES, st.just(GONE)))
def test_a_set_changed_by_hand_is_refused_in_words_or_can_be_used(
    path: tuple[Any, ...], value: Any
) -> None:
    try:
        found = read_set("some", changed(SET, path, value))
    except CrdError:
        return
    for kind in found.kinds.values():
        check_object(kind, OBJECT)
        check_object(kind, OBJECT, OBJECT)
        unchecked_rules(kind)


@pytest.mark.parametrize("word", ["maximum", "minimum", "multipleOf", "maxLength", "maxItems"])
def test_no_limit_may_be_a_text(word: str) -> None:
    for path in (each for each in places(SET) if each[-1] == word):
        with pytest.raises(CrdError, match=rf"{word}` is not a (whole )?number$"):
            read_set("some", changed(SET, path, "3"))


def test_a_kind_twice_is_told() -> None:
    twice = {**SET, "kinds": SET["kinds"] * 2}
    with pytest.raises(CrdError, match=r"it has Thing of `tests\.example\.com/v1` twice$"):
        read_set("some", json.dumps(twice).encode())


def test_what_is_wrong_with_a_set_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps({**SET, "kinds": 3}).encode()
    for _ in range(3):
        with pytest.raises(CrdError, match="`kinds` is not a list"):
            read_set("some", content)
        monkeypatch.setattr("hcpc.verify.crd.crd_set.json.loads", None)


def test_null_is_as_good_as_nothing() -> None:
    nothing = {"properties": None, "type": None, "x-kubernetes-validations": None, "items": None}
    assert compact({**nothing, "additionalProperties": True}) == {"additionalProperties": True}


def test_a_schema_that_is_too_deep_is_told() -> None:
    deep = crd(version("v1", schema={"openAPIV3Schema": "DEEP"}))
    text = json.dumps(deep).replace('"DEEP"', '{"items": ' * 450 + "{}" + "}" * 450)
    with pytest.raises(CrdError, match="nested too deeply"):
        import_set([("crds.yaml", text)])
