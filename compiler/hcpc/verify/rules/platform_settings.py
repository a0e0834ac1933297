"""What platforms say of their own settings: `platforms/NAME.py` finds it, this reports it.

What a restore needs in git is told of a cluster that is marked for one with all else it lacks.
"""

from hcpc.diagnostics.sink import Sink
from hcpc.platforms import registry
from hcpc.verify.fleet.facts import moves
from hcpc.verify.release import RELEASE, minor, release_of
from hcpc.verify.subject import Subject


def check(subject: Subject, sink: Sink) -> None:
    """Report the problems that a platform finds with a cluster and its node pools."""
    cluster = subject.cluster
    platform = registry.platform(cluster.platform)
    assert platform is not None
    version = minor(release_of(subject.value(RELEASE), cluster.scope).version)
    told = platform.recovery.pinned if moves(subject) else ()
    for manifest in (subject.hosted_cluster, *subject.node_pools):
        for problem in platform.problems(manifest.body, version):
            if problem.path[-1] in told:
                continue
            span = subject.span(manifest, problem.path)
            about = (str(problem.path[-1]),)
            sink.report(problem.code, span, problem.message, help=problem.help, subjects=about)
