"""What a runbook is made of: the plan of a restore, its steps, and those that all methods share.

Every command is complete: whoever reads it at night fills in nothing but where the kubeconfigs are.
Names and addresses come from checked fields, so none of them means anything to a shell.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER, Manifest, control_plane_namespace
from hcpc.payloads.needed_secrets import needed_secrets
from hcpc.resolve.cluster import Cluster

WRITERS = ("kube-apiserver", "openshift-apiserver", "openshift-oauth-apiserver")
FIELD_MANAGER = "hcpc-restore"
S3_TOOL = "aws"  # the command line that reads and writes S3 buckets, whoever's they are
_ETCDCTL = (
    "env ETCDCTL_API=3 etcdctl --endpoints=localhost:2379 --cacert=/etc/etcd/tls/etcd-ca/ca.crt "
    "--cert=/etc/etcd/tls/client/etcd-client.crt --key=/etc/etcd/tls/client/etcd-client.key"
)
_STRIP = (
    "del(.metadata | .ownerReferences, .creationTimestamp, .managedFields, .resourceVersion, .uid)"
)


class Step(NamedTuple):
    """One step of a runbook: what to do, what to know before, and the commands."""

    title: str
    text: str
    commands: tuple[str, ...] = ()


class Plan(NamedTuple):
    """A restore, all names in it known.

    `spec` is what the document says, `settings` the part of the method. `spec_file` and
    `target_directory` are paths below the fleet's root. `objects` are those of the cluster that
    come back, `config_maps` those that it names and nothing emits.
    """

    name: str
    method: str
    cluster: Cluster
    target: str
    target_directory: str
    spec: dict[str, Any]
    objects: tuple[Manifest, ...]
    config_maps: tuple[str, ...]

    @property
    def settings(self) -> dict[str, Any]:
        """What the document says of its method."""
        found: dict[str, Any] = self.spec[self.method]
        return found

    @property
    def source(self) -> str:
        """The management cluster that the cluster is on."""
        return self.cluster.management_cluster

    @property
    def moves(self) -> bool:
        """Whether it comes back on another management cluster."""
        return self.source != self.target

    @property
    def url(self) -> str:
        """Where the snapshot lies; empty without one."""
        return str(self.settings.get("url") or self.settings.get("snapshot") or "")

    @property
    def in_bucket(self) -> bool:
        """Whether the snapshot lies in S3, where it needs a signature."""
        return self.url.startswith("s3://")

    @property
    def control_plane(self) -> str:
        """The control plane's namespace."""
        return control_plane_namespace(self.cluster.namespace, self.cluster.name)

    @property
    def pools(self) -> tuple[str, ...]:
        """The names of the cluster's NodePools."""
        return tuple(pool["name"] for pool in self.cluster.spec["nodePools"].values())

    @property
    def members(self) -> int:
        """How many members its etcd has."""
        policy = self.cluster.spec["availability"]["controlPlane"]
        return 3 if policy == "HighlyAvailable" else 1

    @property
    def spec_file(self) -> str:
        """The file of the cluster's spec, below the fleet's root."""
        return self.cluster.name_span.file.path

    def at(self, side: str) -> str:
        """The beginning of a command for the `source` or the `target`."""
        return f"{side}_oc" if self.moves else "oc"

    def here(self, side: str = "source") -> str:
        """As `at`, in the namespace of the HostedCluster."""
        return f"{self.at(side)} --namespace {self.cluster.namespace}"

    def inside(self, side: str = "source") -> str:
        """As `at`, in the control plane's namespace."""
        return f"{self.at(side)} --namespace {self.control_plane}"


def log_in(plan: Plan, tools: Iterable[str] = ()) -> Step:
    """Which cluster the commands are for, and what they need."""
    needed = ", ".join(f"`{tool}`" for tool in ("oc", *tools))
    text = f"You need {needed} and bash. Work in the directory of this file, in one shell."
    if not plan.moves:
        commands = ("oc whoami --show-server", "oc get hostedclusters --all-namespaces")
        return Step(f"Log in to `{plan.target}`", f"{text} Look where you are.", commands)
    return Step(
        f"Log in to `{plan.source}` and `{plan.target}`",
        f"{text} Say where the kubeconfigs of both are.",
        (
            f"export SOURCE_KUBECONFIG=$HOME/.kube/{plan.source}",
            f"export TARGET_KUBECONFIG=$HOME/.kube/{plan.target}",
            'source_oc() { oc --kubeconfig "$SOURCE_KUBECONFIG" "$@"; }',
            'target_oc() { oc --kubeconfig "$TARGET_KUBECONFIG" "$@"; }',
            "source_oc whoami --show-server",
            "target_oc whoami --show-server",
        ),
    )


def suspend(plan: Plan) -> Step:
    """Nobody else may work on the cluster meanwhile."""
    places = f"`{plan.source}` and `{plan.target}`" if plan.moves else f"`{plan.target}`"
    return Step(
        "Stop what applies this repository",
        f"Suspend, for `{plan.cluster.name}`, whatever applies the rendered tree to {places}. It "
        "would undo the pause, and bring back what you remove.",
    )


def pause(plan: Plan, *, node_pools: bool = True) -> Step:
    """The operator keeps its hands off."""
    objects = [f"hostedcluster/{plan.cluster.name}"]
    objects += [f"nodepool/{name}" for name in plan.pools] if node_pools else []
    patch = """--type merge --patch '{"spec":{"pausedUntil":"true"}}'"""
    return Step(
        "Pause the cluster",
        "From here on the operator changes nothing of it.",
        tuple(f"{plan.here()} patch {each} {patch}" for each in objects),
    )


def resume(plan: Plan, objects: Iterable[str], side: str) -> tuple[str, ...]:
    """The commands that end the pause of some objects."""
    patch = """--type merge --patch '{"spec":{"pausedUntil":null}}'"""
    return tuple(f"{plan.here(side)} patch {each} {patch}" for each in objects)


def stop_writers(plan: Plan, *more: str) -> Step:
    """What is written after the snapshot would be lost."""
    names = (*WRITERS, *more)
    deployments = " ".join(f"deployment/{name}" for name in names)
    return Step(
        "Stop what writes to etcd",
        "The API of the hosted cluster is down from here on. Its nodes and pods go on.",
        (
            f"{plan.inside()} scale {deployments} --replicas=0",
            f"for writer in {' '.join(WRITERS)}; do",
            f'  {plan.inside()} wait pod --selector="app=$writer" --for=delete --timeout=5m',
            "done",
        ),
    )


def take_snapshot(plan: Plan) -> Step:
    """One member's snapshot stands for all."""
    run = f"{plan.inside()} exec etcd-0 --container etcd --"
    path = "/var/lib/data/snapshot.db"
    return Step(
        "Take a snapshot of etcd",
        "One member's snapshot serves all of them.",
        (
            f"{run} {_ETCDCTL} snapshot save {path}",
            f"{run} {_ETCDCTL} snapshot status {path} --write-out=table",
            f"{run} cat {path} > snapshot.db",
            f"{run} sha256sum {path}",
            "sha256sum snapshot.db",
            f"{run} rm {path}",
        ),
    )


def upload(plan: Plan) -> Step:
    """To where the restore looks for it."""
    keep = "It holds all Secrets of the cluster. Keep the file until the cluster is back."
    if plan.in_bucket:
        commands = tuple(f"{S3_TOOL} s3 {verb} '{plan.url}'" for verb in ("cp snapshot.db", "ls"))
        return Step("Upload the snapshot", keep, commands)
    text = f"{keep} If the server takes no uploads, put it there in the server's own way."
    commands = (
        f"curl --fail --upload-file snapshot.db '{plan.url}'",
        f"curl --fail --silent --show-error '{plan.url}' | sha256sum",
    )
    return Step("Upload the snapshot", text, commands)


def tidy_up(plan: Plan) -> Step:
    """What holds Secrets must not lie around."""
    names = ["snapshot.db", *([] if plan.moves else ["secrets.json"])]
    return Step("Tidy up", "These files hold Secrets.", (f"rm -f {' '.join(names)}",))


def sign(plan: Plan) -> Step:
    """What the new control plane downloads with curl: no `s3://`, and no more than 1,024 signs."""
    if plan.in_bucket:
        assign = f"SNAPSHOT_URL=$({S3_TOOL} s3 presign '{plan.url}' --expires-in 3600)"
        text = (
            "The control plane downloads the snapshot with curl, so it needs a signed URL. This "
            "one is good for an hour. It is a secret: it belongs neither in git nor in a ticket. "
            "It must not be longer than 1,024 characters; with the keys of a session it can be."
        )
    else:
        assign = f"SNAPSHOT_URL='{plan.url}'"
        text = "The control plane downloads the snapshot with curl, from inside its namespace."
    return Step(
        "Make the snapshot readable",
        text,
        (
            assign,
            "test ${#SNAPSHOT_URL} -le 1024 && echo 'short enough'",
            'curl --fail --silent --show-error --range 0-0 --output /dev/null "$SNAPSHOT_URL" \\',
            "  && echo readable",
        ),
    )


def create(plan: Plan) -> Step:
    """Once only, and with a field manager of its own: what git does not say has to stay."""
    side = plan.at("target")
    substitute = '"${manifests//"$stored"/"$SNAPSHOT_URL"}"'
    apply = f"{side} apply --server-side --field-manager={FIELD_MANAGER} --filename -"
    commands = [
        f"stored='{plan.url}'",
        "manifests=$(oc kustomize .)",
        f"if {plan.here('target')} get hostedcluster {plan.cluster.name}; then",
        f"  echo '{plan.cluster.name} is there: remove it first' >&2",
        "else",
        f"  printf '%s\\n' {substitute} | {apply}",
        "fi",
    ]
    return Step(
        "Create the cluster again",
        "These are its manifests of git with the snapshot added. Where the snapshot lies can be "
        "said only now: the field cannot change any more, not even go away.",
        tuple(commands),
    )


def watch(plan: Plan) -> Step:
    """Until the control plane is back."""
    inside, here = plan.inside("target"), plan.here("target")
    name = plan.cluster.name
    restored = "--for=condition=EtcdSnapshotRestored --timeout=30m"
    return Step(
        "Wait for the control plane",
        "If it takes longer, look at the log of `etcd-init` in pod `etcd-0` of namespace "
        f"`{plan.control_plane}`.",
        (
            f"until {inside} get hostedcontrolplane {name} > /dev/null 2>&1; do sleep 5; done",
            f"{inside} wait hostedcontrolplane/{name} {restored}",
            f"{here} wait hostedcluster/{name} --for=condition=Available --timeout=60m",
        ),
    )


def verify(plan: Plan, *, with_pools: bool) -> Step:
    """The nodes come back last."""
    name = plan.cluster.name
    pools = resume(plan, [f"nodepool/{pool}" for pool in plan.pools], "target")
    extract = f"extract secret/{name}-admin-kubeconfig --keys=kubeconfig --to=-"
    return Step(
        "Start the node pools and verify" if with_pools and pools else "Verify",
        "Every node has to become `Ready`, and no cluster operator may stay degraded.",
        (
            *(pools if with_pools else ()),
            f"{plan.here('target')} {extract} > {name}.kubeconfig",
            f"oc --kubeconfig {name}.kubeconfig get nodes",
            f"oc --kubeconfig {name}.kubeconfig get clusteroperators",
            f"{plan.here('target')} get hostedcluster {name} --output yaml",
            f"rm {name}.kubeconfig",
        ),
    )


def save_secrets(plan: Plan) -> Step:
    """Without the key that it was written with, a snapshot is worth nothing."""
    names = " ".join(f"secret/{each.name}" for each in needed_secrets(plan.cluster.spec))
    return Step(
        "Save the Secrets",
        "They stay when the cluster goes, but without the encryption key all is lost. If one is "
        "missing later, `oc create --filename secrets.json` brings it back.",
        (
            "(umask 077 && : > secrets.json)",
            f"for object in {names}; do",
            f"  {plan.here()} get \"$object\" --output json | jq '{_STRIP}' >> secrets.json",
            "done",
            "jq --raw-output .metadata.name secrets.json",
        ),
    )


def carry_over(plan: Plan) -> Step:
    """Secrets and ConfigMaps that nothing in this repository brings along."""
    secrets = " ".join(f"secret/{each.name}" for each in needed_secrets(plan.cluster.spec))
    maps = " ".join(f"configmap/{name}" for name in plan.config_maps)
    namespace = plan.cluster.namespace
    apply = f"apply --server-side --field-manager={FIELD_MANAGER} --filename -"
    return Step(
        "Copy what the cluster names",
        f"If `{plan.source}` is lost, make the same Secrets by hand. The encryption key has to be "
        "the one that the state was written with.",
        (
            f"target_oc get namespace {namespace} || target_oc create namespace {namespace}",
            f"for object in {' '.join(filter(None, (secrets, maps)))}; do",
            f'  {plan.here("source")} get "$object" --output json \\',
            f"    | jq '{_STRIP}' \\",
            f"    | {plan.at('target')} {apply}",
            "done",
        ),
    )


def hand_over(plan: Plan) -> Step:
    """The fields that git says are git's again; only where the snapshot lay stays with us."""
    name = plan.cluster.name
    path = "{.spec.etcd.managed.storage.restoreSnapshotURL[0]}"
    present = f"{plan.here('target')} get hostedcluster {name} --output jsonpath='{path}'"
    apply = f"apply --server-side --field-manager={FIELD_MANAGER} --filename - << END"
    lines = [f"SNAPSHOT_URL=$({present})", f"{plan.at('target')} {apply}"]
    for number, each in enumerate(plan.objects):
        lines += ["---"] if number else []
        lines += _slim(each)
        if each.kind == HOSTED_CLUSTER:
            lines.append(
                'spec: {etcd: {managed: {storage: {restoreSnapshotURL: ["$SNAPSHOT_URL"]}}}}'
            )
    return Step(
        "Hand the cluster over to git",
        f"Let what applies this repository run again, and wait until it has applied "
        f"`clusters/{name}`. Then give up all fields but one: the snapshot's URL does not stand in "
        "git and has to stay.",
        (*lines, "END"),
    )


def _slim(each: Manifest) -> Iterator[str]:
    yield f"apiVersion: {each.body['apiVersion']}"
    yield f"kind: {each.kind}"
    yield f"metadata: {{name: {each.name}, namespace: {each.namespace}}}"


def move_in_git(plan: Plan) -> Step:
    """The repository has to say where the cluster is now."""
    quoted = "'" + plan.spec_file.replace("'", "'\\''") + "'"
    directory = "'" + (plan.target_directory or ".").replace("'", "'\\''") + "/'"
    also = ""
    if "storageClass" in plan.settings:
        also = f" Set `etcd.storageClass: {plan.settings['storageClass']}` in it."
    return Step(
        "Move the cluster in git",
        f"In the fleet's root. Until this is merged, `{plan.source}` must not get the cluster "
        f"again.{also} What Defaults of the old directory said has to be said in the new one, and "
        "the Restore has to go.",
        (f"git mv {quoted} {directory}", "hcpc compile --allow-removals"),
    )


def runbook(title: str, plan: Plan, facts: Iterable[tuple[str, str]], steps: Iterable[Step]) -> str:
    """The runbook as Markdown."""
    about = f"Restore `{plan.name}` of hosted cluster `{plan.cluster.name}`."
    lines = [
        "<!-- Generated by hcpc from the fleet's specs; do not edit. -->",
        f"# {title}",
        "",
        f"{about} Nothing here happens by itself: no other kustomization leads to this directory.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in facts),
    ]
    for number, step in enumerate(steps, start=1):
        lines += ["", f"## {number}. {step.title}", "", step.text]
        if step.commands:
            lines += ["", "```bash", *step.commands, "```"]
    return "\n".join(lines) + "\n"


def common_facts(plan: Plan) -> list[tuple[str, str]]:
    """What everybody who runs it wants to know first."""
    cluster = plan.cluster
    facts = [
        ("HostedCluster", f"`{cluster.namespace}/{cluster.name}`"),
        ("control plane", f"namespace `{plan.control_plane}`"),
        ("management cluster", f"`{plan.source}`" + (f" → `{plan.target}`" if plan.moves else "")),
    ]
    ids = (field for field in ("clusterID", "infraID") if field in cluster.spec)
    facts += [(field, f"`{cluster.spec[field]}`") for field in ids]
    if plan.url:
        facts.append(("snapshot", f"`{plan.url}`"))
    key = cluster.spec.get("encryption", {}).get("aescbc", {}).get("activeKey", {}).get("secret")
    if key:
        facts.append(("encryption key", f"Secret `{key}`"))
    return facts
