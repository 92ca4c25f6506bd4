"""A backup into another bucket, which may be in another region, once a day."""

from __future__ import annotations

import logging
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final

from byline import amazon
from byline.audit import OPERATOR
from byline.aws.worker import WorkError
from byline.errors import raised_at
from byline.transfer import backups
from byline.wiring import scratch_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from byline.ports import Ports
    from byline.service_addresses import S3Address
    from byline.transfer.checksums import Sum

_READ_SECONDS: Final = 120
_log = logging.getLogger(__name__)


def scheduled_backup(ports: Ports, to: S3Address, made_by: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """A function for Lambda that writes a backup to an address, named after the time. It needs room in the temporary
    folder for the records and the file. Of a fault it raises the class and the place: the rest may hold an address.
    """

    def handle(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
        try:
            return _back_up(ports, to, made_by)
        except Exception as fault:  # noqa: BLE001 - Lambda would print its words
            _log.error("the backup failed: %s at %s", type(fault).__name__, raised_at(fault))
            raise WorkError(f"{type(fault).__name__} at {raised_at(fault)}") from None

    return handle


def _back_up(ports: Ports, to: S3Address, made_by: str) -> dict[str, Any]:
    s3 = amazon.client("s3", region=to.region, endpoint=to.endpoint, tries=3, read_seconds=_READ_SECONDS)
    key = f"{to.prefix}/{ports.clock.now():%Y-%m-%dT%H%M%SZ}.backup"
    with TemporaryFile() as file:
        contents = backups.write(ports, OPERATOR, file, made_by=made_by, scratch=scratch_store)
        file.seek(0)
        s3.put_object(Bucket=to.bucket, Key=key, Body=file)
    backups.note_backup(ports, OPERATOR)
    written = {"records": _number(contents.records), "files": _number(contents.files)}
    _log.info("a backup was written", extra=written)
    return {"key": key, **written}


def _number(sums: Mapping[str, Sum]) -> int:
    return sum(each.count for each in sums.values())
