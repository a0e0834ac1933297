local hosts = importstr '../../../../etc/hosts';

function(cluster, manifests) manifests + [hosts]
