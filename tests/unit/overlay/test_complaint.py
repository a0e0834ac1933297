"""What jsonnet says, as people read it: the message, and places in their files."""

import pytest

from hcpc.overlay.complaint import absent_import, read_complaint

FILES = {
    "a.jsonnet": "local é = 1;\nfunction(cluster, manifests)\n  error 'x'\n".encode(),
    "lib/b.libsonnet": b"{ f(x):: x.y }\n",
}


def locations(text: str) -> list[str]:
    return [
        f"{span.location} {span.file.text[span.start : span.end]}"
        for span in read_complaint(text, FILES).places
    ]


def test_the_frames_are_the_places_the_nearest_first() -> None:
    text = (
        "RUNTIME ERROR: Field does not exist: y\n\tlib/b.libsonnet:1:10-13\tfunction <f>\n"
        '\ta.jsonnet:(2:1)-(3:12)\tobject <anonymous>\n\tField "a"\t\n\t<std>:1:1-2\tx\n'
        "\tlib/b.libsonnet:1:10-13\tagain\n\tDuring manifestation\t\n"
    )
    assert locations(text) == [
        "lib/b.libsonnet:1:10 x.y",
        "a.jsonnet:2:1 function(cluster, manifests)\n  error 'x'",
    ]
    assert read_complaint(text, FILES).message == "field does not exist: y"


def test_a_syntax_error_names_its_place_itself() -> None:
    for start in ("", "RUNTIME ERROR: "):
        text = f"{start}lib/b.libsonnet:1:3-4 Unexpected: x\n\n{{ f(x):: x.y }}\n\n"
        assert locations(text) == ["lib/b.libsonnet:1:3 f"]
        assert read_complaint(text, FILES).message == "unexpected: x"


def test_columns_are_counted_in_bytes() -> None:
    assert locations("RUNTIME ERROR: x\n\ta.jsonnet:1:7-9\t$\n") == ["a.jsonnet:1:7 é"]
    assert locations("RUNTIME ERROR: x\n\ta.jsonnet:1:12-13\t$\n") == ["a.jsonnet:1:11 1"]


def test_the_lines_of_a_message_are_kept() -> None:
    complaint = read_complaint("RUNTIME ERROR: One\ntwo\n\nthree\n\ta.jsonnet:1:1-2\t$\n", FILES)
    assert (complaint.message, complaint.more) == ("one", ("two", "three"))


@pytest.mark.parametrize("text", ["", "RUNTIME ERROR: x\n\ta.jsonnet:99:99-100\t$\n", "x:1:1 y"])
def test_nonsense_is_no_exception(text: str) -> None:
    read_complaint(text, FILES)


def test_an_import_is_looked_for_where_jsonnet_says_nothing() -> None:
    files = {"lib/c.libsonnet": b"{a: importstr  'gone.txt'}", "d.jsonnet": b"importstr 'gone.txt'"}
    complaint = absent_import("", "lib/", "gone.txt", files)
    assert complaint.message == "there is no `lib/gone.txt`"
    assert [span.location for span in complaint.places] == ["lib/c.libsonnet:1:5"]
