"""How long an evaluation may take, counted in steps: the same on every machine and in every order.

A step is about one value looked at. What is left of them is the last place of a frame, which
whoever goes through values is given.
"""

from typing import Any, Final, TypeAlias

from hcpc.cel.values import UnsupportedError

Frame: TypeAlias = list[Any]
"""The values of variables, those of the rule first, then those of macros; and the steps left."""

MOST: Final = 1_000_000
"""An API server stops at as many units of cost. Each of ours costs it one or more."""

OF_A_TURN: Final = 4
"""What each turn of a macro costs, beside what its expression does; an API server asks no less."""

CHARACTERS: Final = 100
"""Of a long text, so many are one step."""


def spend(frame: Frame, steps: int) -> None:
    """Take steps from those that are left. Raises UnsupportedError when there are too few."""
    frame[-1] -= steps
    if frame[-1] < 0:
        raise UnsupportedError("it takes too many steps")


def spend_on(frame: Frame, value: Any) -> None:
    """Take the steps of a function that goes through a list or a text once."""
    if isinstance(value, list):
        spend(frame, len(value))
    elif isinstance(value, str | bytes) and len(value) > CHARACTERS:
        spend(frame, len(value) // CHARACTERS)
