"""What a decoding process may not do: grow, compute for long, open anything, reach the network.

Limits are the kernel's. Where it has none (`resource` outside of Unix, seccomp outside of Linux),
`confine` says what is missing, and the parent still kills a child that does not answer in time.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys

try:
    import resource
except ImportError:  # not a Unix
    resource = None  # type: ignore[assignment]

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000
"""What a filter returns; 13 is EACCES."""
_X32 = 0x40000000

_CALLS = {
    "x86_64": (0xC000003E, (41, 53, 59, 62, 101, 310, 311, 322, 425, 434, 438)),
    "aarch64": (0xC00000B7, (198, 199, 221, 129, 117, 270, 271, 281, 425, 434, 438)),
}
"""Architecture, then socket, socketpair, execve, kill, ptrace, process_vm_readv and _writev,
execveat, io_uring_setup, pidfd_open and pidfd_getfd, by their numbers there."""


def confine(*, memory: int) -> list[str]:
    """Confine this process for good; return what this machine could not do."""
    lacking = [] if resource else ["limits of memory, time and files"]
    if resource:
        _limit(resource.RLIMIT_AS, memory)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)
        # A new descriptor must be below this number: there is none, for files and for sockets.
        _limit(resource.RLIMIT_NOFILE, 3)
    if not _deny_calls():
        lacking.append("a filter of system calls")
    return lacking


def allow_seconds(seconds: int) -> None:
    """Let this process compute for so many seconds from now; then the kernel ends it."""
    if resource:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        allowed = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


def _limit(kind: int, most: int) -> None:
    resource.setrlimit(kind, (most, most))


def _deny_calls() -> bool:
    """Have the kernel refuse sockets, programs and other processes; False where it cannot."""
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    program = _program(*known)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    code = ctypes.create_string_buffer(program, len(program))
    given = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    return bool(libc.prctl(_SECCOMP, _FILTER, ctypes.create_string_buffer(given), 0, 0) == 0)


def _program(architecture: int, calls: tuple[int, ...]) -> bytes:
    """Return the filter: another architecture's calls end the process, the listed are refused."""

    def step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
        return struct.pack("HBBI", code, then, otherwise, value)

    count = len(calls)
    return b"".join(
        [
            step(_LOAD, 4),
            step(_EQUAL, architecture, then=1),
            step(_RETURN, _KILL),
            step(_LOAD, 0),
            step(_AT_LEAST, _X32, then=count + 1),
            *(step(_EQUAL, call, then=count - place) for place, call in enumerate(calls)),
            step(_RETURN, _ALLOW),
            step(_RETURN, _REFUSE),
        ]
    )
