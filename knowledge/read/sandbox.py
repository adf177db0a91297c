"""Reading a stranger's file in a process of its own, so that no file can take the bot down.

The child gets the file on standard input, no secrets in its environment, and limits on memory, time and files; it
answers with lines of JSON. Whatever happens to it, the parent sees a Source or a ReadError.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from knowledge import errors
from knowledge.errors import BrokenFile, LimitExceeded, ReadError
from knowledge.model import Source
from knowledge.read import load
from knowledge.read.answers import heard
from knowledge.read.limits import Limits

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")  # no tokens or proxies reach the child
_GRACE = 5.0  # seconds over max_seconds for starting and answering


def read_sandboxed(path: Path, limits: Limits = Limits()) -> Source:  # noqa: B008 - frozen
    """Like `read`, in a separate process with the limits' memory and time. Raises ReadError."""
    return read_bytes_sandboxed(load(path, limits), path.name, limits)


def read_bytes_sandboxed(data: bytes, name: str, limits: Limits = Limits()) -> Source:  # noqa: B008 - frozen
    """Like `read_bytes`, in a separate process with the limits' memory and time. Raises ReadError."""
    answer = answer_of("knowledge.read.worker", data, name, limits)
    return Source(**answer["source"] | {"notes": tuple(answer["source"]["notes"])})


def answer_of(module: str, data: bytes, name: str, limits: Limits, *more: str) -> dict[str, Any]:
    """What a module of ours, run in a process of its own, makes of a file. Raises ReadError."""
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-s", "-m", module, name, json.dumps(asdict(limits)), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )
    try:
        out, err = process.communicate(data, timeout=limits.max_seconds + _GRACE)
    except subprocess.TimeoutExpired as error:
        raise _exceeded(name) from error
    finally:
        _end(process)
    return _result(out, err, process.returncode, name)


def environment() -> dict[str, str]:
    """What the child sees of this process's environment."""
    kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the child and all that it started, and collect it."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def _result(out: bytes, err: bytes, code: int, name: str) -> dict[str, Any]:
    try:
        answer = heard(out)
    except ValueError as error:
        log = ReadError(f"exit {code}: {err.decode(errors='replace')[-2000:]}")
        raise _exceeded(name) from (log if err else error)
    if "error" not in answer:
        return answer
    kind = getattr(errors, answer["error"], BrokenFile)
    raise kind(answer["message"]) from ReadError(answer["cause"])


def _exceeded(name: str) -> LimitExceeded:
    return LimitExceeded(f"读取 {name} 时超出了时间或内存限制（文件可能过大或已损坏）：请另存或拆成几份后再发送。")
