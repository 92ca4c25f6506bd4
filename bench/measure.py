"""Measures targets in turn, round after round, so that whatever else the machine does falls on all of them alike."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.load import run, start
from bench.processes import cpu_seconds, memory_mib, quiet_cpu_seconds
from bench.servers import running
from bench.targets import LOGIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.servers import Program
    from bench.targets import Target


@dataclass(frozen=True, slots=True)
class Sample:
    """One load: processor µs of the server per request, those of them after the last answer, requests per second."""

    cpu_us: float
    afterwards_us: float
    rate: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several figures, and the lowest and highest."""

    middle: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        """The spread of at least one figure."""
        return cls(median(figures), min(figures), max(figures))


Samples = dict[str, dict[str, list[Sample]]]
"""Kind of request, name of the target, one sample a round."""


def interleaved(targets: Mapping[str, Mapping[str, Target]], *, rounds: int, seconds: float) -> Samples:
    """Put the load of each kind on each of its targets in turn; ``targets`` is by kind, then by name.

    The order turns from round to round. A load lasts ``seconds``.
    """
    samples: Samples = {kind: {name: [] for name in named} for kind, named in targets.items()}
    for number in range(rounds):
        for kind, named in targets.items():
            names = list(named)
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                samples[kind][name].append(sample(named[name], kind, seconds))
    return samples


def sample(target: Target, kind: str, seconds: float, *, connections: int = 4) -> Sample:
    """Put one load on a target and see what it cost until the server came to rest."""
    pid = target.server.pid
    before = quiet_cpu_seconds(pid)
    tally = run(target.load(kind, seconds, connections=connections))
    at_last_answer = cpu_seconds(pid)
    at_rest = quiet_cpu_seconds(pid)
    if connections == len(target.lines[kind]):
        target.note(kind, tally.counts)
    each = 1_000_000 / tally.requests
    return Sample((at_rest - before) * each, (at_rest - at_last_answer) * each, tally.requests / tally.seconds)


def ratios(samples: Sequence[Sample], base: Sequence[Sample]) -> Spread:
    """How many times what the base cost in the same round."""
    return Spread.of([one.cpu_us / other.cpu_us for one, other in zip(samples, base, strict=True)])


@dataclass(frozen=True, slots=True)
class Start:
    """From the start of a process to its first answer, and its memory when it has come to rest."""

    seconds: float
    cpu_seconds: float
    memory_mib: float


def starts(programs: Sequence[Program], *, rounds: int) -> dict[str, list[Start]]:
    """Start each program several times, in turn."""
    seen: dict[str, list[Start]] = {program.name: [] for program in programs}
    for _ in range(rounds):
        for program in programs:
            with running(program) as server:
                quiet_cpu_seconds(server.pid)
                figures = Start(server.first_answer_seconds, server.first_answer_cpu_seconds, memory_mib(server.pid))
            seen[program.name].append(figures)
    return seen


def memory_during_logins(target: Target, *, seconds: float) -> float:
    """The most memory (MiB) a target takes while four people log in over and over."""
    most = 0.0
    client = start(target.load(LOGIN, seconds))
    while client.poll() is None:
        most = max(most, memory_mib(target.server.pid))
        time.sleep(0.005)
    if client.returncode:
        raise RuntimeError("The four could not log in")
    return most


def hash_cpu_us(*, times: int = 20) -> float:
    """Processor µs of one password check with the parameters that Byline uses, in this process, alone."""
    from byline.hashing import Argon2Hasher  # noqa: PLC0415 - the peers can be measured without Byline

    hasher = Argon2Hasher()
    stored = hasher.hash("warm up")
    before = time.process_time()
    for _ in range(times):
        hasher.verify(stored, "a wrong one")
    return (time.process_time() - before) / times * 1_000_000
