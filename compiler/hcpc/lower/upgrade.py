"""Node pool upgrades: `maxUnavailable` stands in one place in specs, in two in manifests."""

from typing import Any, NamedTuple

from hcpc.mapping.codec import Unliftable
from hcpc.syntax.tree import Path


class Upgrade(NamedTuple):
    """The codec of `upgrade`, against the `management` object (less `autoRepair`)."""

    says: str = "`inPlace` or `replace`, by type"

    def lower(self, value: Any) -> Any:
        """`upgradeType` with the settings of its own type."""
        lowered: dict[str, Any] = {}
        if "type" in value:
            lowered["upgradeType"] = value["type"]
        if value.get("type") == "InPlace":
            if "maxUnavailable" in value:
                lowered["inPlace"] = {"maxUnavailable": value["maxUnavailable"]}
            return lowered
        replace: dict[str, Any] = {k: value[k] for k in ("strategy",) if k in value}
        rolling = {k: value[k] for k in ("maxSurge", "maxUnavailable") if k in value}
        if rolling:
            replace["rollingUpdate"] = rolling
        if replace:
            lowered["replace"] = replace
        return lowered

    def lift(self, value: Any) -> Any:
        """The settings that belong to the type; others stay in the passthrough."""
        if not isinstance(value, dict) or "upgradeType" not in value:
            raise Unliftable
        lifted: dict[str, Any] = {"type": value["upgradeType"]}
        if lifted["type"] == "InPlace":
            return lifted | _fields(value.get("inPlace"), "maxUnavailable")
        replace = value.get("replace")
        lifted |= _fields(replace, "strategy")
        if isinstance(replace, dict):
            lifted |= _fields(replace.get("rollingUpdate"), "maxSurge", "maxUnavailable")
        return lifted

    def trace(self, rest: Path, value: Any) -> Path:
        """The last field's name, `type` for `upgradeType`."""
        del value
        if not rest:
            return ()
        last = {"upgradeType": "type", "inPlace": "type", "replace": "strategy"}
        return (last.get(str(rest[-1]), rest[-1]),) if rest[-1] != "rollingUpdate" else ()


def _fields(tree: Any, *names: str) -> dict[str, Any]:
    return {name: tree[name] for name in names if name in tree} if isinstance(tree, dict) else {}
