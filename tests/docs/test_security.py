"""docs/security.md against the numbers of the program."""

from __future__ import annotations

from tests.docs.documents import table_under, text_of

from byline import proofs
from byline.accounts import (
    account_links,
    address_undo,
    confirmation,
    model,
    publishers,
    second_factors,
    second_step,
    sessions,
)
from byline.accounts.address_change_records import UNDO_SECONDS
from byline.accounts.recovery_records import OPEN_FOR, WAITS
from byline.richtext import sanitize

DOCUMENT = "docs/security.md"


def span(seconds: int) -> str:
    """A duration in the words of the document."""
    for name, length in (("day", 86_400), ("hour", 3600)):
        count = seconds // length
        if seconds % length == 0 and count > (name == "day"):
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds // 60} minutes"


def of_links(seconds: int) -> str:
    """A lifetime of a link or code: minutes up to an hour."""
    return span(seconds) if seconds > 3600 else f"{seconds // 60} minutes"


LIFETIMES = {
    "confirmation link": f"{of_links(confirmation.LINK_SECONDS)} from the last email",
    "confirmation code": f"{of_links(confirmation.CODE_SECONDS)}, {confirmation.MAX_TRIES_PER_EMAIL} attempts",
    "link to choose a new password": of_links(account_links.LINK_SECONDS),
    "invitation": of_links(model.INVITATION_SECONDS),
    "link that makes the first publisher": of_links(publishers.FIRST_SECONDS),
    "registration that is not confirmed": span(sessions.REGISTRATION_SECONDS),
    "session": f"{span(sessions.OVERALL_SECONDS)}, or {span(sessions.IDLE_SECONDS)} idle",
    "session of a publisher": f"{span(sessions.OVERALL_SECONDS)}, or {span(sessions.PUBLISHER_IDLE_SECONDS)} idle",
    "first step of a login with a second factor": f"{second_step.SECONDS // 60} minutes",
    "link to a new email address": f"{of_links(confirmation.LINK_SECONDS)} from the last email",
    "link that undoes a change of the email address": f"{of_links(UNDO_SECONDS)} from the change",
    "password by email, after such a change was undone": f"not for {address_undo.NO_RESET_SECONDS // 3600} hours",
    "setup of an authenticator app": f"{second_factors.SETUP_SECONDS // 60} minutes",
    "proof of whose session it is, for grave acts": f"{proofs.RECENT.minutes} minutes",
    "recovery of lost second factors": (
        f"{span(int(WAITS.total_seconds()))} of waiting, then {span(int(OPEN_FOR.total_seconds()))}"
    ),
    "session that is remembered": f"{span(sessions.REMEMBERED_SECONDS)}; never a publisher's",
}


def test_every_lifetime_is_that_of_the_program() -> None:
    assert dict(table_under(text_of(DOCUMENT), "Lifetimes")) == LIFETIMES


def test_a_biography_has_as_many_elements_as_the_document_says() -> None:
    assert len(sanitize.TAGS) == 10
    assert "written from scratch with ten elements" in " ".join(text_of(DOCUMENT).split())


def test_a_lifetime_that_is_an_hour_off_is_found() -> None:
    off = {**LIFETIMES, "session": f"{span(sessions.OVERALL_SECONDS + 3600)}, or {span(sessions.IDLE_SECONDS)} idle"}

    assert off["session"] == "25 hours, or 2 hours idle"
    assert dict(table_under(text_of(DOCUMENT), "Lifetimes")) != off
