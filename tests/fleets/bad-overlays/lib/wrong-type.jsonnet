function(cluster, manifests) [m { metadata+: { labels+: { tier: 1 } } } for m in manifests]
