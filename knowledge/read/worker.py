"""The child of `sandbox`: limits itself, reads a file from standard input, writes lines of JSON. Run with -m."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict

from knowledge.errors import LimitExceeded, ReadError
from knowledge.read import read_bytes
from knowledge.read.answers import told
from knowledge.read.limits import Limits


def restrict(limits: Limits) -> None:
    """Lower this process's soft limits: address space, processor time, size of written files, no core dumps."""
    try:
        import resource
    except ImportError:  # no such limits on this system; the parent's clock still holds
        return
    wanted = {
        resource.RLIMIT_AS: limits.max_memory_mb * 1024 * 1024,
        resource.RLIMIT_CPU: math.ceil(limits.max_seconds) + 1,
        resource.RLIMIT_FSIZE: limits.max_unpacked,
        resource.RLIMIT_CORE: 0,
    }
    for kind, soft in wanted.items():
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def main(name: str, limits: Limits) -> dict[str, object]:
    """The answer for the parent: the source, or the error's class and sentence."""
    return answered(lambda: {"source": asdict(read_bytes(sys.stdin.buffer.read(), name, limits))}, name)


def answered(make: Callable[[], dict[str, object]], name: str) -> dict[str, object]:
    """What `make` gives, or the error's class and sentence."""
    try:
        return make()
    except MemoryError:
        error: ReadError = LimitExceeded(f"读取 {name} 用的内存超出限制：请拆成几份再发送。")
    except ReadError as failure:
        error = failure
    return {"error": type(error).__name__, "message": str(error), "cause": repr(error.__cause__)}


if __name__ == "__main__":
    given = Limits(**json.loads(sys.argv[2]))
    restrict(given)
    sys.stdout.writelines(f"{line}\n" for line in told(main(sys.argv[1], given)))
