"""A whole run in memory: texts in, rendered report out. What the fuzzers call."""

from pathlib import Path

from hcpc.diagnostics.render import RENDERERS, render
from hcpc.diagnostics.render.report import Report
from hcpc.diagnostics.sink import Sink
from hcpc.pipeline import Compilation, Options, compile_files
from hcpc.resolve.document import read_document
from hcpc.resolve.fleet import Fleet
from hcpc.scaffold import scaffold
from hcpc.source.discover import Places, decode
from hcpc.source.file_tree import WorkTree
from hcpc.source.text import SourceFile
from hcpc.syntax.parse import parse

CLUSTER = "clusters/mgmt-1/demo.yaml"
DEFAULTS = "clusters/defaults.yaml"
MANAGEMENT = "clusters/mgmt-1/management-cluster.yaml"
RELEASES = "clusters/releases.yaml"

RICH = """\
apiVersion: hcpc.dev/v1alpha1
kind: Cluster
metadata:
  name: rich
  labels: {team: payments, example.com/tier: gold}
spec:
  profiles: [gold]
  release: 4.17.9
  platform:
    aws:
      region: eu-west-1
      rolesRef: {ingressARN: a, storageARN: a, networkARN: a, imageRegistryARN: a,
        nodePoolManagementARN: a, controlPlaneOperatorARN: a, kubeCloudControllerARN: a}
  publish:
    api: {loadBalancer: {hostname: api.rich.example.com}}
    oauth: {route: {}}
  networks: {cluster: [10.132.0.0/14, {cidr: "fd01::/48", hostPrefix: 64}], machine: [10.0.0.0/16]}
  etcd: {size: 16Gi, storageClass: &fast gp3}
  encryption:
    aescbc: null
    kms: {aws: {region: eu-west-1, auth: {awsKms: a}, activeKey: {arn: "arn:aws:kms:x"}}}
  oauth:
    identityProviders:
      corp: {ldap: {url: "ldaps://ldap.example.com/", bindPassword: {secret: "${cluster.name}-l"}}}
  autoscaling: {maxNodesTotal: 10, maxNodeProvisionTime: 15m}
  imageSources: {quay.io/a: [mirror.example.com/a]}
  pausedUntil: "2030-03-01T00:00:00Z"
  hostedCluster: {spec: {updateService: null, autoscaling: {scaling: ScaleUpOnly}}}
  nodePoolDefaults:
    autoRepair: true
    platform: {aws: {instanceType: m5.large, subnet: {id: subnet-1}}}
  nodePools:
    workers: {replicas: 3, taints: [{key: a, value: b, effect: NoSchedule}]}
    infra:
      autoscale: {min: 2, max: 6}
      upgrade: {type: Replace, maxSurge: 25%}
      nodeLabels: {zone: "${managementCluster.region}"}
      platform: {aws: {rootVolume: {size: 120, type: gp3}}}
"""


def base() -> dict[str, str]:
    """The texts that fuzzing starts from, by path."""
    files = scaffold("fuzz")
    files.pop("fleet.yaml")
    files["clusters/profile.yaml"] = (
        "apiVersion: hcpc.dev/v1alpha1\nkind: Profile\nmetadata: {name: gold}\n"
        "spec: {fips: true, nodePools: {workers: {arch: amd64}}}\n"
    )
    return {**files, "clusters/mgmt-1/rich.yaml": RICH}


def run(files: dict[str, bytes]) -> Compilation:
    """Compile the files as a fleet and render what is found in every format."""
    sink = Sink()
    fleet_file = SourceFile("fleet.yaml", scaffold("fuzz")["fleet.yaml"])
    document = read_document(parse(fleet_file, sink)[0], sink)
    assert document is not None
    decoded = (decode(path, content, sink) for path, content in sorted(files.items()))
    sources = tuple(file for file in decoded if file)
    root = Path("/nowhere")
    fleet = Fleet(root, Places(), document, sources, {}, WorkTree(root))
    result = compile_files(fleet, Options(executor="serial"), sink)
    report = Report(result.findings, len(result.clusters))
    for form in RENDERERS:
        render(form, report, colour=True)
    return result
