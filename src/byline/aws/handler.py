"""The entry points of the functions on AWS Lambda: ``web`` answers requests, ``work`` runs jobs, ``back_up`` backs up.

What a function needs is made once, while it starts: Lambda lends it a whole processor for that. Settings come from the
environment, as everywhere.
"""

from __future__ import annotations

import gc
import logging
import os
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from byline.errors import Misconfigured, Unavailable
from byline.settings import Settings
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.aws.gateway import Handler
    from byline.aws.request_ids import RequestIdStore

_log = logging.getLogger(__name__)

MOST_BYTES_PHOTO = 4_000_000
MOST_BYTES_ANSWER = 4_000_000
"""The gateway hands on 6 MB in all, a third of them for base64."""


def web(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request that came by an HTTP API, a function URL or a load balancer."""
    try:
        answer, store = _portal()
    except Unavailable as fault:
        from byline.aws.not_yet import not_yet  # noqa: PLC0415 - hardly ever needed

        _log.error("cannot start: %s", fault)
        return not_yet(Settings.from_environ(os.environ).site.language)
    store.request = str(getattr(context, "aws_request_id", ""))
    return answer(event, context)


def work(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Carry out the jobs that the table's stream tells of, or else whatever is due."""
    return _worker()(event, context)


def back_up(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Write a backup into the bucket for it."""
    return _backup()(event, context)


@cache
def _portal() -> tuple[Handler, RequestIdStore]:
    from byline.aws.gateway import gateway  # noqa: PLC0415 - the worker needs none of these
    from byline.aws.request_ids import RequestIdStore  # noqa: PLC0415
    from byline.aws.restore_guard import RestoreGuard  # noqa: PLC0415
    from byline.web.app import create_app  # noqa: PLC0415

    settings = Settings.from_environ(os.environ)
    ports = connect(settings).ports
    store = RequestIdStore(RestoreGuard(ports.store))
    app = create_app(
        replace(ports, store=store),
        publish_in_line=False,
        most_bytes_photo=MOST_BYTES_PHOTO,
        most_bytes_answer=MOST_BYTES_ANSWER,
    )
    return gateway(app, edge_keys=settings.edge_keys), store


@cache
def _worker() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    from byline.aws.worker import worker  # noqa: PLC0415 - the web needs none of these
    from byline.wiring import handlers  # noqa: PLC0415

    return worker(connect(Settings.from_environ(os.environ)).ports, handlers())


@cache
def _backup() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    from byline.aws.scheduled_backup import scheduled_backup  # noqa: PLC0415 - the others need none of these
    from byline.service_addresses import S3Address, files_address  # noqa: PLC0415

    to = files_address(os.environ["BACKUP_TO"], "BACKUP_TO")
    if not isinstance(to, S3Address):
        raise Misconfigured("BACKUP_TO must look like s3://bucket/prefix?region=eu-west-1")
    return scheduled_backup(connect(Settings.from_environ(os.environ)).ports, to, os.environ["BACKUP_MADE_BY"])


_STARTED = {"byline.aws.handler.web": _portal, "byline.aws.handler.work": _worker}

if os.environ.get("_HANDLER") in _STARTED:  # what Lambda calls the function that starts here
    gc.disable()  # a start makes hardly any garbage: looking for it takes a tenth of the time
    with suppress(Unavailable):  # the first request, or the next minute, tries again: a start that fails is no answer
        _STARTED[os.environ["_HANDLER"]]()
    gc.freeze()
    gc.enable()
