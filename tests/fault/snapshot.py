"""What can be seen of an installation from outside: by whoever holds a session, a password or an address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml import html as markup
from tests import invariants
from tests.fault.steps import NEW_PASSWORD, NEWEST_PASSWORD, where
from tests.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fault.installation import Installation
    from tests.people import Person

NEW_DEVICE = "Login from a new device"
"""Sent when a browser comes back, which one that was never answered does not; so it is between before and after."""
PASSWORDS = (PASSWORD, NEW_PASSWORD, NEWEST_PASSWORD)


@dataclass(frozen=True)
class Snapshot:
    """What sessions and passwords open, what readers see, and which letters there are."""

    sessions: tuple[tuple[str, str], ...]
    passwords: tuple[tuple[str, str, str], ...]
    pages: tuple[tuple[str, str], ...]
    letters: tuple[tuple[str, str], ...]

    def without_letters(self) -> Snapshot:
        return replace(self, letters=())


def look(installation: Installation, addresses: Sequence[str]) -> Snapshot:
    """Look at everything that somebody could notice, with the cookies that the people of the stage hold.

    ``addresses`` are those that every password is tried at.
    """
    all_ = invariants.everything(installation.ports.store)
    slugs = sorted(all_.of("slug"))
    return Snapshot(
        sessions=tuple((name, _seen_by(person)) for name, person in sorted(installation.people.items())),
        passwords=tuple(
            (address, password, _opened_by(installation.stranger(address, password)))
            for address in addresses
            for password in PASSWORDS
        ),
        pages=tuple((path, _read(installation, path)) for path in ("", *(f"{slug}/" for slug in slugs))),
        letters=tuple(
            sorted((mail.to, mail.subject) for mail in installation.all_letters() if mail.subject != NEW_DEVICE)
        ),
    )


def _seen_by(person: Person) -> str:
    seen = where(person)
    return f"{seen}: {_main(person.get('/').text)}" if seen == "author" else seen


def _opened_by(stranger: Person) -> str:
    answer = stranger.log_in()
    return f"{answer.status_code} {where(stranger) if answer.status_code == 303 else _main(answer.text)}"


def _read(installation: Installation, path: str) -> str:
    answer = installation.stranger("").get(f"/authors/{path}")
    photos = answer.text.count("<img")
    return f"{answer.status_code} {_main(answer.text)} {photos}" if answer.status_code == 200 else "404"


def _main(html: str) -> str:
    (main,) = markup.fromstring(html).iter("main")
    for time in list(main.iter("time")):
        time.drop_tree()
    fields = [str(tag.get("value")) for tag in main.iter("input") if tag.get("type") != "hidden"]
    return " ".join([*str(main.text_content()).split(), *fields])
