"""Google's Common Expression Language as Kubernetes' API server has it.

An expression comes in, a `Program` goes out. Knows nothing of schemas and files.
"""

from hcpc.cel.program import Program, compile_rule
from hcpc.cel.values import CelError, EvaluationError, UnsupportedError

__all__ = ["CelError", "EvaluationError", "Program", "UnsupportedError", "compile_rule"]
