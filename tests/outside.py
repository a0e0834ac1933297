"""Files that are no part of this repository: the real CRDs, and what the vendor's tool renders.

`HCPC_CRDS` names the directory with `crds/` and `examples/`; without it, `shared` beside the
repository is taken. Tests that need a file from there are skipped where it is not.
"""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

VARIABLE = "HCPC_CRDS"
BESIDE = Path(__file__).parents[1].parent / "shared"


def directory(environment: Mapping[str, str]) -> Path:
    """Where the files are. UsageError when the variable names a directory without CRDs."""
    named = environment.get(VARIABLE)
    if not named:
        return BESIDE
    found = Path(named).absolute()
    if not (found / "crds").is_dir():
        raise pytest.UsageError(f"{VARIABLE}={named}: there is no directory {found / 'crds'}")
    return found


def needs(what: str, path: Path) -> pytest.MarkDecorator:
    """Skips where a directory of these files is not there; the reason says how to name it."""
    below = path.relative_to(_ROOT)
    reason = f"{what} are not in {path}; set {VARIABLE}=DIR to where they are in DIR/{below}"
    return pytest.mark.skipif(not path.is_dir(), reason=reason)


_ROOT = directory(os.environ)
CRDS = _ROOT / "crds"
TODAY = "hypershift-2026.08"
EXAMPLES = _ROOT / "examples"

OPENSHIFT = CRDS / "openshift"

needs_openshift_crds = needs("the CRDs of OpenShift", OPENSHIFT)
needs_crds = needs("the HyperShift CRDs", CRDS / TODAY)
needs_examples = needs("the rendered examples", EXAMPLES)


@cache
def crd(kind: str, release: str = TODAY) -> dict[str, Any]:
    """The schema of a kind's served version v1beta1."""
    path = CRDS / release / f"{kind.lower()}s.crd.yaml"
    spec = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["spec"]
    [schema] = [v["schema"] for v in spec["versions"] if v["name"] == "v1beta1" and v["served"]]
    root: dict[str, Any] = schema["openAPIV3Schema"]
    return root


@cache
def openshift_crd(kind: str) -> dict[str, Any]:
    """The schema of the stored version of a kind that hosted clusters have of their own."""
    name = f"{kind.lower()}s".replace("policys", "policies")
    text = (OPENSHIFT / f"{name}.crd.yaml").read_text(encoding="utf-8")
    spec = yaml.load(text, Loader=yaml.CSafeLoader)["spec"]
    [schema] = [version["schema"] for version in spec["versions"] if version["storage"]]
    root: dict[str, Any] = schema["openAPIV3Schema"]
    return root
