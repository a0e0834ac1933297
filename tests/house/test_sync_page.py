"""`docs/reference/sync.md` names all options, metrics and events that there are, and no others."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
from tests.unit.sync.rounds import CONFIGURED, UNCHANGED, round_of

from hcpc.cli.main import command
from hcpc.sync.records import Cause
from hcpc.sync.serve.logs import EVENTS
from hcpc.sync.serve.metrics import NAMES
from hcpc.sync.tell.report import as_json, comparison_json

PAGE = (Path(__file__).parents[2] / "docs/reference/sync.md").read_text(encoding="utf-8")
DEFAULT = re.compile(r"\s+\[default: (.*)\]$")


def section(title: str) -> list[list[str]]:
    """The rows of the table below a heading, cell by cell."""
    text = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def options(name: str) -> Iterator[click.Option]:
    """What a command takes."""
    assert isinstance(command, click.Group)
    context = click.Context(command)
    found = command.get_command(context, name)
    assert found is not None
    return (each for each in found.params if isinstance(each, click.Option))


def row(option: click.Option) -> list[str]:
    """An option as the page shows it: its names, its default, what it says."""
    context = click.Context(click.Command("sync"))
    if isinstance(option.type, click.Choice):
        value = " " + ", ".join(option.type.choices)
    else:
        value = "" if option.is_flag else f" {option.make_metavar(context).split(' RANGE')[0]}"
    *short, long = option.opts
    names = [*short, long + value, *option.secondary_opts]
    told = option.help or ""
    if default := DEFAULT.search(told):
        told = told.removesuffix(default[0])
        shown = default[1]
    elif option.secondary_opts:
        shown = (option.opts if option.default else option.secondary_opts)[-1]
    else:
        is_told = isinstance(option.default, str | int) and not option.is_flag
        shown = str(option.default) if is_told else ""
    return [", ".join(f"`{each}`" for each in names), shown, told]


def test_every_option_is_listed() -> None:
    assert section("Options") == [row(each) for each in options("sync")]


def test_diff_takes_no_option_that_sync_has_not() -> None:
    of_sync = {name for each in options("sync") for name in each.opts}
    of_diff = {name for each in options("diff") for name in each.opts}
    assert of_diff - of_sync == {"--live"}


def test_every_metric_is_listed() -> None:
    rows = [
        [f"`{each.name}`", each.type, ", ".join(f"`{label}`" for label in each.labels), each.help]
        for each in NAMES
    ]
    assert section("Metrics") == rows


def test_every_event_is_listed() -> None:
    assert section("Log") == [[f"`{name}`", what] for name, what in EVENTS.items()]


def test_every_option_has_a_variable_that_is_named_like_it() -> None:
    for option in options("sync"):
        long = next(each for each in option.opts if each.startswith("--"))
        assert option.name is not None
        given = option.envvar or f"HCPC_SYNC_{option.name.upper()}"
        assert given == f"HCPC_SYNC_{long.removeprefix('--').replace('-', '_').upper()}"


def test_every_cause_is_listed() -> None:
    assert [row[0].strip("`") for row in section("Causes")] == [
        each.value for each in Cause if each
    ]


def test_every_field_of_reports_is_listed() -> None:
    done = round_of(CONFIGURED, UNCHANGED)
    report, comparison = as_json(done), comparison_json(done)
    fields = {*report, *comparison, *report["objects"][0], *comparison["objects"][0]}
    fields |= {*report["objects"][0]["differences"][0], *report["health"][0]}
    told = PAGE.partition("\n## Reports\n")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`(\w+)`", told))
    assert fields <= listed | {"apiVersion", "kind"}
