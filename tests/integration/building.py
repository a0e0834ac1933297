"""What the real kustomize makes of a directory.

`make kustomize` provides the command in .tools/bin; the variable KUSTOMIZE names another one.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]

Objects = dict[tuple[str, str, str], dict[str, Any]]


class KubernetesLoader(yaml.SafeLoader):
    """Reads times as text, as Kubernetes does; what hcpc and kustomize write needs no more."""


KubernetesLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def kustomize() -> Path:
    """The command; without it the tests fail, for nothing else proves what they prove."""
    command = Path(os.environ.get("KUSTOMIZE") or ROOT / ".tools/bin/kustomize").absolute()
    if not command.is_file():
        pytest.fail(f"there is no kustomize at {command}; `make kustomize` provides it")
    return command


def build(directory: Path) -> Objects:
    """The objects that kustomize makes of a directory."""
    ran = subprocess.run(
        [kustomize(), "build", directory],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return keyed(ran.stdout)


def keyed(text: str) -> Objects:
    """The objects of a YAML stream by what Kubernetes knows them by; none may be there twice."""
    bodies = list(yaml.load_all(text, Loader=KubernetesLoader))
    found = {
        (body["kind"], body["metadata"].get("namespace", ""), body["metadata"]["name"]): body
        for body in bodies
    }
    assert len(found) == len(bodies)
    return found
