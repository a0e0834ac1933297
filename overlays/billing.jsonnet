// Marks every HostedCluster and NodePool with who pays for it.
local costs = import 'cost-centers.libsonnet';

function(cluster, manifests) [
  if std.member(['HostedCluster', 'NodePool'], m.kind)
  then m {
    metadata+: {
      labels+: { 'fleet.example.com/cost-center': costs.of(std.get(cluster.labels, 'team', '')) },
    },
  }
  else m
  for m in manifests
]
