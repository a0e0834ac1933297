"""`${…}`: replaced by the scalar it names; the whole text takes over the value's type."""

import time

import pytest
from tests.unit.resolve.small_fleet import underlined

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.references import MAX_EXPANDED, MAX_NAME, MAX_TOTAL, References
from hcpc.source.text import SourceFile
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Mapping, Plain, Sequence, Tree, find, plain

CLUSTER = """\
name: payments
labels:
  team: pay
  app.kubernetes.io/name: ledger
  tier: '4.10'
replicas: 3
fips: true
off: false
version: 4.10
networks: [10.0.0.0/8]
"""


def tree_of(text: str, path: str = "a.yaml") -> Tree:
    (tree,) = parse(SourceFile(path, text), Sink())
    return tree


def expanded(text: str) -> tuple[Tree, list[Diagnostic]]:
    """A text's values with references to CLUSTER and (`self`) to the text itself replaced."""
    tree, sink = tree_of(text), Sink()
    roots = {"cluster": tree_of(CLUSTER, "cluster.yaml"), "self": tree}
    return References(roots, sink).expand(tree), sink.findings()


def value(text: str) -> Plain:
    tree, findings = expanded(text)
    assert findings == []
    return plain(tree)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("${cluster.name}", "payments"),
        ("'${cluster.replicas}'", 3),
        ("${cluster.replicas}", 3),
        ("${cluster.fips}", True),
        ("${cluster.off}", False),
        ("${cluster.version}", "4.10"),
        ("${cluster.labels.tier}", "4.10"),
        ("${ cluster.name }", "payments"),
        ("a-${cluster.replicas}", "a-3"),
        ("${cluster.fips}!", "true!"),
        ("${cluster.name}-${cluster.labels.team}", "payments-pay"),
        ("${cluster.name}${cluster.name}", "paymentspayments"),
        ("${cluster.labels.app.kubernetes.io/name}", "ledger"),
        ("$${cluster.name}", "${cluster.name}"),
        ("$$${cluster.name}", "$${cluster.name}"),
        ("a$${b} ${cluster.name}", "a${b} payments"),
        ("$cluster.name", "$cluster.name"),
        ("$(cluster.name)", "$(cluster.name)"),
        ("'{cluster.name}'", "{cluster.name}"),
        ("100%$", "100%$"),
    ],
)
def test_a_reference_is_replaced(written: str, meant: Plain) -> None:
    assert value(f"x: {written}\n") == {"x": meant}


def test_references_are_replaced_wherever_text_stands() -> None:
    text = 'a: ["${cluster.name}", {b: "x-${cluster.name}"}]\nc: |\n  to ${cluster.name}\n'
    assert value(text) == {"a": ["payments", {"b": "x-payments"}], "c": "to payments\n"}


def test_keys_are_no_references() -> None:
    assert value('"${cluster.name}": 1\n') == {"${cluster.name}": 1}


def test_a_reference_to_a_reference_leads_to_the_end() -> None:
    first = 'a: "${self.b}/x"\nb: "${self.c}-${cluster.replicas}"\n'
    text = f"{first}c: ${{cluster.name}}\nd: ${{self.e}}\ne: 5\n"
    assert value(text) == {
        "a": "payments-3/x",
        "b": "payments-3",
        "c": "payments",
        "d": 5,
        "e": 5,
    }


def test_an_escaped_reference_stays_a_literal_through_another_reference() -> None:
    assert value("a: ${self.b}\nb: $${x}\n") == {"a": "${x}", "b": "${x}"}


def test_a_tree_without_references_is_not_copied() -> None:
    tree = tree_of("a: {b: [1, x]}\nc: '{}'\n")
    assert References({}, Sink()).expand(tree) is tree


def test_what_has_no_references_keeps_its_objects() -> None:
    tree = tree_of("a: {b: 1}\nc: ${cluster.name}\n")
    result = References({"cluster": tree_of(CLUSTER)}, Sink()).expand(tree)
    assert find(result, ("a",)) is find(tree, ("a",))
    assert plain(tree) == {"a": {"b": 1}, "c": "${cluster.name}"}


def test_a_replaced_value_keeps_its_own_place() -> None:
    tree, _ = expanded("a: 1\nx: ${cluster.name}\n")
    found = find(tree, ("x",))
    assert found is not None
    assert found.span.location == "a.yaml:2:4"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x: ${cluster.nam}\n", "${cluster.nam}"),
        ("x: a ${cluster.nam} b\n", "${cluster.nam}"),
        ("x: 'a ${cluster.nam}'\n", "${cluster.nam}"),
        ('x: "a ${cluster.nam}"\n', "${cluster.nam}"),
        ("x: a ${cluster.name} ${cluster.nam}\n", "${cluster.nam}"),
        ("x: [${cluster.nam}]\n", None),
        ("x: |\n  a\n  ${cluster.nam}\n", "${cluster.nam}"),
        ("x: >-\n  a\n  ${cluster.nam}\n", "${cluster.nam}"),
        ('x: "\\t${cluster.nam}"\n', "${cluster.nam}"),
        ('x: "\\x24{cluster.nam}"\n', '"\\x24{cluster.nam}"'),
        ("x: '${cluster.nam} it''s'\n", "${cluster.nam}"),
    ],
)
def test_an_unknown_name_is_underlined_where_it_stands(text: str, shown: str | None) -> None:
    if shown is None:  # in a flow sequence a brace ends the scalar
        assert expanded("x: ['${cluster.nam}']\n")[1][0].code == "HCP0304"
        return
    (finding,) = expanded(text)[1]
    assert underlined([finding]) == [f"HCP0304 {shown}"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("cluster.nam", "did you mean `${cluster.name}`?"),
        ("clutser.name", "did you mean `${cluster.name}`?"),
        ("cluster.labels.tema", "did you mean `${cluster.labels.team}`?"),
    ],
)
def test_an_unknown_name_gets_a_suggestion(name: str, label: str) -> None:
    (finding,) = expanded(f'x: "${{{name}}}"\n')[1]
    assert (finding.code, finding.primary.text) == ("HCP0304", label)


@pytest.mark.parametrize(
    "name", ["cluster.zzz", "zzz", "zzz.name", "cluster.name.first", "cluster..name"]
)
def test_an_unknown_name_without_a_likeness_is_unknown_all_the_same(name: str) -> None:
    (finding,) = expanded(f'x: "${{{name}}}"\n')[1]
    assert finding.code == "HCP0304"
    assert finding.primary.text or finding.help


@pytest.mark.parametrize(
    "name", ["cluster", "cluster.labels", "cluster.networks", "cluster.networks[0]"]
)
def test_only_single_values_can_be_referred_to(name: str) -> None:
    (finding,) = expanded(f'x: "${{{name}}}"\n')[1]
    assert finding.code in {"HCP0306", "HCP0304"}
    assert underlined([finding])[0].endswith(f" ${{{name}}}")


@pytest.mark.parametrize(
    "written", ["${}", "${ }", "${cluster.name", "${", "a ${b{c}}", "${${cluster.name}}"]
)
def test_a_malformed_reference_is_reported(written: str) -> None:
    findings = expanded(f'x: "{written}"\n')[1]
    assert "HCP0306" in {finding.code for finding in findings}


@pytest.mark.parametrize(
    "text",
    [
        "a: ${self.a}\n",
        "a: x${self.a}\n",
        "a: ${self.b}\nb: ${self.a}\n",
        "a: ${self.b}\nb: ${self.c}\nc: ${self.b}\n",
        "a: ${self.b}-x\nb: y ${self.c}\nc: ${self.a}\n",
    ],
)
def test_a_cycle_is_reported_once(text: str) -> None:
    tree, findings = expanded(text)
    assert [finding.code for finding in findings] == ["HCP0305"]
    assert isinstance(tree, Mapping)


def test_two_cycles_are_two_findings() -> None:
    findings = expanded("a: ${self.a}\nb: ${self.c}\nc: ${self.b}\nd: ${cluster.name}\n")[1]
    assert [finding.code for finding in findings] == ["HCP0305", "HCP0305"]


def test_references_that_multiply_end_in_a_finding() -> None:
    lines = [f"a{n}: ${{self.a{n + 1}}}${{self.a{n + 1}}}\n" for n in range(40)]
    tree, findings = expanded("".join(lines) + "a40: aha\n")
    assert {finding.code for finding in findings} == {"HCP0306"}
    assert isinstance(tree, Mapping)
    lengths = [len(str(child)) for child in plain(tree).values()]  # type: ignore[union-attr]  # a mapping
    assert max(lengths) <= MAX_EXPANDED


BIG = "x" * 60_000


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        ("all: &l [" + "'${cluster.big}'," * 60 + "]\n", True),
        ("all: &l [" + "'${cluster.big}'," * 60 + "]\nmore: *l\n", False),
        ("all: &l {" + "".join(f"a{n}: '${{cluster.big}}'," for n in range(99)) + "}\n", False),
        (f"a: &a {BIG}\nall: [" + "*a," * 60 + "]\n", True),
        (f"a: &a {BIG}\nall: [" + "*a," * 70 + "]\n", False),
    ],
)
def test_what_a_cluster_may_come_to_is_limited_whatever_repeats_it(
    text: str, *, is_fine: bool
) -> None:
    tree, sink = tree_of(text), Sink()
    references = References({"cluster": tree_of(f"big: {BIG}\n")}, sink)
    references.expand(tree)
    assert references.budget.is_spent is not is_fine
    assert [finding.code for finding in sink.findings()] == ([] if is_fine else ["HCP0312"])


def test_what_is_over_the_limit_is_not_expanded() -> None:
    text = "all: [" + "'${cluster.big}'," * 999 + "]\n"
    references = References({"cluster": tree_of(f"big: {BIG}\n")}, Sink())
    assert len(str(plain(references.expand(tree_of(text))))) < MAX_TOTAL + MAX_EXPANDED + len(text)


@pytest.mark.parametrize("kind", ["{}", "[]", "''"])
def test_many_values_without_a_text_are_limited_too(kind: str) -> None:
    sink, (value,) = Sink(), parse(SourceFile("a.yaml", kind), Sink())
    file = value.file
    many = Sequence([Sequence([value] * 1_000, file, 0, 0)] * 100, file, 0, 0)
    assert References({}, sink).expand(many) is many
    assert sink.findings() == []
    References({}, sink).expand(Sequence([many, many], file, 0, 0))
    assert [finding.code for finding in sink.findings()] == ["HCP0312"]


def test_the_limit_is_one_for_all_roots_and_told_once() -> None:
    sink = Sink()
    references = References({"cluster": tree_of(f"big: {BIG}\n")}, sink)
    tree = tree_of("all: [" + "'${cluster.big}'," * 20 + "]\n")
    for number in range(8):
        references.with_root("nodePool", tree_of(f"name: w{number}\n")).expand(tree)
    (finding,) = sink.findings()
    assert finding.code == "HCP0312"
    assert references.budget.is_spent


@pytest.mark.parametrize(
    "written", ["${cluster.name}", "${cluster.nam}", "$${x}", "${", "${cluster.labels}"]
)
def test_a_text_with_many_references_takes_no_longer_than_its_length_says(written: str) -> None:
    def seconds(count: int) -> float:
        best = 100.0
        for _ in range(3):
            tree = tree_of(f'x: "{written * count}"\n')
            start = time.perf_counter()
            References({"cluster": tree_of(CLUSTER)}, Sink()).expand(tree)
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(4_000) < 16 * 4 * max(seconds(250), 0.001)


def test_a_name_without_end_is_malformed() -> None:
    (finding,) = expanded('x: "${cluster' + ".name" * MAX_NAME + '}"\n')[1]
    assert finding.code == "HCP0306"
    assert len(finding.message) < 100


def test_an_added_root_is_seen_by_its_own_references_only() -> None:
    sink = Sink()
    references = References({"cluster": tree_of(CLUSTER)}, sink)
    pool = references.with_root("nodePool", tree_of("name: workers\n"))
    tree = tree_of("x: ${cluster.name}-${nodePool.name}\n")
    assert plain(pool.expand(tree)) == {"x": "payments-workers"}
    assert sink.findings() == []
    references.expand(tree)
    assert [finding.code for finding in sink.findings()] == ["HCP0304"]
