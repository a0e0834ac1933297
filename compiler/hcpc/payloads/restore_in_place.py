"""The runbook for an etcd that has lost its quorum: the cluster stays, one member starts it again.

Source: HyperShift, docs/content/how-to/disaster-recovery/etcd-recovery.md.
"""

from collections.abc import Iterator
from typing import Any

from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.payloads.restore_steps import (
    S3_TOOL,
    Plan,
    Step,
    common_facts,
    log_in,
    pause,
    resume,
    runbook,
    stop_writers,
    suspend,
    verify,
)

_HELPER = "etcd-data"
_DATA = "/var/lib/data"


def in_place(plan: Plan) -> str:
    """The runbook."""
    facts = [*common_facts(plan), ("etcd", f"{plan.members} member{'s' * (plan.members > 1)}")]
    title = f"Bring the etcd of `{plan.cluster.name}` back in place"
    steps = [
        log_in(plan, _tools(plan)),
        _look(plan),
        suspend(plan),
        pause(plan, node_pools=False),
        stop_writers(plan),
        _fetch(plan),
        _stop_members(plan),
        _start_helper(plan),
        _replace_data(plan),
        _start_members(plan),
        _go_on(plan),
        verify(plan, with_pools=False),
    ]
    return runbook(title, plan, facts, steps)


def _tools(plan: Plan) -> list[str]:
    if not plan.url:
        return []
    return [S3_TOOL] if plan.in_bucket else ["curl"]


def _look(plan: Plan) -> Step:
    only_one = (
        "If only one member fails, stop here: remove its claim and its pod (`data-etcd-N`, "
        "`etcd-N`), and the others bring it back. "
        if plan.members > 1
        else ""
    )
    return Step(
        "Look which members fail",
        f"{only_one}This runbook is for an etcd without a quorum.",
        (f"{plan.inside()} get pods,pvc --selector=app=etcd --output wide",),
    )


def _fetch(plan: Plan) -> Step:
    verified = "sha256sum snapshot.db"
    if plan.in_bucket:
        command = f"{S3_TOOL} s3 cp '{plan.url}' snapshot.db"
        return Step("Fetch the snapshot", "What came after it is lost.", (command, verified))
    if plan.url:
        command = f"curl --fail --location --output snapshot.db '{plan.url}'"
        return Step("Fetch the snapshot", "What came after it is lost.", (command, verified))
    command = f"{plan.inside()} exec etcd-0 --container etcd -- cat {_DATA}/member/snap/db"
    return Step(
        "Copy the data of a member",
        "Take the member with the newest data: if `etcd-0` is not the one, name another. If no "
        "member runs, take a saved snapshot instead.",
        (f"{command} > snapshot.db", verified),
    )


def _stop_members(plan: Plan) -> Step:
    inside = plan.inside()
    commands = [
        f"{inside} scale statefulset/etcd --replicas=0",
        f"{inside} wait pod --selector=app=etcd --for=delete --timeout=5m",
    ]
    rest = " ".join(f"data-etcd-{number}" for number in range(1, plan.members))
    if rest:
        commands.append(f"{inside} delete pvc {rest}")
    others = " and the data of all but the first goes: they get it from that one" if rest else ""
    return Step("Stop all members", f"Every member stops{others}.", tuple(commands))


def _start_helper(plan: Plan) -> Step:
    inside = plan.inside()
    image = '{.spec.template.spec.containers[?(@.name=="etcd")].image}'
    return Step(
        "Start a pod on the data of the first member",
        "It mounts the claim `data-etcd-0` and waits.",
        (
            f"ETCD_IMAGE=$({inside} get statefulset/etcd --output jsonpath='{image}')",
            f"{inside} apply --filename - << END",
            *canonical_yaml(_helper(plan)).splitlines(),
            "END",
            f"{inside} rollout status deployment/{_HELPER} --timeout=5m",
        ),
    )


def _helper(plan: Plan) -> dict[str, Any]:
    labels = {"app": _HELPER}
    container = {
        "name": "access",
        "image": "$ETCD_IMAGE",
        "command": ["sleep", "infinity"],
        "volumeMounts": [{"mountPath": "/var/lib", "name": "data"}],
    }
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data-etcd-0"}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": _HELPER, "namespace": plan.control_plane},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "strategy": {"type": "Recreate"},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [container], "volumes": [volume]},
            },
        },
    }


def _replace_data(plan: Plan) -> Step:
    run = f"{plan.inside()} exec deployment/{_HELPER} --"
    write = (
        f"{plan.inside()} exec --stdin deployment/{_HELPER} -- sh -c 'cat > /var/lib/restored.db'"
    )
    return Step(
        "Put the snapshot in place of the data",
        "The other members are named here already, and join when they start.",
        (
            f"{write} < snapshot.db",
            f"{run} sha256sum /var/lib/restored.db",
            f"{run} rm -rf {_DATA}",
            f"{run} etcdutl snapshot restore /var/lib/restored.db \\",
            f"  --data-dir={_DATA} --skip-hash-check --name etcd-0 \\",
            "  --initial-cluster-token=etcd-cluster \\",
            f"  --initial-cluster {','.join(_peers(plan))} \\",
            f"  --initial-advertise-peer-urls {_peer(plan, 0)}",
            f"{run} rm /var/lib/restored.db",
        ),
    )


def _peers(plan: Plan) -> Iterator[str]:
    for number in range(plan.members):
        yield f"etcd-{number}={_peer(plan, number)}"


def _peer(plan: Plan, number: int) -> str:
    return f"https://etcd-{number}.etcd-discovery.{plan.control_plane}.svc:2380"


def _start_members(plan: Plan) -> Step:
    inside = plan.inside()
    return Step(
        "Start etcd again",
        "The first member has the data"
        + (", the others get it from there." if plan.members > 1 else "."),
        (
            f"{inside} delete deployment/{_HELPER}",
            f"{inside} wait pod --selector=app={_HELPER} --for=delete --timeout=5m",
            f"{inside} scale statefulset/etcd --replicas={plan.members}",
            f"{inside} rollout status statefulset/etcd --timeout=15m",
        ),
    )


def _go_on(plan: Plan) -> Step:
    name = plan.cluster.name
    return Step(
        "End the pause",
        "The operator starts what writes to etcd again. Then let what applies this repository run.",
        (
            *resume(plan, [f"hostedcluster/{name}"], "source"),
            f"{plan.here()} wait hostedcluster/{name} --for=condition=Available --timeout=30m",
            "rm snapshot.db",
        ),
    )
