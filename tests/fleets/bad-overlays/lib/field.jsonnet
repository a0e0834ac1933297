local site = import 'site.libsonnet';

function(cluster, manifests) [
  m { metadata+: { annotations+: site.annotations(cluster) } }
  for m in manifests
]
