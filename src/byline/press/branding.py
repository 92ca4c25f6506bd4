"""The branding as everything that shows it takes it: read once in half a minute, or anew where it must be right."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.errors import Unavailable
from byline.press.records import KEY, branding_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.looks.branding import Branding
    from byline.ports import Ports
    from byline.store.port import Key, Record

_log = logging.getLogger(__name__)


def current(ports: Ports) -> Ports:
    """The ports with the site as its publishers set it, as this process read it half a minute ago at most.

    One read in that time, and none where ``remember`` was given what another read brought along. While the store does
    not answer, what was read last stays.
    """
    now = ports.clock.now()
    if ports.branding.is_stale(now):
        try:
            found = ports.store.one(KEY)
        except Unavailable:
            _log.warning("the branding cannot be read: what was read last is shown")
            ports.branding.update(ports.branding.branding, now)
        else:
            ports.branding.update(branding_from(found), now)
    return with_branding(ports, ports.branding.branding)


def reread(ports: Ports) -> Ports:
    """The same, read anew: for what writes files, which stay."""
    found = ports.store.one(KEY)
    return with_branding(ports, branding_from(found))


def keys_to_remember(ports: Ports) -> tuple[Key, ...]:
    """What a read on the way of a request should bring along for ``remember``; nothing most of the time."""
    return (KEY,) if ports.branding.is_stale(ports.clock.now()) else ()


def remember(ports: Ports, found: Mapping[Key, Record | None]) -> None:
    """Take the branding out of what was read, if it is there."""
    if KEY in found:
        ports.branding.update(branding_from(found[KEY]), ports.clock.now())


def with_branding(ports: Ports, branding: Branding) -> Ports:
    """The ports with the site as this branding has it."""
    if ports.site.branding == branding:
        return ports
    return replace(ports, site=ports.site.with_branding(branding))
