"""The memory of this process."""

import resource
import sys


def peak() -> float:
    """MiB, at its most."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1024 / (1024 if sys.platform == "darwin" else 1)
