"""docs/settings.md against what the program reads, assumes and refuses."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from tests.docs.documents import ROOT, code, documents, table_under, tables, text_of

from byline.accounts import addresses, confirmation, notes, pending_registrations
from byline.accounts.records import SLOTS
from byline.attempts import WIDER_NETWORKS
from byline.aws import handler
from byline.imaging import limits, pillow
from byline.limits import NETWORK_SHARE, Limits
from byline.limits import SETTINGS as LIMIT_SETTINGS
from byline.press import changes
from byline.profiles import editing, names, photos, slugs
from byline.richtext import sanitize, urls
from byline.settings import KNOWN, LONGEST_PASSWORD, PREFIX, SHORTEST_PASSWORD, SHORTEST_SECRET, Settings
from byline.web import link_fields, page_form

DOCUMENT = "docs/settings.md"
NAME = re.compile(r"\bBYLINE_[A-Z_]*[A-Z]\b")


def described(text: str) -> dict[str, tuple[str, str]]:
    """The settings of the document: the default and the words of each."""
    return {code(row[0])[0]: (row[1].strip("`"), row[2]) for row in tables(text)[0]}


def unknown_names(text: str) -> set[str]:
    """What looks like a setting in a text and is none."""
    return set(NAME.findall(text)) - {PREFIX + name for name in KNOWN}


def test_every_setting_is_described_and_no_other() -> None:
    assert set(described(text_of(DOCUMENT))) == {PREFIX + name for name in KNOWN if name not in LIMIT_SETTINGS}


def test_the_defaults_are_those_of_the_program() -> None:
    said = {name: default for name, (default, _) in described(text_of(DOCUMENT)).items()}
    settings = Settings.from_environ({})
    filled = {
        name: default.replace("{data}", str(settings.data)).replace("{host}", settings.host).replace("{port}", "8000")
        for name, default in said.items()
    }

    assert Path(said["BYLINE_DATA"]).absolute() == settings.data
    assert filled["BYLINE_STORE"] == str(settings.store)
    assert filled["BYLINE_FILES"] == str(settings.files)
    assert filled["BYLINE_MAIL"] == str(settings.mail)
    assert filled["BYLINE_URL"] == settings.site.url
    assert (said["BYLINE_HOST"], int(said["BYLINE_PORT"])) == (settings.host, settings.port)
    assert said["BYLINE_SITE_NAME"] == settings.site.name
    assert said["BYLINE_PUBLISHER_NAME"] == settings.site.publisher_name
    assert (said["BYLINE_PUBLISHER_EMAIL"], settings.site.contact) == ("none", "")
    assert int(said["BYLINE_PASSWORD_MIN"]) == settings.site.password_min
    assert (said["BYLINE_REVEAL_REGISTERED"], settings.site.reveal_registered) == ("off", False)
    assert (said["BYLINE_THROTTLE"], settings.site.throttle) == ("on", True)
    assert int(said["BYLINE_PROXIES"]) == settings.proxies
    assert settings.secret_key is None


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    named = {
        document.relative_to(ROOT): unknown_names(document.read_text(encoding="utf-8")) for document in documents()
    }

    assert {document: names for document, names in named.items() if names} == {}


def test_a_setting_that_does_not_exist_is_found() -> None:
    assert unknown_names("Set BYLINE_PORT and BYLINE_PROT.") == {"BYLINE_PROT"}


def test_a_forgotten_setting_is_found() -> None:
    text = text_of(DOCUMENT)
    without = "\n".join(line for line in text.splitlines() if not line.startswith("| `BYLINE_PROXIES`"))

    assert set(described(text)) - set(described(without)) == {"BYLINE_PROXIES"}


LIMITS = {
    "name": [1, names.LONGEST],
    "email address": [addresses.MAX_ADDRESS_LENGTH],
    "password": [LONGEST_PASSWORD],
    "page address (slug)": [1, slugs.LONGEST],
    "biography": [sanitize.LONGEST],
    "links": [link_fields.MOST_LINKS, link_fields.MOST_LABEL, urls.LONGEST, urls.LONGEST_SHOWN],
    "photo": [
        *(page_form.MOST_BYTES_PHOTO, handler.MOST_BYTES_PHOTO, limits.MOST_PIXELS, limits.MOST_PIXELS_JPEG),
        *(limits.LEAST_SIDE, limits.MOST_SIDE, limits.MOST_TIMES, photos.MOST_PHOTOS, photos.MOST_BYTES),
    ],
    "note of a decision": [notes.MOST_NOTE],
    "names of the site and of the press": [changes.MOST_NAME],
    "links at the head of each page": [changes.MOST_LINKS, changes.MOST_LABEL],
    "imprint": [changes.MOST_IMPRINT],
    "logo, icon": [
        *(pillow.MOST_BYTES_LOGO, limits.MOST_PIXELS_LOGO, limits.LEAST_SIDE_LOGO, limits.MOST_TIMES_LOGO),
    ],
}


def numbers(words: str) -> list[int]:
    """The numbers in a sentence, code left out, millions and megabytes written out."""
    plain = re.sub(r"`[^`]*`", "", words).replace(" million", ",000,000").replace(" MB", ",000,000")
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", plain)]


def test_the_limits_of_form_fields_are_those_of_the_program() -> None:
    said = {row[0]: numbers(row[1]) for row in table_under(text_of(DOCUMENT), "Limits of form fields")}

    assert said == LIMITS


def test_the_other_numbers_are_those_of_the_program() -> None:
    words = " ".join(text_of(DOCUMENT).split())

    assert f"At least {SHORTEST_SECRET} random characters" in words
    assert f"may be lowered to {SHORTEST_PASSWORD};" in words
    assert ("five earlier ones redirect for ever" in words, editing.MOST_OLD_SLUGS) == (True, 5)


def test_the_rate_limits_are_those_of_the_program() -> None:
    said = {code(row[0])[0]: code(row[1])[0] for row in table_under(text_of(DOCUMENT), "Rate limits")}
    fields = dataclasses.fields(Limits)

    assert said == {
        f"{PREFIX}LIMIT_{field.name.upper()}": f"{field.default.most}/{field.default.seconds}" for field in fields
    }


def test_the_limits_without_a_setting_are_those_of_the_program() -> None:
    words = " ".join(text_of(DOCUMENT).split())

    assert f"at most {SLOTS} pending registrations" in words
    assert f"once in {pending_registrations.EMAIL_INTERVAL_SECONDS // 60} minutes" in words
    assert f"{pending_registrations.MAX_EMAILS_PER_HOUR} times an hour" in words
    assert f"typed wrongly {confirmation.MAX_TRIES_PER_EMAIL} times" in words
    assert ("a tenth of its own limit" in words, NETWORK_SHARE) == (True, 10)
    assert ("four and sixteen times" in words, WIDER_NETWORKS) == (True, ((64, 1), (56, 4), (48, 16)))


def test_a_number_that_is_off_by_one_is_found() -> None:
    assert numbers("20; label up to 100 characters, address up to 2,001; `http` or `h2`; 60") != LIMITS["links"]
    assert numbers("20; label up to 100 characters, address up to 2,000; `http` or `h2`; 60") == LIMITS["links"]
