"""`hcpc schema import` and `sets`, and `hcpc lint --against`."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import MANAGEMENT, cluster, small_fleet, tree
from tests.unit.verify.crd.fleets import CHANNEL, OPEN, hosted_cluster, management, node_pool

from hcpc.verify.crd.crd_set import write_set


def crd(kind: str, group: str = "hypershift.openshift.io") -> dict[str, Any]:
    version = {"name": "v1beta1", "served": True, "schema": {"openAPIV3Schema": OPEN}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.lower()}s.{group}"},
        "spec": {
            "group": group,
            "names": {"kind": kind, "plural": f"{kind.lower()}s"},
            "scope": "Namespaced",
            "versions": [version],
        },
    }


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = small_fleet(tmp_path / "fleet")
    (root / "hc.yaml").write_text(json.dumps(crd("HostedCluster")), encoding="utf-8")
    (root / "np.yaml").write_text(json.dumps(crd("NodePool")), encoding="utf-8")
    return root


def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A kubectl of ours on PATH, before any other."""
    place = tmp_path / "bin" / "kubectl"
    place.parent.mkdir()
    place.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    place.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place.parent}{os.pathsep}{os.environ['PATH']}")


def test_a_set_is_made_of_files_once(run: Run, fleet: Path) -> None:
    first = run("schema", "import", "ours", "hc.yaml", "np.yaml", cwd=fleet)
    assert (first.code, first.err) == (0, "")
    assert first.out == (
        "wrote crds/ours.json\n"
        "  HostedCluster hypershift.openshift.io v1beta1\n"
        "  NodePool hypershift.openshift.io v1beta1\n"
    )
    files = tree(fleet)
    again = run("schema", "import", "ours", "np.yaml", "hc.yaml", cwd=fleet)
    assert again.out.startswith("unchanged crds/ours.json\n")
    assert tree(fleet) == files
    assert run("schema", "sets", cwd=fleet).out == "ours\n" + first.out.partition("\n")[2]


def test_a_set_can_be_made_from_elsewhere(run: Run, fleet: Path, tmp_path: Path) -> None:
    ran = run("schema", "import", "a", fleet / "hc.yaml", "-C", fleet, cwd=tmp_path)
    assert (ran.code, (fleet / "crds/a.json").exists()) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a",), "name files with CRDs, or give --from-cluster"),
        (("a", "hc.yaml", "--from-cluster"), "name files with CRDs, or give --from-cluster"),
        (("../a", "hc.yaml"), "cannot be the name of a set"),
        (("A", "hc.yaml"), "cannot be the name of a set"),
        (("a", "none.yaml"), "'none.yaml' does not exist"),
        (("a", "fleet.yaml"), "fleet.yaml: there is no served CustomResourceDefinition in it"),
        (("a", "hc.yaml", "--context", "b"), "--context goes with --from-cluster only"),
        (
            ("a", "hc.yaml", "--group", "velero.io"),
            "hc.yaml: there is no served CRD of velero.io in it",
        ),
        (
            ("a", "hc.yaml", "np.yaml", "--group", "velero.io"),
            "there is no served CRD of velero.io in these files",
        ),
    ],
)
def test_what_cannot_be_imported_is_told_and_writes_nothing(
    run: Run, fleet: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = run("schema", "import", *arguments, cwd=fleet)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not (fleet / "crds").exists()


def test_a_cluster_is_asked_through_kubectl(
    run: Run, fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crds = [crd("HostedCluster"), crd("Schedule", "velero.io"), crd("Other", "example.com")]
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps({"kind": "List", "items": crds}), encoding="utf-8")
    kubectl(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked\ncat {answer}')
    ran = run("schema", "import", "live", "--from-cluster", "--context", "prod", cwd=fleet)
    assert ran.out == (
        "wrote crds/live.json\n"
        "  HostedCluster hypershift.openshift.io v1beta1\n"
        "  Schedule velero.io v1beta1\n"
    )
    assert (tmp_path / "asked").read_text() == "--context prod get crd -o json\n"
    ran = run("schema", "import", "o", "--from-cluster", "--group", "example.com", cwd=fleet)
    assert ran.out == "wrote crds/o.json\n  Other example.com v1beta1\n"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            "echo E1 noise >&2; echo 'no such host' >&2; exit 1",
            "kubectl get crd failed: no such host",
        ),
        ("exit 3", "kubectl get crd failed: it does not say why"),
        ("echo '{}'", "kubectl get crd: there is no served CustomResourceDefinition in it"),
    ],
)
def test_a_cluster_that_does_not_answer_is_told(
    run: Run,
    fleet: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    said: str,
) -> None:
    kubectl(tmp_path, monkeypatch, script)
    ran = run("schema", "import", "a", "--from-cluster", cwd=fleet)
    assert (ran.code, ran.out, ran.err) == (2, "", f"hcpc: {said}\n")


def test_without_kubectl_its_want_is_told(
    run: Run, fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(fleet))
    ran = run("schema", "import", "a", "--from-cluster", cwd=fleet)
    assert ran.code == 2
    assert ran.err == (
        "hcpc: cannot run kubectl, which --from-cluster needs: No such file or directory\n"
    )


def test_a_broken_set_is_told_among_the_others(run: Run, fleet: Path) -> None:
    run("schema", "import", "ours", "hc.yaml", cwd=fleet)
    (fleet / "crds/broken.json").write_text("{}", encoding="utf-8")
    ran = run("schema", "sets", cwd=fleet)
    assert ran.code == 1
    assert ran.out.startswith("broken\n  not a file that `hcpc schema import` wrote\nours\n")


def test_a_set_changed_by_hand_is_told_with_the_place_and_nothing_reaches_the_terminal(
    run: Run, fleet: Path
) -> None:
    run("schema", "import", "ours", "hc.yaml", cwd=fleet)
    path = fleet / "crds/ours.json"
    path.write_text(path.read_text().replace('"type": "object"', '"type": "\\u001b[2J"'))
    ran = run("schema", "sets", cwd=fleet)
    assert ran.code == 1
    assert "`kinds[0].schema.type`: " in ran.out
    assert "\x1b" not in ran.out


def test_lint_against_another_set_finds_what_that_one_refuses(run: Run, tmp_path: Path) -> None:
    strict = write_set([hosted_cluster(CHANNEL), node_pool({})])
    fleet = small_fleet(
        tmp_path / "fleet",
        {
            "crds/next.json": strict,
            "crds/now.json": write_set([hosted_cluster({}), node_pool({})]),
            MANAGEMENT: management("now"),
            "clusters/mgmt-1/demo.yaml": cluster("demo", "channel: candidate-4.18\n"),
        },
    )
    assert run("lint", cwd=fleet).code == 0
    ran = run("lint", "--against", "next", "-o", "short", cwd=fleet)
    assert ran.code == 1
    assert "error[HCP0505]" in ran.out
    assert run("lint", cwd=fleet).code == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nxt", "there is no CRD set 'nxt'; did you mean `next`?"),
        ("other", "there is no CRD set 'other'; there are `broken`, `next`"),
        ("broken", "crds/broken.json: not a file that `hcpc schema import` wrote"),
    ],
)
def test_lint_against_a_set_that_cannot_be_used(
    run: Run, tmp_path: Path, name: str, said: str
) -> None:
    sets = {"crds/next.json": write_set([]), "crds/broken.json": "{}"}
    ran = run("lint", "--against", name, cwd=small_fleet(tmp_path / "fleet", sets))
    assert ran.code == 2
    assert said in ran.err
