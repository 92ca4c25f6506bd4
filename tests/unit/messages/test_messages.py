"""A message in words, in any language."""

from __future__ import annotations

import gettext
from datetime import UTC, datetime

import pytest

from byline.messages import catalogue, events, message, notices, pages
from byline.messages.accounts import PASSWORD_MISSING, PasswordTooShort, Wait
from byline.messages.message import words


class Fake(gettext.NullTranslations):
    """Translations into a language in which every sentence stands backwards, word by word."""

    def gettext(self, message: str) -> str:
        return " ".join(reversed(message.split(" ")))


@pytest.fixture
def backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "translations", lambda language: Fake() if language == "de" else real(language))


real = catalogue.translations


def test_a_message_is_worded_with_its_parameters() -> None:
    assert words(PasswordTooShort(minimum=15, actual=9), "en") == "Use 15 characters or more; yours has 9"
    assert str(PASSWORD_MISSING) == "Choose a password"


def test_a_number_chooses_its_plural() -> None:
    assert words(Wait(1), "en") == "Wait 1 minute, then try again"
    assert words(Wait(2), "en") == "Wait 2 minutes, then try again"


def test_numbers_times_and_messages_within_are_of_the_language(backwards: None) -> None:
    at = datetime(2026, 5, 5, 14, 0, tzinfo=UTC)
    said = words(notices.DecidedBefore("Ana", "Ines", at, events.message("approved", {})), "de")

    assert "5. Mai 2026, 14:00 UTC" in said
    assert words(pages.BioTooLong(10_001, 10_000), "de").startswith("fit 10.000")
    assert words(notices.VersionIsRestored(1, 2, notices.SAVED_AND_PUBLISHED), "de").startswith("published. and Saved")


def test_a_percent_sign_in_a_name_is_a_percent_sign() -> None:
    assert words(notices.AuthorApproved("100 %(name)s"), "en") == "100 %(name)s approved."


@pytest.mark.parametrize(
    ("stored", "details", "said"),
    [
        ("approved", {}, "Approved."),
        ("decision undone", {}, "The decision was taken back."),
        ("decision_undone", {}, "The decision was taken back."),
        ("password changed", {}, "Changed the password."),
        ("password reset", {}, "Chose a new password by email."),
        ("mailbox confirmed", {}, "Confirmed the address."),
        ("made a publisher", {}, "Made a publisher."),
        ("letter came back", {}, "An email came back."),
        ("letter marked as spam", {}, "An email was marked as spam."),
        ("letters arrive again", {}, "Emails are delivered again."),
        ("opened", {"state": "waiting"}, "The address was confirmed and the account opened."),
        ("saved", {"version": 3}, "Saved the page, version 3."),
        ("saved", {}, "Saved the page."),
        ("restored version 2", {"version": 5}, "Restored version 2 as version 5."),
        ("version_restored", {"version": 5, "restored": 2}, "Restored version 2 as version 5."),
        ("a thing of tomorrow", {}, "a thing of tomorrow"),
    ],
)
def test_an_event_of_any_age_is_read(stored: str, details: dict[str, object], said: str) -> None:
    assert words(events.message(stored, details), "en") == said
