"""What was planned, judged once more by what the cluster has by the time it is to be done.

A round may take minutes, in which somebody pauses a cluster, begins a backup, restores one, or adds
a node pool to one that is about to go. A second look only ever takes back what was planned.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from hcpc.sync.plan.guard import REMOVING, judge_of
from hcpc.sync.plan.matter import matter_of
from hcpc.sync.plan.plan import decide
from hcpc.sync.records import Action, Cause, Inventory, Limits, Live, RenderedTree, Verb

SECONDS = 30.0
"""As long a look is believed, in the midst of a wave."""
TOUCHING = frozenset({Verb.CREATE, Verb.CONFIGURE, Verb.ADOPT}) | REMOVING
"""What changes an object."""
_LEFT = frozenset({Verb.SKIP, Verb.WAIT})

Judge = Callable[[Action], Action]


def second_judge(
    tree: RenderedTree,
    inventory: Inventory,
    live: Live,
    limits: Limits,
    now: datetime,
    elsewhere: Mapping[str, str],
) -> Judge:
    """Says of an action of a plan what of it still holds."""
    matter = matter_of(tree, inventory, live, limits, now, elsewhere)
    remove = judge_of(matter)

    def judge(action: Action) -> Action:
        if action.desired is not None:
            again = decide(action.desired, matter)
        else:
            assert action.owned is not None
            again = remove(action.owned)
        return _less(action, again)

    return judge


def _less(planned: Action, again: Action) -> Action:
    if again.verb in _LEFT:
        return planned._replace(verb=again.verb, cause=again.cause, reason=again.reason)
    if planned.verb is Verb.CREATE and again.verb is not Verb.CREATE:
        reason = "somebody made it while this sync ran; the next sync looks again"
        return planned._replace(verb=Verb.WAIT, reason=reason)
    if again.verb is Verb.FORGET and again.cause is not Cause.GONE:
        return planned._replace(verb=again.verb, cause=again.cause, reason=again.reason)
    return planned


class SecondLook:
    """Looks again when it is time to. For one thread."""

    def __init__(self, look: Callable[[], Judge]) -> None:
        self._look = look
        self._judge: Judge | None = None
        self._at = time.monotonic()

    def renew(self) -> None:
        """Looks now; ApiErrors, and SyncError when asked to end."""
        self._judge = self._look()
        self._at = time.monotonic()

    def judged(self, action: Action) -> Action:
        """What of an action still holds, as far as was seen in the last half minute."""
        if action.verb not in TOUCHING:
            return action
        if time.monotonic() - self._at > SECONDS:
            self.renew()
        return self._judge(action) if self._judge is not None else action
