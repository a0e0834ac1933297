"""The files of a new fleet: small, commented, and without a finding."""

from hcpc import API_VERSION
from hcpc.kube.canonical_yaml import canonical_yaml

_FLEET = """\
apiVersion: {api}
kind: Fleet
metadata:
  {name}
spec:
  sources: [clusters]   # where specs are
  output: rendered      # where manifests go; commit them
"""

_RELEASES = """\
# Which version is which image. `oc adm release info VERSION` prints the digest of a release;
# the one below is made up, so replace it before you apply anything.
apiVersion: {api}
kind: ReleaseCatalog
metadata:
  name: stable
spec:
  channel: stable-4.17
  releases:
    4.17.9:
      images:
        multi: quay.io/openshift-release-dev/ocp-release@sha256:{digest}
"""

_DEFAULTS = """\
# What every cluster in this directory and below has in common. A cluster's own file wins.
apiVersion: {api}
kind: Defaults
metadata:
  name: all
spec:
  cluster:
    release: 4.17.9
    baseDomain: fleet.example.com
    pullSecret: {{secret: "${{cluster.name}}-pull-secret"}}
    sshKey: {{secret: "${{cluster.name}}-ssh-key"}}
    encryption:
      aescbc:
        activeKey: {{secret: "${{cluster.name}}-etcd-encryption-key"}}
    nodePoolDefaults:
      autoRepair: true
      drainTimeout: 30m
"""

_MANAGEMENT = """\
# The management cluster that runs the control planes of all clusters in this directory.
apiVersion: {api}
kind: ManagementCluster
metadata:
  name: mgmt-1
spec:
  region: dc1
  nodeAddress: api.mgmt-1.example.com   # where its node ports are reached
"""

_CLUSTER = """\
# One hosted cluster. `hcpc explain demo` shows everything it inherits.
apiVersion: {api}
kind: Cluster
metadata:
  name: demo
  labels: {{team: platform}}
spec:
  platform:
    agent: {{namespace: agents-demo}}
  nodePools:
    workers: {{replicas: 2}}
"""


def scaffold(name: str) -> dict[str, str]:
    """Texts by path below the new fleet's root; `name` is the fleet's."""
    named = canonical_yaml({"name": name}).rstrip()  # a name such as `null` needs quotes
    values = {"api": API_VERSION, "name": named, "digest": "0123456789abcdef" * 4}
    files = {
        "fleet.yaml": _FLEET,
        "clusters/releases.yaml": _RELEASES,
        "clusters/defaults.yaml": _DEFAULTS,
        "clusters/mgmt-1/management-cluster.yaml": _MANAGEMENT,
        "clusters/mgmt-1/demo.yaml": _CLUSTER,
    }
    return {path: text.format(**values) for path, text in files.items()}
