"""The sets of metrics that the operator has built in, in the short form of specs.

Source: HyperShift, support/metrics/sets.go.
"""

from typing import Any

from hcpc.resolve.operator_setup import ALL, TELEMETRY

_ETCD = "etcd_{debugging,disk,server}*"
_ETCD_TOO = "etcd_{debugging,disk,request,server}*"
_API = (
    "apiserver_storage_objects",
    "apiserver_request_total",
    "apiserver_current_inflight_requests",
)
_NOTHING = {"drop": ["*"]}
_BUCKETS = (
    *("0.15", "0.25", "0.3", "0.35", "0.4", "0.45", "0.6", "0.7", "0.8", "0.9", "1.25", "1.5"),
    *("1.75", "2.5", "3", "3.5", "4.5", "6", "7", "8", "9", "15", "25", "30", "50"),
)
_SLOW_REQUESTS = {
    "metric": "apiserver_request_duration_seconds_bucket",
    "labels": {"le": list(_BUCKETS)},
}
_ADMISSION = (
    "apiserver_admission_controller_admission_latencies_seconds_*",
    "apiserver_admission_step_admission_latencies_seconds_*",
)


def _one_of(prefix: str, *names: str) -> str:
    return f"{prefix}{{{','.join(names)}}}"


_DEPRECATED = (
    _one_of(
        "scheduler_",
        "e2e_scheduling_latency_microseconds",
        "scheduling_algorithm_predicate_evaluation",
        "scheduling_algorithm_priority_evaluation",
        "scheduling_algorithm_preemption_evaluation",
        "scheduling_algorithm_latency_microseconds",
        "binding_latency_microseconds",
        "scheduling_latency_seconds",
    ),
    _one_of(
        "apiserver_",
        "request_count",
        "request_latencies",
        "request_latencies_summary",
        "dropped_requests",
        "storage_data_key_generation_latencies_microseconds",
        "storage_transformation_failures_total",
        "storage_transformation_latencies_microseconds",
        "proxy_tunnel_sync_latency_secs",
    ),
    "docker_{operations,operations_latency_microseconds,operations_errors,operations_timeout}",
    _one_of(
        "reflector_",
        "items_per_list",
        "items_per_watch",
        "list_duration_seconds",
        "lists_total",
        "short_watches_total",
        "watch_duration_seconds",
        "watches_total",
    ),
    _one_of(
        "etcd_",
        "helper_cache_hit_count",
        "helper_cache_miss_count",
        "helper_cache_entry_count",
        "request_cache_get_latencies_summary",
        "request_cache_add_latencies_summary",
        "request_latencies_summary",
    ),
    "transformation_{transformation_latencies_microseconds,failures_total}",
    _one_of(
        "",
        "network_plugin_operations_latency_microseconds",
        "sync_proxy_rules_latency_microseconds",
        "rest_client_request_latency_seconds",
    ),
)

BUILT_IN: dict[str, dict[str, dict[str, Any]]] = {
    TELEMETRY: {
        "etcd": {
            "keep": [
                "etcd_disk_wal_fsync_duration_seconds_bucket",
                "etcd_mvcc_db_total_size_in_bytes",
                "etcd_network_peer_round_trip_time_seconds_bucket",
                "etcd_mvcc_db_total_size_in_use_in_bytes",
                "etcd_disk_backend_commit_duration_seconds_bucket",
                "etcd_server_leader_changes_seen_total",
            ]
        },
        "kubeAPIServer": {"keep": list(_API)},
        "kubeControllerManager": {"keep": ["pv_collector_total_pv_count"]},
        "kubeScheduler": _NOTHING,
        "kubeSchedulerResourceMetrics": _NOTHING,
        "openshiftAPIServer": {"keep": list(_API)},
        "openshiftControllerManager": {"keep": ["openshift_build_status_phase_total"]},
        "openshiftRouteControllerManager": _NOTHING,
        "cvo": {
            "keep": [
                "cluster_version",
                "cluster_version_available_updates",
                "cluster_operator_up",
                "cluster_operator_conditions",
                "cluster_version_payload",
                "cluster_installer",
            ]
        },
        "olm": {"keep": ["csv_succeeded", "csv_abnormal"]},
        "catalogOperator": {"keep": ["subscription_sync_total", "olm_resolution_duration_seconds"]},
        "registryOperator": _NOTHING,
        "nodeTuningOperator": {"keep": ["nto_profile_calculated_total"]},
    },
    ALL: {
        "kubeAPIServer": {"drop": [_ETCD, *_ADMISSION, *_DEPRECATED, _SLOW_REQUESTS]},
        "kubeControllerManager": {
            "drop": [
                _ETCD_TOO,
                "rest_client_request_latency_seconds_{bucket,count,sum}",
                "root_ca_cert_publisher_sync_duration_seconds_{bucket,count,sum}",
            ]
        },
        "openshiftAPIServer": {"drop": [_ETCD, *_ADMISSION, _SLOW_REQUESTS]},
        "openshiftControllerManager": {"drop": [_ETCD_TOO]},
        "openshiftRouteControllerManager": {"drop": [_ETCD_TOO]},
        "cvo": {"drop": [_ETCD]},
        "olm": {"drop": [_ETCD]},
        "catalogOperator": {"drop": [_ETCD]},
    },
}
"""The built-in sets by component; of a component that is not named all metrics are collected."""
