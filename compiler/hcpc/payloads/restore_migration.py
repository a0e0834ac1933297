"""The runbook for a move to another management cluster of the same region, nodes included.

The objects that know the machines go along, so that no machine is made or removed. Source:
HyperShift, its page on disaster recovery and contrib/migration.
"""

from collections.abc import Iterator

from hcpc.payloads.backup import recovery_of
from hcpc.payloads.restore_readiness import is_private
from hcpc.payloads.restore_steps import (
    FIELD_MANAGER,
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
    sign,
    stop_writers,
    suspend,
    take_snapshot,
    tidy_up,
    upload,
    verify,
    watch,
)

_SERVER_FIELDS = (
    "metadata.ownerReferences",
    "metadata.creationTimestamp",
    "metadata.resourceVersion",
    "metadata.uid",
    "metadata.managedFields",
    "metadata.generation",
    "metadata.selfLink",
    "metadata.finalizers",
    "status",
)
_CONTROL_PLANES = "hostedcontrolplanes.hypershift.openshift.io"


def migration(plan: Plan) -> str:
    """The runbook."""
    published = not is_private(plan.cluster)
    steps = [
        log_in(plan, (S3_TOOL, "curl", "jq")),
        suspend(plan),
        pause(plan),
        stop_writers(plan, "control-plane-operator"),
        take_snapshot(plan),
        upload(plan),
        _export(plan),
        *([_remove_routes(plan)] if published else []),
        sign(plan),
        _prepare(plan),
        carry_over(plan),
        _import(plan),
        create(plan),
        watch(plan),
        verify(plan, with_pools=bool(plan.settings.get("pauseNodePools", True))),
        *([_renew_network(plan)] if published else []),
        _stop_source(plan),
        _forget(plan),
        move_in_git(plan),
        hand_over(plan),
        tidy_up(plan),
    ]
    facts = common_facts(plan)
    region = plan.cluster.spec["platform"][plan.cluster.platform].get("region", "")
    facts.append(("region", f"`{region}`"))
    title = f"Move `{plan.cluster.name}` from `{plan.source}` to `{plan.target}`"
    return runbook(title, plan, facts, steps)


def _moved(plan: Plan) -> tuple[str, ...]:
    return recovery_of(plan.cluster).moved


def _export(plan: Plan) -> Step:
    """What the operator made, and what says which machine is which."""
    inside = plan.inside()
    fields = ", ".join(f".items[].{field}" for field in _SERVER_FIELDS)
    names = f"docker|service-account-token|oauth-openshift|token-{plan.cluster.name}"
    return Step(
        "Save the objects of the control plane",
        "The directory `saved` holds Secrets: nobody else may read it, and it goes in the end.",
        (
            "(umask 077 && mkdir saved)",
            f"strip='del({fields})'",
            f"{inside} get secrets --output json \\",
            f"  | jq '.items |= map(select(.metadata.name | test(\"{names}\") | not))' \\",
            '  | jq "$strip" > saved/secrets.json',
            f"for kind in {' '.join(_moved(plan))}; do",
            f'  {inside} get "$kind" --output json | jq "$strip" > "saved/$kind.json"',
            "done",
            "ls -l saved",
        ),
    )


def _remove_routes(plan: Plan) -> Step:
    hosts = list(dict.fromkeys(_hosts(plan)))
    return Step(
        "Take the host names away from the old control plane",
        "External DNS removes their records when the Routes go. Wait until none resolves.",
        (
            f"{plan.inside()} delete routes --all",
            f"for host in {' '.join(hosts)}; do",
            '  while getent hosts "$host"; do sleep 15; done',
            "done",
        ),
    )


def _hosts(plan: Plan) -> Iterator[str]:
    for strategy in plan.cluster.spec["publish"].values():
        for arm in ("route", "loadBalancer"):
            host = strategy.get(arm, {}).get("hostname")
            if host:
                yield str(host)


def _prepare(plan: Plan) -> Step:
    return Step(
        f"Prepare `{plan.target}`",
        "The control plane's namespace must not be there yet.",
        (f"target_oc create namespace {plan.control_plane}",),
    )


def _import(plan: Plan) -> Step:
    """In the order in which each finds what it belongs to."""
    apply = f"{plan.at('target')} apply --server-side --field-manager={FIELD_MANAGER} --filename"
    edit = (
        "del(.items[].spec.pausedUntil) | .items[].spec.etcd.managed.storage.restoreSnapshotURL = "
        "[$url]"
    )
    if "storageClass" in plan.settings:
        volume = ".items[].spec.etcd.managed.storage.persistentVolume.storageClassName"
        edit += f' | {volume} = "{plan.settings["storageClass"]}"'
    kinds = [kind for kind in _moved(plan) if kind != _CONTROL_PLANES]
    return Step(
        "Bring the objects of the control plane in",
        "The HostedControlPlane gets the snapshot too: the field cannot be added later.",
        (
            f"{apply} saved/secrets.json",
            f"jq --arg url \"$SNAPSHOT_URL\" '{edit}' saved/{_CONTROL_PLANES}.json | {apply} -",
            f"for kind in {' '.join(kinds)}; do",
            f'  {apply} "saved/$kind.json"',
            "done",
        ),
    )


def _renew_network(plan: Plan) -> Step:
    name = plan.cluster.name
    extract = f"extract secret/{name}-admin-kubeconfig --keys=kubeconfig --to=-"
    guest = f"oc --kubeconfig {name}.kubeconfig"
    return Step(
        "Let the pod network find the new control plane",
        "Its pods know the old addresses until they are made anew.",
        (
            f"{plan.here('target')} {extract} > {name}.kubeconfig",
            f"{guest} --namespace openshift-ovn-kubernetes delete pods --all",
            f"{guest} get nodes",
            f"rm {name}.kubeconfig",
        ),
    )


def _stop_source(plan: Plan) -> Step:
    return Step(
        f"Stop the rest of the control plane on `{plan.source}`",
        "Only when the nodes are `Ready` with the new one. From here on there is no way back.",
        (
            f"{plan.inside()} scale deployment,statefulset --all --replicas=0",
            f"{plan.inside()} get pods",
        ),
    )


def _forget(plan: Plan) -> Step:
    """Without finalizers nothing of the cloud goes along with the objects."""
    kinds = [kind for kind in reversed(_moved(plan)) if kind != _CONTROL_PLANES]
    inside, here, name = plan.inside(), plan.here(), plan.cluster.name
    patch = """--type merge --patch '{"metadata":{"finalizers":null}}'"""
    own = [f"nodepool/{pool}" for pool in plan.pools]
    return Step(
        f"Remove the cluster from `{plan.source}`",
        "The machines live on, with the new control plane: no finalizer may run here.",
        (
            "forget() {  # NAMESPACE KIND/NAME",
            f'  {plan.at("source")} --namespace "$1" patch "$2" {patch} \\',
            f'    && {plan.at("source")} --namespace "$1" delete "$2" --wait=false',
            "}",
            *(f"forget {plan.cluster.namespace} {each}" for each in own),
            f"for kind in {' '.join((*kinds, _CONTROL_PLANES))}; do",
            f'  for object in $({inside} get "$kind" --output name); do',
            f'    forget {plan.control_plane} "$object"',
            "  done",
            "done",
            f"{plan.at('source')} delete namespace {plan.control_plane}",
            f"forget {plan.cluster.namespace} hostedcluster/{name}",
            f"{here} get hostedclusters,nodepools",
            "rm -r saved",
        ),
    )
