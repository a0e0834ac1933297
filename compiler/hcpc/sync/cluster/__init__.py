"""The one door to Kubernetes: who we are, requests that survive faults, leases."""
