"""Change the branding: what a publisher's form asks for, checked and cleaned, then saved for all that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.accounts.addresses import normalise as normalise_email
from byline.audit import audit_events
from byline.errors import Conflict, Invalid, Stale
from byline.jobs.model import enqueue
from byline.jobs.upkeep_payloads import Republish
from byline.looks import accent
from byline.looks.branding import Branding, HeaderLink
from byline.messages import branding as messages
from byline.messages import events
from byline.permissions import require
from byline.press import files
from byline.press.records import KEY, branding_from, save_op
from byline.richtext import urls
from byline.richtext.invisible import find_unsafe, tidy_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from byline.audit import Actor
    from byline.looks.branding import Logo
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.store.port import Record

T = TypeVar("T")

MOST_NAME: Final = 80
MOST_LABEL: Final = 40
MOST_LINKS: Final = 5
MOST_IMPRINT: Final = 1_000


@dataclass(frozen=True, slots=True)
class PictureChange:
    """What a form asks of a picture: the ``upload`` of a new one, to be without, or the digest of the one ``kept``."""

    kept: str = ""
    upload: bytes | None = None
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class BrandingChange:
    """The form as it was sent. ``links`` are pairs of a label and an address, the empty rows included."""

    texts: Mapping[str, str]
    links: tuple[tuple[str, str], ...] = ()
    pictures: Mapping[str, PictureChange] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckedBranding:
    """What a form asks for, as far as it is right, and what is wrong with it, field by field.

    Its pictures are kept already, so that a form that comes back need not send them again.
    """

    branding: Branding
    faults: Mapping[str, Message]


def load(ports: Ports, by: Actor) -> tuple[Branding, int]:
    """The branding for a publisher, and the version of its record; 0 if nothing was set yet."""
    require(by, "press.changes.load")
    record = _record(ports, by)
    return branding_from(record), record.version if record else 0


def check(ports: Ports, by: Actor, change: BrandingChange) -> CheckedBranding:
    """Check and clean what a form asks for, and keep its pictures. Nothing is saved."""
    require(by, "press.changes.check")
    live = branding_from(_record(ports, by))
    faults: dict[str, Message] = {}
    texts = {name: text.strip() for name, text in change.texts.items()}
    found: dict[str, Logo | None] = {}
    for name in files.BOXES:
        asked = change.pictures.get(name, PictureChange())
        found[name] = _picture(ports, by, name, asked, live=live, faults=faults)
    checked = Branding(
        site_name=_line(faults, "site_name", texts),
        publisher_name=_line(faults, "publisher_name", texts),
        contact=_tried(faults, "", lambda: _contact(texts.get("contact", ""))),
        accent=_accent(faults, texts.get("accent", "")),
        press_url=_address(faults, "press_url", texts),
        links=tuple(_links(faults, change.links)),
        imprint=_imprint(faults, texts.get("imprint", "")),
        imprint_url=_address(faults, "imprint_url", texts),
        logo=found["logo"],
        logo_dark=found["logo_dark"],
        icon=found["icon"],
    )
    return CheckedBranding(checked, faults)


def save(ports: Ports, by: Actor, branding: Branding, *, seen: int) -> bool:
    """Save a branding that ``check`` found right, and enqueue the rewriting of readers' pages. Whether it changed.

    ``Stale`` if another publisher saved since version ``seen``.
    """
    require(by, "press.changes.save")
    before = _record(ports, by)
    version = before.version if before else 0
    if version != seen:
        raise Stale(seen, version)
    live = branding_from(before)
    changed = [each.name for each in fields(Branding) if getattr(live, each.name) != getattr(branding, each.name)]
    if not changed:
        return False
    files.put_accent_style(ports, branding.accent)
    if live.pictures != branding.pictures:
        files.put_again(ports, {*live.pictures, *branding.pictures})
    try:
        _commit(ports, by, before, branding, changed)
    except Conflict as conflict:
        if KEY in conflict.keys:
            now = ports.store.one(KEY)
            raise Stale(seen, now.version if now else 0) from conflict
        _commit(ports, read_actor_again(ports, by), before, branding, changed)
    ports.branding.update(branding, ports.clock.now())
    return True


def _commit(ports: Ports, by: Actor, before: Record | None, branding: Branding, changed: list[str]) -> None:
    saved = save_op(before, branding)
    ports.store.commit(
        saved,
        enqueue(ports, Republish("", "")),
        *audit_events(
            ports, by, events.BRANDING_CHANGED, by.account_id, version=saved.record.version, fields=",".join(changed)
        ),
        *actor_unchanged(by),
    )


def _record(ports: Ports, by: Actor) -> Record | None:
    return by.prefetched[KEY] if KEY in by.prefetched else ports.store.one(KEY)


def _picture(
    ports: Ports, by: Actor, name: str, asked: PictureChange, *, live: Branding, faults: dict[str, Message]
) -> Logo | None:
    """The picture that is asked for. A file that cannot be used leaves the one before: the form brings it back."""
    if asked.upload:
        made = _tried(faults, None, partial(files.put, ports, name, asked.upload, by=by.account_id))
        if made is not None:
            return made
    return None if asked.is_removed else _tried(faults, None, partial(files.kept, ports, name, asked.kept, live))


def _tried(faults: dict[str, Message], otherwise: T, make: Callable[[], T]) -> T:
    try:
        return make()
    except Invalid as fault:
        faults.update(fault.faults)
        return otherwise


def _line(faults: dict[str, Message], name: str, texts: Mapping[str, str]) -> str:
    text = tidy_line(" ".join(texts.get(name, "").split()))
    _check_text(faults, name, text, MOST_NAME)
    return text


def _check_text(faults: dict[str, Message], name: str, text: str, most: int) -> None:
    if len(text) > most:
        faults[name] = messages.BrandingTextTooLong(most)
    elif any(find_unsafe(line) is not None for line in text.split("\n")):
        faults[name] = messages.BRANDING_TEXT_HAS_CONTROL_CHARACTER


def _contact(typed: str) -> str:
    if not typed:
        return ""
    try:
        contact = normalise_email(typed, field="contact")
    except Invalid:
        raise Invalid({"contact": messages.CONTACT_MALFORMED}) from None
    if not contact.rpartition("@")[0].isascii():  # as Reply-To it would make every email one that few servers take
        raise Invalid({"contact": messages.CONTACT_NOT_PLAIN})
    return contact


def _accent(faults: dict[str, Message], typed: str) -> str:
    colour = accent.normalise(typed) if typed else ""
    if colour is None:
        faults["accent"] = messages.ACCENT_MALFORMED
    return colour or ""


def _address(faults: dict[str, Message], name: str, texts: Mapping[str, str]) -> str:
    typed = texts.get(name, "")
    url = _https(typed) if typed else ""
    if url is None:
        faults[name] = messages.NOT_A_WEB_ADDRESS
    return url or ""


def _https(typed: str) -> str | None:
    url = urls.typed_url(typed)
    return url if url is not None and url.startswith("https://") else None


def _links(faults: dict[str, Message], rows: tuple[tuple[str, str], ...]) -> list[HeaderLink]:
    found = []
    for number, (typed_label, typed_url) in enumerate(rows[:MOST_LINKS], 1):
        label, typed = tidy_line(" ".join(typed_label.split())), typed_url.strip()
        if not label and not typed:
            continue
        if not typed:
            faults[f"header_url-{number}"] = messages.HeaderLinkWithoutAddress(number)
        elif not label:
            faults[f"header_label-{number}"] = messages.HeaderLinkWithoutLabel(number)
        elif (url := _https(typed)) is None:
            faults[f"header_url-{number}"] = messages.HeaderLinkMalformed(number)
        else:
            _check_text(faults, f"header_label-{number}", label, MOST_LABEL)
            found.append(HeaderLink(label, url))
    return found


def _imprint(faults: dict[str, Message], typed: str) -> str:
    text = "\n".join(tidy_line(line) for line in typed.splitlines()).strip("\n")
    _check_text(faults, "imprint", text, MOST_IMPRINT)
    return text
