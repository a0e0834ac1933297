"""Series as components show them, and lines that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpc.payloads.exposition import ExpositionError, read_series

NAME = "__name__"


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        ("up 1", {NAME: "up"}),
        ("  a:b_c2\t+Inf  ", {NAME: "a:b_c2"}),
        ("up 1 1700000000000", {NAME: "up"}),
        ("up{} NaN", {NAME: "up"}),
        ('up{ a = "b" , c="d",} 1e-3', {NAME: "up", "a": "b", "c": "d"}),
        (r'up{a="x\\y\"z\n}{,="} 1', {NAME: "up", "a": 'x\\y"z\n}{,='}),
        ('up{a="1"} 1 # {trace="b"} 0.5 12.5', {NAME: "up", "a": "1"}),
        ('up{a="1"} 1 12.5 # {} 0.5', {NAME: "up", "a": "1"}),
        ('{"a.b",c="d"} 1', {NAME: "a.b", "c": "d"}),
    ],
)
def test_a_sample(line: str, labels: dict[str, str]) -> None:
    assert list(read_series(f"# TYPE up gauge\n\n{line}\n# EOF\n")) == [labels]


@pytest.mark.parametrize(
    "line",
    ["up", "up one", "1up 1", "up{a=b} 1", 'up{a="b} 1', 'up{a="b"', "up 1 2 3", '{a="b"} 1',
     "<html>", "up 1_000", 'up{"a"="b"} 1', 'up{a="b"c="d"} 1'],
)  # fmt: skip
def test_a_line_that_is_none_is_told_by_its_number(line: str) -> None:
    with pytest.raises(ExpositionError, match=r"^line 2 is no sample of a metric: "):
        list(read_series(f"up 1\n{line}\n"))


def quoted(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=20), max_size=4)
)
def test_labels_come_back_as_they_were(labels: dict[str, str]) -> None:
    shown = ",".join(f'{name}="{quoted(value)}"' for name, value in labels.items())
    assert list(read_series(f"m{{{shown}}} 1")) == [{NAME: "m", **labels}]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        for labels in read_series(text):
            assert labels[NAME]
    except ExpositionError:
        pass
