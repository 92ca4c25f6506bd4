"""Prints what a cold start of Byline's function costs, as ratios to peers that were started in turn with it.

``python -m bench.cold`` (``make bench-cold``). Each start is a process of its own on one processor, by Amazon's own
client of Lambda's runtime, from the package that would be sent to AWS; it is asked for the author's own page and ended
with the answer. Calls go over TLS to DynamoDB Local, and to a stand-in for the Parameter Store.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cloud import ACCESS_KEY, REGION, Cloud, cloud
from bench.functions import PEERS, Function, packed, peer, runtime, start
from bench.measure import Spread
from bench.servers import BYLINE, byline, running
from bench.targets import at_work, open_account
from tests import engines

from byline.errors import Misconfigured
from byline.store.formats import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OURS, BARE, GUIDE = "byline", *PEERS
NAMES = {OURS: "Byline", BARE: "bare Flask, botocore", GUIDE: "the guides' way"}
AIMS = {GUIDE: 0.75}
"""At most so many times a peer."""
_TABLE = "byline"


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured, where Amazon's client of the runtime is, and what there is to say of Byline's package."""

    functions: Mapping[str, Function]
    runtime: Path
    about: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--processor", type=int, default=max(os.sched_getaffinity(0)), help="where functions run")
    given = parser.parse_args()
    if not BYLINE.exists():
        sys.exit(f"{BYLINE} is not there: run make first")
    try:
        with tempfile.TemporaryDirectory(prefix="byline-cold-") as name, _set_up(Path(name), given.processor) as bench:
            print(bench.about)
            cold = {
                name: lambda each=each: start(each, bench.runtime, given.processor).cpu_seconds
                for name, each in bench.functions.items()
            }
            print(report(in_turn(cold, given.rounds)))
    except (Misconfigured, engines.EngineError) as error:
        sys.exit(str(error))


def in_turn(costs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Take each cost once a round; who is first turns from round to round."""
    seen: dict[str, list[float]] = {name: [] for name in costs}
    names = list(costs)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            seen[name].append(costs[name]())
    return seen


def report(seen: Mapping[str, list[float]]) -> str:
    """The table of what was seen, in processor seconds by name and round, and whether each aim is met."""
    rounds = len(seen[OURS])
    lines = [f"CPU from the start of the process to the first page: middle of {rounds} starts [lowest-highest]"]
    for name, seconds in seen.items():
        cost = Spread.of([1000 * each for each in seconds])
        times = Spread.of([ours / each for ours, each in zip(seen[OURS], seconds, strict=True)])
        ratio = "" if name == OURS else f"Byline takes x{times.middle:.2f} [{times.lowest:.2f}-{times.highest:.2f}]"
        lines.append(
            f"{NAMES[name]:22}{cost.middle:5.0f} ms [{cost.lowest:.0f}-{cost.highest:.0f}]    {ratio}".rstrip()
        )
        if name in AIMS:
            reached = "met" if times.middle <= AIMS[name] else "MISSED"
            lines.append(f"aim: at most x{AIMS[name]} of {NAMES[name]}: {reached}")
    return "\n".join(lines)


@contextmanager
def _set_up(folder: Path, processor: int) -> Iterator[Bench]:
    print("Packing, and opening an account by the front door ...", file=sys.stderr)
    task, megabytes = packed(folder)
    engine = engines.dynamodb_of(folder, os.getpid())
    secret = secrets.token_urlsafe(48)
    try:
        with cloud(folder, engine, secret) as amazon:
            url, cookies = _author(folder / "server", engine, secret)
            environ = amazon.environ(task) | {
                "BYLINE_DATA": str(folder / "function"),
                "BYLINE_STORE": f"dynamodb://{_TABLE}?region={REGION}",
                "BYLINE_FILES": f"s3://bucket/site?region={REGION}",
                "BYLINE_MAIL": f"ses://?region={REGION}",
                "BYLINE_URL": url,
                "BYLINE_SECRET_KEY": f"ssm:///byline/bench/secret-key?region={REGION}",
            }
            ours = Function("byline.aws.handler.web", task, environ, cookies)
            brought = runtime(folder)
            page = start(ours, brought, processor).page
            keys = _read(amazon)
            functions = {OURS: ours} | {
                name: peer(name, folder, amazon, table=_TABLE, keys=keys, page=page) for name in PEERS
            }
            size = f"Byline's package: {megabytes:.1f} MB unpacked"
            yield Bench(functions, brought, f"{size}. Page: {len(page):,} bytes, made of {len(keys)} records")
    finally:
        engines.stop_all_of(folder)


def _author(folder: Path, engine: str, secret: str) -> tuple[str, Mapping[str, str]]:
    """An author with a page, by the front door of a server on the same table: its address and their cookies."""
    program = byline(folder)
    environ = {
        "BYLINE_STORE": f"dynamodb://{_TABLE}?region={REGION}&endpoint={engine}",
        "BYLINE_SECRET_KEY": secret,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
    }
    with running(replace(program, environ=program.environ | environ)) as server:
        open_account(server, 0)
        visitor = at_work(server, 0)
        visitor.hang_up()
        return f"http://127.0.0.1:{server.port}", dict(visitor.cookies)


def _read(amazon: Cloud) -> list[str]:
    """The keys of the records that the page was made of: those of the last read, but for the mark of a copy that a
    process looks for beside its first.
    """
    *_, last = (body for operation, body in amazon.asked if operation == "BatchGetItem")
    asked = [key["k"]["S"] for key in last["RequestItems"][_TABLE]["Keys"]]
    return [key for key in asked if key != f"{MARK.kind}#{MARK.id}"]


if __name__ == "__main__":
    main()
