function(cluster, manifests) std.filter(function(m) m.kind == 'HostedCluster', manifests)
