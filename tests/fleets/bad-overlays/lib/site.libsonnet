{
  annotations(cluster):: {
    'example.com/site': cluster.managmentCluster,
  },
}
