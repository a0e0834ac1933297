"""The syntax of field tables, and the JSON Schema that a table becomes."""

import json
from textwrap import dedent

import pytest

from hcpc.verify.fields import (
    TABLES,
    Bounds,
    Field,
    Presence,
    TableError,
    expand,
    json_schema,
    manifest_schema_files,
    parse_table,
    read_table,
)


def fields(text: str) -> dict[str, Field]:
    """The object's own fields of a table, by dotted path."""
    own = parse_table(dedent(text), "test.fields")[""]
    return {".".join(path): field for path, field in own.items() if path}


def test_a_line_is_a_path_a_type_and_attributes() -> None:
    table = fields(
        """
        # a comment
        spec.name   text    required immutable len=1..63 match=^[a-z]+$
        spec.nodes  int32   val=0.. default=3
        spec.tags   []text  set items=..5 len=36
        """
    )
    assert table == {
        "spec": Field(),
        "spec.name": Field(
            "text", required=True, immutable=True, length=Bounds(1, 63), match="^[a-z]+$"
        ),
        "spec.nodes": Field("int32", value=Bounds(0, None), default=3),
        "spec.tags": Field(
            "text", many=True, distinct=True, items=Bounds(None, 5), length=Bounds(36, 36)
        ),
    }


def test_a_section_is_a_prefix_and_steps_into_items() -> None:
    table = fields(
        """
        [spec]
        routes  []object  by=name
        [spec.routes[]]
        name    text      required
        """
    )
    assert table["spec.routes"].unique_by == ("name",)
    assert table["spec.routes.[].name"] == Field("text", required=True)


def test_a_capital_section_is_a_shape() -> None:
    shapes = parse_table("[Port]\n.  int  val=0..65535\n[Pair]\na  Port\n", "test.fields")
    assert shapes["Port"] == {(): Field("int", value=Bounds(0, 65535))}
    assert shapes["Pair"] == {(): Field(), ("a",): Field("Port")}


def test_enumerations_hold_empty_texts_and_numbers_keep_their_type() -> None:
    table = fields('a  text  in=""|TCP preview-in=UDP\nb  int32  in=1|3\n')
    assert table["a"].options == ("", "TCP")
    assert table["a"].preview_options == ("UDP",)
    assert table["b"].options == (1, 3)


def test_a_union_member_names_its_sibling_and_the_values() -> None:
    table = fields("t  text  in=A|B|C\na  object  iff=t:A\nb  object  only=t:B|C\n")
    assert table["a"].presence == Presence("t", ("A",), needed=True)
    assert table["b"].presence == Presence("t", ("B", "C"), needed=False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a  text\na  text\n", "test.fields:2: a is listed twice"),
        ("a  text  len=1 len=2\n", "test.fields:1: len is said twice"),
        ("a  text  lenght=1\n", "test.fields:1: 'lenght'"),
        ("a  text  requird\n", "test.fields:1: 'requird'"),
        ("a  text  len=x\n", "test.fields:1: invalid literal"),
        ("a\n", "test.fields:1: list index out of range"),
        ("a  []object\na.b  text\n", "must follow a list"),
        ("a  object\na[].b  text\n", "must follow a list"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(text: str, reason: str) -> None:
    with pytest.raises(TableError, match=f"(?s).*{reason}"):
        parse_table(text, "test.fields")


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_every_shape_that_a_table_defines_is_used(kind: str) -> None:
    shared = {"Reference", "Release", "Metadata", "DnsLabel", "LabelSelector", "Quantity"}
    used = set(json_schema(kind)["$defs"])
    assert shared < used
    assert used == set(read_table(kind).shapes)


def test_expansion_writes_shapes_out_and_keeps_what_the_naming_line_says() -> None:
    hosted_cluster = dict(expand("HostedCluster"))
    assert hosted_cluster["spec", "pullSecret"].required
    assert hosted_cluster["spec", "pullSecret", "name"] == Field("text", default="")
    size = hosted_cluster["spec", "etcd", "managed", "storage", "persistentVolume", "size"]
    assert (size.type, size.default, size.immutable) == ("int-or-text", "8Gi", True)
    assert size.match
    toleration = ("spec", "tolerations", "[]", "tolerationSeconds")
    assert hosted_cluster[toleration].type == "int64"


def test_expansion_never_names_a_shape() -> None:
    plain = {"object", "map", "text", "bool", "int", "int32", "int64", "int-or-text"}
    for kind in TABLES:
        assert {field.type for _, field in expand(kind)} <= plain


def test_every_union_member_names_a_sibling_that_has_those_values() -> None:
    for kind in TABLES:
        table = dict(expand(kind))
        for path, field in table.items():
            if field.presence:
                tag = table[*path[:-1], field.presence.field]
                assert set(field.presence.values) <= {*tag.options, *tag.preview_options}, path


def test_every_key_of_a_unique_list_is_a_field_of_its_items() -> None:
    for kind in TABLES:
        table = dict(expand(kind))
        for path, field in table.items():
            for key in field.unique_by:
                assert table[*path, "[]", key].required, path


def test_a_generated_schema_is_compact_json_with_a_line_per_field_of_the_spec() -> None:
    for text in manifest_schema_files().values():
        spec = json.loads(text)["properties"]["spec"]["properties"]
        lines = text.splitlines()
        assert text.endswith("}\n")
        for name in spec:
            assert any(line.startswith(f'"{name}":') for line in lines)


def test_generation_gives_the_same_bytes_every_time() -> None:
    first = manifest_schema_files()
    read_table.cache_clear()
    assert manifest_schema_files() == first
