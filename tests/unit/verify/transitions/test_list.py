"""Every transition is in the list; one that is not would never run."""

import inspect
from importlib import import_module
from pathlib import Path

from hcpc.verify import transitions

NOT_LISTED = {"identity", "platform", "crd"}
"""The first two run before all others and may end them, the last needs what the CRDs say."""


def test_every_transition_of_the_room_is_in_the_list() -> None:
    room = Path(str(transitions.__file__)).parent
    modules = {path.stem for path in room.glob("*.py")} - {"__init__"}
    with_check = {
        name
        for name in modules
        if inspect.isfunction(
            getattr(import_module(f"hcpc.verify.transitions.{name}"), "check", None)
        )
    }
    listed = {each.__module__.rpartition(".")[2] for each in transitions.TRANSITIONS}
    assert listed == with_check - NOT_LISTED
    assert len(listed) == len(transitions.TRANSITIONS)
