function(cluster, manifests) [
  m { metadata+: { labels+: { site: } } }
  for m in manifests
]
