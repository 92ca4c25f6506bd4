"""Whether the clock tells who has an account: pairs of requests for known and unknown addresses, compared by rank.

For each form the answer's time is compared, and that of the next request, which the worker's work after the answer
would slow down. The forms are questioned with the hash made to cost nothing and without the grid of time, since both
would hide microseconds, and those that hash again as they are: there, it is also compared how long after its point of
the grid an answer came. A millisecond planted on purpose must be found each time, or the measurement is too blunt to
say anything.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.front_door import PASSWORD, Visitor, confirm, expect, register
from bench.load import Connection
from bench.ranks import compare

from byline.web.answer_grid import GRID_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.servers import Server

PLANTED_SECONDS = 0.001
"""What must be found, with the hash and without."""
ALARM = 0.0005
"""Below this probability a difference counts as seen; some twenty comparisons give a false alarm once in 100 runs."""
BETWEEN_LETTERS_SECONDS = 120
"""A letter can be sent again only so long after the last; see docs/settings.md."""
_OTHER_PASSWORD = "seven loud geese above Ghent"  # noqa: S105 - made up
_PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Probe:
    """A request that is ready to go, of a browser of its own, and the status it should be answered with."""

    visitor: Visitor
    request: bytes
    status: int


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds until the answer, and until that of the next request; for known and unknown addresses."""

    known: list[float]
    unknown: list[float]
    known_next: list[float]
    unknown_next: list[float]

    @property
    def after_the_grid(self) -> tuple[list[float], list[float]]:
        """How long after its point of the grid each answer came, for known and for unknown addresses."""
        return [each % GRID_SECONDS for each in self.known], [each % GRID_SECONDS for each in self.unknown]


class Tellings:
    """Compares series, prints a line for each, and remembers whether any of them told."""

    def __init__(self, pairs: int) -> None:
        print(f"\nDoes the clock tell who has an account? {pairs} pairs a form, known and unknown in random turn")
        print("middles of the times; larger: how often the known takes longer (0.50: nothing told); p: by chance alone")
        print(f"{'':44}{'known':>10}{'unknown':>10}{'larger':>8}{'p':>9}")
        self.told = False
        self.blunt = False

    def judge(self, form: str, times: Times) -> None:
        """Nothing may be told by either time."""
        for what, known, unknown in (
            ("its answer", times.known, times.unknown),
            ("the next request", times.known_next, times.unknown_next),
        ):
            self.told |= self._line(f"{form}: {what}", known, unknown)

    def judge_on_grid(self, form: str, times: Times) -> None:
        """Nothing may be told by either time, nor by what is done after the wait for the grid."""
        self.judge(form, times)
        self.told |= self._line(f"{form}: after its point", *times.after_the_grid)

    def planted(self, what: str, known: Sequence[float], unknown: Sequence[float]) -> None:
        """A difference is there and must be found."""
        self.blunt |= not self._line(what, known, unknown)

    def _line(self, what: str, known: Sequence[float], unknown: Sequence[float]) -> bool:
        verdict = compare(unknown, known)
        seen = verdict.p < ALARM
        print(
            f"{what:44}{median(known) * 1_000:>7.2f} ms{median(unknown) * 1_000:>7.2f} ms"
            f"{verdict.auc:>8.2f}{verdict.p:>9.2g}  {'seen' if seen else ''}",
            flush=True,
        )
        return seen


def report(plain: Server, cheap: Server, *, pairs: int, seed: int = 20) -> int:
    """Question every form in turn and print what the clock said; 1 when it told, or would not have.

    ``cheap`` is a server whose hash costs nothing and whose answers are on no grid, ``plain`` one as people run it.
    """
    chance = random.Random(seed)  # noqa: S311 - the order of requests, not a secret
    print(f"Making {pairs} accounts on each of two portals by the front door ...", file=sys.stderr)
    for server in plain, cheap:
        _open_accounts(server, pairs)
    tellings = Tellings(pairs)
    print("the hash made to cost nothing, no grid")
    registered_at, ours, on_behalf = _question_all(cheap, tellings, chance, pairs)
    print("with the hashes, on the grid")
    _question_hashing(plain, tellings, chance, pairs)
    print("sent again, with the hash made to cost nothing, no grid")
    time.sleep(max(0.0, registered_at + BETWEEN_LETTERS_SECONDS + 1 - time.monotonic()))
    tellings.judge("send again", ask_in_turn(cheap.port, _again(ours), _again(on_behalf), chance))
    if tellings.told:
        print("THE CLOCK TELLS who has an account")
    if tellings.blunt:
        print("THE MEASUREMENT IS TOO BLUNT: what was planted was not found")
    return int(tellings.told or tellings.blunt)


def ask_in_turn(
    port: int,
    known: Sequence[Probe],
    unknown: Sequence[Probe],
    chance: random.Random,
    *,
    planted_answer: float = 0,
    planted_next: float = 0,
) -> Times:
    """Ask pair after pair, each in random order; what is planted (seconds) delays known addresses only."""
    times = Times([], [], [], [])
    connection = Connection(port)
    simple = f"{Visitor(port).head('GET', '/login')}\r\n\r\n".encode()
    for pair in zip(known, unknown, strict=True):
        turns = [(pair[0], True), (pair[1], False)]
        chance.shuffle(turns)
        for probe, is_known in turns:
            began = time.perf_counter()
            answer = connection.ask(probe.request)
            _plant(planted_answer if is_known else 0)
            answered = time.perf_counter()
            connection.ask(simple)
            _plant(planted_next if is_known else 0)
            ended = time.perf_counter()
            probe.visitor.keep(expect(answer, probe.status))
            (times.known if is_known else times.unknown).append(answered - began)
            (times.known_next if is_known else times.unknown_next).append(ended - answered)
            time.sleep(_PAUSE_SECONDS)
    connection.close()
    return times


def _question_all(
    server: Server, tellings: Tellings, chance: random.Random, pairs: int
) -> tuple[float, list[Probe], list[Probe]]:
    """Every form but "send again": that is for later, by the browsers that are returned with the time they are from."""
    known, registered = _addresses("known", pairs), _addresses("new", pairs)
    ours, on_behalf = _registering(server, known), _registering(server, registered)
    tellings.judge("register", ask_in_turn(server.port, ours, on_behalf, chance))
    registered_at = time.monotonic()
    wrong = _wrong(server, known), _wrong(server, _addresses("wrong", pairs))
    tellings.judge("log in, wrong password", ask_in_turn(server.port, *wrong, chance))
    back = _back(server, known), _back(server, registered)
    tellings.judge("log in after registering", ask_in_turn(server.port, *back, chance))
    reset = _reset(server, known), _reset(server, _addresses("reset", pairs))
    tellings.judge("reset", ask_in_turn(server.port, *reset, chance))

    slow = _wrong(server, known), _wrong(server, _addresses("slow", pairs))
    found = ask_in_turn(server.port, *slow, chance, planted_answer=PLANTED_SECONDS)
    tellings.planted("planted 1 ms, log in: its answer", found.known, found.unknown)
    busy = _reset(server, known), _reset(server, _addresses("busy", pairs))
    found = ask_in_turn(server.port, *busy, chance, planted_next=PLANTED_SECONDS)
    tellings.planted("planted 1 ms, reset: the next request", found.known_next, found.unknown_next)
    return registered_at, ours, on_behalf


def _question_hashing(server: Server, tellings: Tellings, chance: random.Random, pairs: int) -> None:
    """The forms that hash."""
    known, registered = _addresses("known", pairs), _addresses("new", pairs)
    ours = _registering(server, known), _registering(server, registered)
    tellings.judge_on_grid("register", ask_in_turn(server.port, *ours, chance))
    wrong = _wrong(server, known), _wrong(server, _addresses("wrong", pairs))
    tellings.judge_on_grid("log in, wrong password", ask_in_turn(server.port, *wrong, chance))
    back = _back(server, known), _back(server, registered)
    tellings.judge_on_grid("log in after registering", ask_in_turn(server.port, *back, chance))
    slow = _wrong(server, known), _wrong(server, _addresses("slow", pairs))
    found = ask_in_turn(server.port, *slow, chance, planted_answer=PLANTED_SECONDS)
    tellings.planted("planted 1 ms, log in: after its point", *found.after_the_grid)


def _open_accounts(server: Server, pairs: int) -> None:
    for address in _addresses("known", pairs):
        visitor = Visitor(server.port)
        register(visitor, address, "Ana Lima")
        confirm(visitor, server.program.data / "mail", address)
        visitor.leave()


def _plant(seconds: float) -> None:
    if seconds:
        time.sleep(seconds)


def _addresses(word: str, pairs: int) -> list[str]:
    return [f"{word}{number}@example.org" for number in range(pairs)]


def _registering(server: Server, addresses: Sequence[str]) -> list[Probe]:
    return [
        _probe(
            Visitor(server.port),
            "/register",
            303,
            author_email=address,
            author_name="Ana Lima",
            author_password=_OTHER_PASSWORD,
        )
        for address in addresses
    ]


def _wrong(server: Server, addresses: Sequence[str]) -> list[Probe]:
    typed = {"author_password": f"not {PASSWORD}"}
    return [_probe(Visitor(server.port), "/login", 422, author_email=address, **typed) for address in addresses]


def _back(server: Server, addresses: Sequence[str]) -> list[Probe]:
    """Log in with the password just chosen: for a known address that of the proposal, not of the account."""
    return [
        _probe(Visitor(server.port), "/login", 303, author_email=address, author_password=_OTHER_PASSWORD)
        for address in addresses
    ]


def _reset(server: Server, addresses: Sequence[str]) -> list[Probe]:
    return [_probe(Visitor(server.port), "/reset", 303, author_email=address) for address in addresses]


def _again(registered: Sequence[Probe]) -> list[Probe]:
    return [_probe(probe.visitor, "/confirm/again", 303, at="/") for probe in registered]


def _probe(visitor: Visitor, action: str, status: int, *, at: str = "", **typed: str) -> Probe:
    """Open the page that holds the form and fill it, ready to be sent."""
    head, body = visitor.filled(visitor.get(at or action), action, **typed)
    visitor.hang_up()
    return Probe(visitor, f"{head}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}".encode(), status)
