"""The runbook for a new control plane that starts with the state of the old one.

On the same management cluster or, with fixed host names, on another. Nodes are provisioned anew.
Source: HyperShift, its pages on backing up etcd and on disaster recovery.
"""

from hcpc.payloads.backup import recovery_of
from hcpc.payloads.restore_steps import (
    S3_TOOL,
    Plan,
    Step,
    carry_over,
    common_facts,
    create,
    hand_over,
    log_in,
    move_in_git,
    pause,
    runbook,
    save_secrets,
    sign,
    stop_writers,
    suspend,
    take_snapshot,
    tidy_up,
    upload,
    verify,
    watch,
)


def from_snapshot(plan: Plan) -> str:
    """The runbook."""
    tools = [*([S3_TOOL] if plan.in_bucket else []), "curl", "jq"]
    steps = [log_in(plan, tools), suspend(plan), pause(plan), stop_writers(plan)]
    steps += [take_snapshot(plan), upload(plan)]
    if plan.moves:
        steps += [carry_over(plan), silence_old(plan)]
    else:
        steps += [save_secrets(plan), remove_old(plan)]
    steps += [sign(plan), create(plan), watch(plan)]
    steps += [verify(plan, with_pools=bool(plan.settings.get("pauseNodePools", True)))]
    if plan.moves:
        steps += [_names(plan), remove_old(plan), move_in_git(plan)]
    steps += [hand_over(plan), tidy_up(plan)]
    title = f"Restore `{plan.cluster.name}` from a snapshot of etcd"
    title += f" on `{plan.target}`" if plan.moves else ""
    note = Step(
        "Decide what is left of the old one",
        "If the old control plane no longer answers, and the snapshot lies where the table says, "
        "leave out the steps that pause it, stop it, and take and upload a snapshot. What came "
        "after the snapshot is lost. The nodes are provisioned anew in any case.",
    )
    return runbook(title, plan, common_facts(plan), [note, *steps])


def remove_old(plan: Plan) -> Step:
    """The step that removes the old cluster, before the same names come again."""
    here, name = plan.here(), plan.cluster.name
    agents = recovery_of(plan.cluster).agents
    text = "Make sure that what you restore from and the encryption key are safe: the state goes."
    if agents:
        namespace = plan.cluster.spec["platform"][plan.cluster.platform][agents]
        text += f" Leave the InfraEnv in namespace `{namespace}` alone: its hosts come back."
    pools = " ".join(f"nodepool/{pool}" for pool in plan.pools)
    return Step(
        f"Remove the old cluster from `{plan.source}`",
        text,
        (
            *((f"{here} delete {pools} --wait=false",) if pools else ()),
            f"{here} delete hostedcluster/{name} --timeout=60m",
            f"{plan.inside()} get pods,pvc",
            f"{plan.at('source')} wait namespace/{plan.control_plane} --for=delete --timeout=15m",
        ),
    )


def silence_old(plan: Plan) -> Step:
    """The step that stops the old etcd, and leaves running what can remove the machines."""
    inside = plan.inside()
    return Step(
        "Stop the old control plane",
        "Two control planes with one state must never run at the same time.",
        (
            f"{inside} scale statefulset/etcd --replicas=0",
            f"{inside} wait pod --selector=app=etcd --for=delete --timeout=5m",
        ),
    )


def _names(plan: Plan) -> Step:
    """Whoever knows the API by its name has to find it."""
    hosts = [
        f"`{value}`"
        for strategy in plan.cluster.spec["publish"].values()
        for arm in strategy.values()
        if isinstance(arm, dict)
        for field, value in arm.items()
        if field in {"hostname", "address"} and value
    ]
    listed = ", ".join(dict.fromkeys(hosts))
    return Step(
        "Point the host names at the new place",
        f"External DNS does it where it runs. Check {listed}.",
        (f"{plan.inside('target')} get services,routes",),
    )
