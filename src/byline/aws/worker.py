"""Keeping promises on Lambda: woken by the table's stream for each new job, and every minute by the clock.

What SES tells of letters that came back is taken note of here, too: by the same program in a function of its own.

The stream is the fast way, the schedule the sure one: whatever a run leaves, for want of time or because a fault came
between, stays in the table, and the next minute finds it there.

While the table is being filled from another store, nothing is done: letters that wait in a copy may have left already,
and pages would be made of half of it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from byline.aws import metrics, ses_events
from byline.errors import Unavailable, raised_at
from byline.jobs.model import key
from byline.jobs.worker import DeliveryStats, dead_letters, oldest_waiting, run_due_jobs, run_job
from byline.transfer.copy_lock import is_locked
from byline.wiring import rebuild_outdated

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.jobs.model import Job
    from byline.jobs.payloads import Payload
    from byline.jobs.worker import Handler, Handlers
    from byline.ports import Ports

Event: TypeAlias = dict[str, Any]

RESERVE_MILLISECONDS: Final = 60_000
"""No job is begun with less time left: one may take this long (a page with photos, engines that hesitate)."""
_AT_ONCE: Final = 10
_JOB: Final = key("").kind
_log = logging.getLogger(__name__)


class WorkError(Exception):
    """What leaves the function when a round fails: a class and a place, never words that may hold an address."""


def worker(ports: Ports, handlers: Handlers) -> Callable[[Event, Any], Event]:
    """A function for Lambda that carries out jobs with ``handlers``."""
    table = {kind: _noted(handler) for kind, handler in handlers.items()}

    def handle(event: Event, context: Any) -> Event:
        try:
            if is_locked(ports.store):
                return _at_rest(event)
            if "Records" in event:
                return _from_stream(ports, table, event["Records"], context)
            if event.get("detail-type") in ses_events.KINDS:
                return ses_events.record_event(ports, event)
            return _by_the_clock(ports, table, context)
        except Exception as fault:  # noqa: BLE001 - Lambda would print its words
            _log.error("the round failed: %s at %s", type(fault).__name__, raised_at(fault))
            raise WorkError(f"{type(fault).__name__} at {raised_at(fault)}") from None

    return handle


def _at_rest(event: Event) -> Event:
    """Do nothing. The schedule finds the jobs of the stream when all is there; what SES tells once is to come again."""
    if event.get("detail-type") in ses_events.KINDS:
        raise Unavailable("the store is being filled from another")
    _log.warning("the store is being filled from another: nothing is done")
    return {"batchItemFailures": []} if "Records" in event else {"done": 0, "put_off": 0, "given_up": 0}


def _from_stream(ports: Ports, table: Handlers, records: list[Event], context: Any) -> Event:
    """Carry out the jobs that these records tell of; the first one whose turn failed comes again, and all after it."""
    for record in records:
        if context.get_remaining_time_in_millis() < RESERVE_MILLISECONDS:
            _log.warning("no time left: the rest waits for the schedule")
            break
        kind, _, job_id = record["dynamodb"]["Keys"]["k"]["S"].partition("#")
        if kind != _JOB:
            continue
        try:
            run_job(ports, table, job_id)
        except Exception as fault:  # noqa: BLE001 - whatever it is, this record comes again, and its words stay here
            _log.error("job %s failed: %s at %s", job_id, type(fault).__name__, raised_at(fault))
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def _by_the_clock(ports: Ports, table: Handlers, context: Any) -> Event:
    """Carry out whatever is due, and measure what is left."""
    rebuild_outdated(ports)
    total = DeliveryStats()
    while context.get_remaining_time_in_millis() >= RESERVE_MILLISECONDS:
        tally = run_due_jobs(ports, table, limit=_AT_ONCE)
        total += tally
        if not tally.done:
            break
    late = round(oldest_waiting(ports).seconds, 3)
    metrics.put({"OutboxSeconds": late, "JobsGivenUp": len(dead_letters(ports))}, clock=ports.clock)
    return {"done": total.done, "put_off": total.retried, "given_up": total.dead_letters}


def _noted(handler: Handler) -> Handler:
    """The handler with a line in the log before it, which names the job's request."""

    def carry_out(ports: Ports, job: Job[Payload]) -> None:
        _log.info("job", extra={"job": job.id, "kind": job.kind.value, "request": job.request, "try": job.tries})
        handler(ports, job)

    return carry_out
