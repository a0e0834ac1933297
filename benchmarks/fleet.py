"""Generates a fleet of any size: layered the way real ones are, with three node pools a cluster.

With payloads, each cluster also has four node configs, fetched Secrets, and a backup. With CRDs,
the management clusters name the set that these make, and the fleet is a git repository.
"""

from pathlib import Path

_HEAD = "apiVersion: hcpc.dev/v1alpha1\n"
_CLUSTERS_PER_MANAGEMENT = 100


def write_fleet(root: Path, clusters: int, *, payloads: bool = False, crd_set: str = "") -> None:
    """Write a fleet of so many hosted clusters below `root`, which must not exist."""
    root.mkdir(parents=True)
    _write(root / "fleet.yaml", _HEAD + "kind: Fleet\nmetadata: {name: bench}\n")
    _write(root / "clusters/releases.yaml", _catalog())
    _write(root / "clusters/defaults.yaml", _DEFAULTS)
    if payloads:
        _write(root / "clusters/node-configs.yaml", _NODE_CONFIGS)
        _write(root / "clusters/payloads.yaml", _PAYLOADS)
    for tier in ("gold", "silver"):
        _write(root / f"clusters/profile-{tier}.yaml", _profile(tier))
    for number in range(clusters):
        group = number // _CLUSTERS_PER_MANAGEMENT
        environment = "prod" if group % 2 else "dev"
        directory = root / f"clusters/{environment}/mgmt-{group}"
        if number % _CLUSTERS_PER_MANAGEMENT == 0:
            _write(directory / "management-cluster.yaml", _management(group, crd_set))
            _write(directory / "defaults.yaml", _group_defaults(group))
        _write(directory / f"c{number}.yaml", cluster(number, payloads=payloads))


def cluster(number: int, replicas: int = 3, *, payloads: bool = False) -> str:
    """One cluster's file."""
    workers = "[chrony, hugepages]" if payloads else "[{configMap: chrony}]"
    gpu = "config: [kubelet, gpu]" if payloads else "tuning: [{configMap: gpu-tuned}]"
    tier = "gold" if number % 3 else "silver"
    return f"""\
{_HEAD}kind: Cluster
metadata:
  name: c{number}
  labels: {{team: team-{number % 17}, tier: {tier}}}
spec:
  profiles: [{tier}]
  clusterID: 3f0c2c1e-7c2b-4b57-9a55-{number:012d}
  infraID: c{number}-x7k2p
  platform:
    agent: {{namespace: "agents-${{cluster.name}}"}}
  publish:
    api: {{nodePort: {{address: "api.${{cluster.name}}.${{spec.baseDomain}}"}}}}
  oauth:
    identityProviders:
      corp:
        ldap:
          url: ldaps://ldap.example.com/ou=users,dc=example,dc=com?uid
          bindDN: cn=reader-{number},dc=example,dc=com
          bindPassword: {{secret: "${{cluster.name}}-ldap"}}
  nodePools:
    workers:
      replicas: {replicas}
      config: {workers}
      platform: {{agent: {{selector: {{matchLabels: {{pool: workers-{number}}}}}}}}}
    infra:
      autoscale: {{min: 2, max: 6}}
      taints: [{{key: infra, effect: NoSchedule}}]
      nodeLabels: {{node-role.example.com/infra: "true"}}
      platform: {{agent: {{selector: {{matchLabels: {{pool: infra-{number}}}}}}}}}
    gpu:
      replicas: {number % 4}
      platform: {{agent: {{selector: {{matchLabels: {{pool: gpu-{number}}}}}}}}}
      drainTimeout: 2h
      {gpu}
"""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _catalog() -> str:
    releases = "".join(
        f"    4.17.{patch}:\n      images:\n        multi: quay.io/openshift-release-dev/"
        f"ocp-release@sha256:{patch:064x}\n"
        for patch in range(20)
    )
    return (
        f"{_HEAD}kind: ReleaseCatalog\nmetadata: {{name: stable}}\nspec:\n  releases:\n{releases}"
    )


def _profile(tier: str) -> str:
    storage = "fast" if tier == "gold" else "standard"
    return f"""\
{_HEAD}kind: Profile
metadata: {{name: {tier}}}
spec:
  labels: {{example.com/tier: {tier}}}
  etcd: {{storageClass: {storage}, size: 16Gi}}
  availability: {{infrastructure: HighlyAvailable}}
  autoscaling: {{maxNodesTotal: 50, expanders: [LeastWaste]}}
"""


def _management(group: int, crd_set: str) -> str:
    hypershift = f"  hypershift: {{crdSet: {crd_set}}}\n" if crd_set else ""
    return f"""\
{_HEAD}kind: ManagementCluster
metadata: {{name: mgmt-{group}}}
spec:
  region: dc{group % 3}
  nodeAddress: nodes.mgmt-{group}.example.com
{hypershift}"""


def _group_defaults(group: int) -> str:
    return f"""\
{_HEAD}kind: Defaults
metadata: {{name: group}}
spec:
  cluster:
    baseDomain: "dc{group % 3}.example.com"
    labels: {{example.com/region: "${{managementCluster.region}}"}}
"""


_DEFAULTS = f"""\
{_HEAD}kind: Defaults
metadata: {{name: all}}
spec:
  cluster:
    release: 4.17.9
    channel: stable-4.17
    pullSecret: {{secret: "${{cluster.name}}-pull-secret"}}
    sshKey: {{secret: "${{cluster.name}}-ssh-key"}}
    additionalTrustBundle: {{configMap: corporate-ca}}
    encryption: {{aescbc: {{activeKey: {{secret: "${{cluster.name}}-etcd-encryption-key"}}}}}}
    networks: {{machine: [192.168.0.0/16]}}
    imageSources:
      quay.io/openshift-release-dev/ocp-release: [mirror.example.com/ocp/release]
      quay.io/openshift-release-dev/ocp-v4.0-art-dev: [mirror.example.com/ocp/release]
    proxy:
      http: http://proxy.example.com:3128
      https: http://proxy.example.com:3128
      noProxy: .example.com
    nodePoolDefaults: {{autoRepair: true, drainTimeout: 30m}}
"""

_NODE_CONFIGS = f"""\
{_HEAD}kind: NodeConfig
metadata: {{name: chrony}}
spec:
  files:
    /etc/chrony.conf:
      mode: 0644
      text: |
        server ntp1.example.com iburst
        driftfile /var/lib/chrony/drift
        makestep 1.0 3
---
{_HEAD}kind: NodeConfig
metadata: {{name: hugepages}}
spec:
  kernelArguments: [hugepagesz=2M, hugepages=512]
---
{_HEAD}kind: NodeConfig
metadata: {{name: kubelet}}
spec:
  kubelet: {{maxPods: 120}}
---
{_HEAD}kind: NodeConfig
metadata: {{name: gpu}}
spec:
  tuned:
    profiles:
      gpu: {{summary: GPU nodes, include: openshift-node, sysctl: {{vm.dirty_ratio: 55}}}}
"""

_PAYLOADS = f"""\
{_HEAD}kind: Defaults
metadata: {{name: payloads}}
spec:
  cluster:
    secrets: {{store: {{name: vault}}}}
    backup: {{schedule: "0 3 * * *", ttl: 168h}}
"""
