"""What tests of policies share: fleets with findings that policies decide on."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tests.unit.resolve.small_fleet import cluster, document, small_fleet

from hcpc.diagnostics.waived import Waived
from hcpc.pipeline import Compilation, Options, compile_fleet
from hcpc.run.cache import Cache

TODAY = date(2026, 6, 15)
POLICY = "clusters/policy.yaml"
UNSIZED = "HCP0407"
"""A warning: a node pool has no size."""
INVALID = "HCP0501"
"""An error about a manifest that is there."""
BOGUS = "hostedCluster: {spec: {bogus: 1}}\n"


def policy(spec: str, name: str = "house") -> str:
    """A Policy document."""
    return document("Policy", name, spec)


def waiver(rule: str, more: str = "", expires: str = "2027-01-31") -> str:
    """A waiver in a list; `more` are more fields, as a flow mapping has them."""
    more = f", {more}" if more else ""
    return f"- {{rule: {rule}, owner: ops, reason: racks are late, expires: {expires}{more}}}\n"


def waivers(*each: str) -> str:
    """A Policy of waivers alone."""
    return policy("waivers:\n" + "".join(each))


def decided(
    root: Path,
    changes: Mapping[str, str | bytes | None],
    *,
    today: date = TODAY,
    emit: bool = True,
    cache: Path | None = None,
    executor: str = "serial",
) -> Compilation:
    """What compiling a small fleet gives on a day; the cache is saved as the command does."""
    options = Options(executor, 2, Cache(cache), today)
    result = compile_fleet(small_fleet(root, changes), options, emit=emit)
    options.cache.save(None)
    return result


def unsized(name: str) -> str:
    """A cluster whose only fault is a pool without a size."""
    return cluster(name, pools="{w: {}}")


def told(result: Compilation) -> list[str]:
    """Each finding: code, severity and clusters."""
    return [f"{each.code} {each.severity} {','.join(each.clusters)}" for each in result.findings]


def let_off(waived: tuple[Waived, ...]) -> list[str]:
    """Each waived finding: code, severity, clusters and until when."""
    return [
        f"{each.finding.code} {each.finding.severity} {','.join(each.finding.clusters)} "
        f"{each.expires}"
        for each in waived
    ]
