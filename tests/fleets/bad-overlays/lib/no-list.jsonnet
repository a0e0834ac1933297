function(cluster, manifests) { [m.metadata.name]: m for m in manifests }
