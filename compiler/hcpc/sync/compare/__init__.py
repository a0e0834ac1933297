"""What git wants and what a cluster has: live objects reduced to what a sync looks at, compared.

Pure: no request, no clock. Only what git gives is compared, so that defaults of the server and
fields of others are no drift.
"""

from hcpc.sync.compare.effect import applied_differences, has_effect
from hcpc.sync.compare.field_sets import applied_at, owned_fields
from hcpc.sync.compare.observed import observe
from hcpc.sync.compare.paths import field_path
from hcpc.sync.compare.wanted import field_differences

__all__ = [
    "applied_at",
    "applied_differences",
    "field_differences",
    "field_path",
    "has_effect",
    "observe",
    "owned_fields",
]
