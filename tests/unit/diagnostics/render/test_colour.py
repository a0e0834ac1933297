"""When output is coloured."""

from io import StringIO

import pytest

from hcpc.diagnostics.render.colour import use_colour


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_colour_is_for_terminals() -> None:
    assert use_colour("auto", Terminal())
    assert not use_colour("auto", StringIO())


def test_a_choice_beats_the_kind_of_stream() -> None:
    assert use_colour("always", StringIO())
    assert not use_colour("never", Terminal())


def test_no_color_switches_colour_off_unless_it_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert not use_colour("auto", Terminal())
    assert use_colour("always", Terminal())
    monkeypatch.setenv("NO_COLOR", "")
    assert use_colour("auto", Terminal())


def test_a_dumb_terminal_gets_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert not use_colour("auto", Terminal())
