"""Prints what Byline's requests cost, as ratios to peers measured in the same run, and whether the clock tells tales.

``python -m bench.run`` (``make bench``). Ratios can be compared between machines, microseconds cannot.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bench import size, timing
from bench.measure import (
    Spread,
    hash_cpu_us,
    interleaved,
    memory_during_logins,
    ratios,
    sample,
    starts,
)
from bench.peers.desk import Sizes
from bench.servers import BYLINE, byline, peer, running, unpublished
from bench.targets import (
    LOGIN,
    LOGIN_FORM,
    ME,
    PUBLIC,
    SAVE,
    byline_target,
    open_accounts,
    peer_target,
    sizes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Samples, Start
    from bench.servers import Program
    from bench.targets import Target

FLOOR, FLASK, OURS = "floor", "bare_flask", "byline"
KINDS = (LOGIN_FORM, ME, PUBLIC, SAVE, LOGIN)
NOTES = {LOGIN: " (without its hashes)", SAVE: " (without publishing)"}
AIMS = {LOGIN_FORM: 3.2, ME: 3.8}
"""At most so many times bare Flask."""


def main() -> int:
    """Measure and print; 1 when the clock tells who has an account."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.7, help="of each load")
    parser.add_argument("--starts", type=int, default=5, help="of each program")
    parser.add_argument("--pairs", type=int, default=200, help="for each form, when the clock is questioned")
    parser.add_argument("--peers-only", action="store_true", help="measure the peers without Byline")
    parser.add_argument("--only", choices=["cost", "timing", "size"], help="one part of it")
    parser.add_argument("--size-rounds", type=int, default=7, help="of saves on a small and on a large site")
    given = parser.parse_args()
    if not given.peers_only and not BYLINE.exists():
        sys.exit(f"{BYLINE} is not there: run make first")
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as name:
        folder = Path(name)
        if given.only == "size":
            return 0 if size.report(folder / "size", rounds=given.size_rounds) else 1
        if given.only != "timing":
            _costs(folder, given.rounds, given.seconds, given.starts, ours=not given.peers_only)
        if given.only == "cost" or given.peers_only:
            return 0
        plain, cheap = byline(folder / "timing"), byline(folder / "timing-cheap", cheap_hash=True)
        with running(plain) as one, running(cheap) as other:
            return timing.report(one, other, pairs=given.pairs)


def _costs(folder: Path, rounds: int, seconds: float, times: int, *, ours: bool) -> None:
    with ExitStack() as stack:
        target = cheap = unpublishing = None
        if ours:
            print("Filling Byline by its front door ...", file=sys.stderr)
            target = _filled(stack, byline(folder / "byline"))
            cheap = _filled(stack, byline(folder / "cheap", cheap_hash=True))
            with running(byline(folder / "unpublished", cheap_hash=True)) as server:
                open_accounts(server)
            unpublishing = byline_target(stack.enter_context(running(unpublished(folder / "unpublished"))))
        size = sizes(target) if target else Sizes()
        peers = {
            name: peer_target(stack.enter_context(running(peer(name, folder / name, size))), target)
            for name in (FLOOR, FLASK)
        }
        print(f"Bytes: login form {size.login_form:,}, logged-in page {size.me:,}, reader's page {size.public:,}")
        by_kind: dict[str, dict[str, Target]] = {kind: dict(peers) for kind in KINDS}
        if target and cheap and unpublishing:
            for kind in KINDS:
                by_kind[kind][OURS] = {LOGIN: cheap, SAVE: unpublishing}.get(kind, target)
        samples = interleaved(by_kind, rounds=rounds, seconds=seconds)
        _print_costs(samples, rounds)
        if target:
            _print_publishing(target, rounds, seconds)
            _print_logins(target, samples, rounds, seconds)
            memory = memory_during_logins(target, seconds=3)
            print(f"Memory while four people log in over and over: {memory:.0f} MiB at most")
    programs = [peer(name, folder / name, size) for name in (FLOOR, FLASK)]
    programs += [byline(folder / "byline")] if ours else []
    _print_starts(starts(programs, rounds=times))


def _filled(stack: ExitStack, program: Program) -> Target:
    server = stack.enter_context(running(program))
    open_accounts(server)
    return byline_target(server)


def _print_costs(samples: Samples, rounds: int) -> None:
    names = list(next(iter(samples.values())))
    print(f"\nCPU of the server per request, all processes: middle of {rounds} rounds [lowest-highest]")
    print(f"{'':17}" + "".join(f"{name:>26}" for name in names) + "".join(f"{head:>26}" for head in _pairs(names)))
    for kind, named in samples.items():
        costs = "".join(f"{_spread([one.cpu_us for one in named[name]], 'µs'):>26}" for name in names)
        times = "".join(f"{_times(ratios(named[a], named[b])):>26}" for a, b in _pairs(names).values())
        note = NOTES.get(kind, "")
        print(f"{kind:17}{costs}{times}{note}")
    if OURS in names:
        for kind, aim in AIMS.items():
            reached = ratios(samples[kind][OURS], samples[kind][FLASK])
            print(f"aim: {kind} at most x{aim} of bare Flask: {'met' if reached.middle <= aim else 'MISSED'}")
    print("\nRequests per second, four connections, client and server on one machine")
    print(f"{'':17}" + "".join(f"{name:>26}" for name in names))
    for kind, named in samples.items():
        print(f"{kind:17}" + "".join(f"{_spread([one.rate for one in named[name]], '/s'):>26}" for name in names))


def _print_publishing(target: Target, rounds: int, seconds: float) -> None:
    """Saving as people pay for it: the page is published before the answer, what all share after it."""
    whole = [sample(target, SAVE, max(1.0, seconds)) for _ in range(rounds)]
    print(f"\nSaving a page and publishing it: {_spread([one.cpu_us for one in whole], 'µs')}")
    print(f"of it after the last answer, by job: {_spread([one.afterwards_us for one in whole], 'µs')}")


def _print_logins(target: Target, samples: Samples, rounds: int, seconds: float) -> None:
    """The log-in as people pay for it, and a second way to its cost without the hash."""
    whole = [sample(target, LOGIN, max(1.0, seconds), connections=1).cpu_us for _ in range(rounds)]
    alone = [hash_cpu_us() for _ in range(rounds)]
    rest = [total - 2 * one for total, one in zip(whole, alone, strict=True)]
    direct = Spread.of([one.cpu_us for one in samples[LOGIN][OURS]])
    print("\nA login, one at a time")
    print(f"with its hashes: {_spread(whole, 'µs')}; one hash alone: {_spread(alone, 'µs')}; a login checks two")
    print(f"without: {direct.middle:,.0f} µs measured with the hash made to cost nothing (the line above)")
    print(f"         {_spread(rest, 'µs')} as the difference of two large figures, for comparison")


def _print_starts(seen: dict[str, list[Start]]) -> None:
    print("\nFrom the start of the process to its first answer, and memory at rest (PSS, all processes)")
    print(f"{'':17}{'seconds':>20}{'of them CPU':>20}{'of bare Flask':>16}{'MiB':>16}")
    flask = seen[FLASK]
    for name, ones in seen.items():
        against = Spread.of([one.seconds / other.seconds for one, other in zip(ones, flask, strict=True)])
        wall, cpu = Spread.of([one.seconds for one in ones]), Spread.of([one.cpu_seconds for one in ones])
        memory = Spread.of([one.memory_mib for one in ones])
        print(f"{name:17}{_seconds(wall):>20}{_seconds(cpu):>20}{_times(against):>16}{memory.middle:>16.0f}")


def _pairs(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    wanted = ((FLASK, FLOOR), (OURS, FLOOR), (OURS, FLASK))
    return {f"{a}/{b}": (a, b) for a, b in wanted if a in names and b in names}


def _spread(figures: Sequence[float], unit: str) -> str:
    spread = Spread.of(figures)
    return f"{spread.middle:,.0f} {unit} [{spread.lowest:,.0f}-{spread.highest:,.0f}]"


def _times(spread: Spread) -> str:
    return f"x{spread.middle:.1f} [{spread.lowest:.1f}-{spread.highest:.1f}]"


def _seconds(spread: Spread) -> str:
    return f"{spread.middle:.2f} [{spread.lowest:.2f}-{spread.highest:.2f}]"


if __name__ == "__main__":
    sys.exit(main())
