local fibonacci(n) = fibonacci(n - 1) + fibonacci(n - 2);

function(cluster, manifests) fibonacci(30)
