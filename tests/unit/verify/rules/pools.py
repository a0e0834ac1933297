"""What tests of rules for node pools share: a fleet of one cluster, and what is found there."""

from pathlib import Path
from typing import Any

from tests.unit.resolve.small_fleet import DEMO, compiled, document, small_fleet, underlined

OVERLAY = "clusters/mgmt-1/overlay.yaml"


def findings(
    root: Path,
    text: str,
    *codes: str,
    overlay: str = "",
    target: str = "{kind: NodePool}",
    **files: str,
) -> list[Any]:
    """What a fleet with this cluster is told of some codes; `overlay` patches `target`."""
    changes: dict[str, str | bytes | None] = {DEMO: text, **files}
    if overlay:
        patch = f"patches: [{{target: {target}, merge: {overlay}}}]\n"
        changes[OVERLAY] = document("Overlay", "site", patch)
    found = compiled(small_fleet(root, changes)).findings
    assert not [each for each in found if each.code in {"HCP0901", "HCP1101"}]
    return [each for each in found if each.code in codes]


def told(
    root: Path,
    text: str,
    *codes: str,
    overlay: str = "",
    target: str = "{kind: NodePool}",
    **files: str,
) -> list[str]:
    """The same as codes and what they underline."""
    return underlined(findings(root, text, *codes, overlay=overlay, target=target, **files))
