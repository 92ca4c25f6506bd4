"""The look of every email: both parts say the same, in every language, and nothing in them comes from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.mail import rendering
from byline.mail.mime import to_mime
from byline.mail.port import Mail
from byline.mail.rendering import MOST_SUBJECT, Rendered
from byline.messages.browsers import in_words
from byline.messages.catalogue import LANGUAGES, NAMELESS_PUBLISHER
from byline.messages.message import words as message_words
from byline.messages.security_notices import NEW_DEVICE, NOTICES, SecurityNotice
from byline.settings import Site

SITE = Site(
    name="The Long Press",
    url="https://authors.longpress.example",
    publisher_name="Long Press Editors",
    contact="editors@longpress.example",
)
URL = "https://authors.longpress.example/confirm/eyJhIjoi.afQx2Q?a=1&b=2"
AT = datetime(2026, 5, 5, 14, 0, tzinfo=UTC)
NOTE = "We read your book.\nIt is <b>good</b>."
INVITATION = {"invited_by": "Ines Vale", "note": NOTE, "is_reminder": False}
EMAILS: dict[str, dict[str, Any]] = {
    "address_change": {"url": URL, "is_done": True, "at": AT, "until": AT},
    "address_confirmation": {"url": URL, "code": "402817", "until": AT},
    "address_taken": {"url": URL},
    "address_undone": {"url": URL, "at": AT},
    "already_registered": {"url": URL},
    "author_invitation": {"url": URL, "until": AT, "takes_over": False, "page_url": "", **INVITATION},
    "approved": {"url": URL, "note": NOTE},
    "confirmation": {"url": URL, "code": "402817", "until": AT},
    "declined": {"note": NOTE},
    "mailbox_confirmation": {"url": URL, "until": AT},
    "page_edited": {"url": URL, "edited_by": "Ines Vale", "edited_at": AT},
    "password_changed": {"url": URL, "changed_at": AT},
    "publisher_invitation": {"url": URL, "until": AT, **INVITATION},
    "reinstated": {"url": URL, "note": NOTE},
    "recovery_ready": {
        "url": URL,
        "stop_url": "https://authors.example.org/recovery/stop/abc",
        "ends_at": AT,
        "is_address": True,
    },
    "restored": {"url": URL, "made_at": AT, "is_app_over": True},
    "recovery_started": {"url": URL, "ready_at": AT, "is_address": False},
    "reset": {"url": URL, "until": AT, "barred_until": None},
    "review_change": {"url": URL, "by": "Ines Vale", "at": AT, "note": NOTE},
    "review_edited": {"url": URL, "by": "Ines Vale", "at": AT},
    "review_published": {"url": URL, "by": "Ines Vale", "at": AT},
    "review_rejected": {"url": URL, "by": "Ines Vale", "at": AT, "note": NOTE},
    "security_notice": {
        "url": URL,
        "subject_line": NOTICES[NEW_DEVICE, ""].subject,
        "happened": NOTICES[NEW_DEVICE, ""].happened,
        "device": in_words("firefox/linux"),
        "at": AT,
    },
    "suspended": {"note": NOTE},
    "test": {"sent_at": AT},
    "question": {"url": URL, "note": NOTE},
    "reminder": {"url": URL},
    "digest": {
        "url": URL,
        "off_url": "https://authors.example.org/digest/abc",
        "since": AT,
        "published": 2,
        "published_names": "Bea Costa, Bo Berg",
        "registered": 1,
        "registered_names": "Bea Costa",
        "invited": 3,
        "waiting": 1,
    },
    "still_right": {"url": URL, "changed_at": AT},
    "undelivered": {"url": URL, "count": 1, "more": False},
    "waiting_authors": {"url": URL, "count": 2, "more": False, "since": AT},
    "waiting_texts": {"url": URL, "count": 2, "more": False, "authors": 1, "more_authors": False, "since": AT},
}
MANY = {"count": 50, "more": True}
HOSTILE = '<img src=x onerror="alert(1)">&amp;\'"{0}</p></body>{{ site }}%(site)s'

each_email = pytest.mark.parametrize("name", EMAILS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.seen = ""
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "title" or "display:none" in (dict(attrs).get("style") or ""):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag in {"title", "div"}:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def words(text: str) -> str:
    return " ".join(text.split())


def render(name: str, language: str = "en", site: Site = SITE, **values: object) -> Rendered:
    return rendering.render(name, site, language, **{**EMAILS[name], **values})


def test_every_email_is_looked_at() -> None:
    folder = rendering._FOLDER
    files = {path.name for path in folder.iterdir() if not path.name.startswith("_")}

    assert files == {f"{name}.{kind}" for name in EMAILS for kind in ("txt", "html")}


@each_language
@each_email
def test_text_and_html_say_the_same_in_the_same_order(name: str, language: str) -> None:
    email = render(name, language)
    seen = words(Page(email.html).seen)
    said = [words(line.lstrip("> ").removesuffix(":")) for line in email.text.splitlines() if line.strip()]
    top = f"{SITE.name} {email.subject}"
    places = [seen.find(sentence, len(top)) for sentence in said[:-1]]

    assert said[-1] == SITE.name
    assert seen.startswith(top)
    assert -1 not in places
    assert places == sorted(places)


@each_email
def test_the_html_says_nothing_that_the_text_does_not_say(name: str) -> None:
    email = render(name)
    seen = words(Page(email.html).seen).removeprefix(f"{SITE.name} {email.subject}")
    for line in [line.lstrip("> ").removesuffix(":") for line in email.text.splitlines() if line.strip()]:
        seen = seen.replace(words(line), "", 1)
    if "url" in EMAILS[name]:
        seen = seen.replace("The button does not work? Copy this address into your browser:", "", 1)

    assert seen.strip(" :") == ""


@each_language
@each_email
def test_who_has_proven_the_address_is_greeted_by_name_and_nobody_else(name: str, language: str) -> None:
    nameless, named = render(name, language), render(name, language, to_name="Ana Lima")

    assert "Ana Lima" not in nameless.text + nameless.html
    assert named.text.splitlines()[0].endswith("Ana Lima,")
    assert words(Page(named.html).seen).count("Ana Lima,") == 1
    assert Page(named.html).seen.index(named.subject) < Page(named.html).seen.index("Ana Lima,")


def test_the_code_comes_before_the_link() -> None:
    email = render("confirmation")

    for part in (email.text, Page(email.html).seen):
        assert part.index("402817") < part.index(URL)


def test_the_url_and_the_code_stand_alone_on_their_lines_of_the_text() -> None:
    lines = render("confirmation").text.splitlines()

    assert URL in lines
    assert "402817" in lines
    assert "> It is <b>good</b>." in render("approved").text.splitlines()


@each_email
def test_what_is_not_there_leaves_no_gap(name: str) -> None:
    with_note = {"note": ""} if "note" in EMAILS[name] else {}
    email = render(name, site=replace(SITE, contact=""), **with_note)

    assert "\n\n\n" not in email.text
    assert ">" not in email.text
    assert email.text.endswith("\n\nThe Long Press\n")
    assert not re.search(r"<(p|blockquote|td)[^>]*>\s*</", email.html)
    assert Page(email.html).all("blockquote") == []


def test_the_least_email_reads_like_this() -> None:
    assert render("declined", note="").text == (
        "Long Press Editors looked at your request for an author account at The Long Press and declined it.\n\n"
        "You are receiving this email because you asked for an author account with this address.\n\n"
        "Questions? Write to Long Press Editors: editors@longpress.example\n\nThe Long Press\n"
    )


@each_email
def test_there_is_one_thing_to_press_and_nothing_from_outside(name: str) -> None:
    page = Page(render(name).html)

    off = [EMAILS[name]["off_url"]] if "off_url" in EMAILS[name] else []  # at the foot, no button
    assert [link["href"] for link in page.all("a")] == ([URL] if "url" in EMAILS[name] else []) + off
    assert {tag for tag, _ in page.tags}.isdisjoint({"img", "link", "script", "style", "iframe", "form", "input"})
    for tag, attrs in page.tags:
        for attribute, value in attrs.items():
            assert attribute != "src", tag
            assert "url(" not in (value or "")
            assert not attribute.startswith("on")
            assert "://" not in (value or "") or (tag, attribute) == ("a", "href")


@each_language
@each_email
def test_the_page_says_its_language_and_leaves_colours_to_the_reader(name: str, language: str) -> None:
    html = render(name, language).html
    page = Page(html)

    assert html.startswith("<!doctype html>")
    assert page.all("html")[0]["lang"] == language
    assert {"name": "color-scheme", "content": "light dark"} in page.all("meta")
    assert len(page.all("h1")) == 1
    assert all(table["role"] == "presentation" for table in page.all("table"))
    assert all(quote["lang"] == "" for quote in page.all("blockquote"))
    body = (page.all("body")[0]["style"] or "") + "".join(td["style"] or "" for td in page.all("td")[:1])
    assert "color" not in body


@each_email
def test_the_preheader_is_the_first_text_adds_a_fact_and_is_not_shown(name: str) -> None:
    html = render(name).html
    first = words(re.sub(r"<[^>]*>", "", html[html.index("<body") :]).partition("&#847;")[0])

    assert 10 < len(first) < 90
    assert first != render(name).subject
    assert html.index(first) < html.index("<h1")


@each_language
@each_email
def test_subjects_fit_a_telephone_whatever_the_numbers(name: str, language: str) -> None:
    for counts in ({"count": 1}, {"count": 49}, MANY) if "count" in EMAILS[name] else ({},):
        subject = render(name, language, **counts).subject

        assert 0 < len(subject) <= MOST_SUBJECT
        assert "%" not in subject


def test_numbers_are_counted() -> None:
    assert render("waiting_authors", count=1).subject == "1 author is waiting for approval"
    assert render("waiting_authors", count=2).subject == "2 authors are waiting for approval"
    assert render("waiting_authors", **MANY).subject == "More than 50 authors are waiting"
    assert render("undelivered", count=1).subject == "Emails to 1 account come back"
    assert render("undelivered", **MANY).subject == "Emails to over 50 accounts come back"


def test_a_press_without_a_name_is_spoken_of_in_whole_sentences() -> None:
    nameless = replace(SITE, publisher_name=NAMELESS_PUBLISHER)

    assert render("approved", site=nameless).text.startswith("The publisher approved your account at The Long Press.")
    assert "Questions? Write to the publisher: editors@longpress.example" in render("approved", site=nameless).text


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("approved", {"note": HOSTILE}),
        ("page_edited", {"edited_by": HOSTILE}),
        ("approved", {"site": replace(SITE, name=HOSTILE)}),
        ("approved", {"site": replace(SITE, publisher_name=HOSTILE)}),
        ("approved", {"site": replace(SITE, contact=HOSTILE)}),
    ],
)
def test_whatever_is_said_is_text_and_never_markup(name: str, values: dict[str, Any]) -> None:
    email = render(name, **values)

    assert [tag for tag, _ in Page(email.html).tags] == [
        tag for tag, _ in Page(render(name, **({"note": "x"} if "note" in values else {})).html).tags
    ]
    assert HOSTILE in Page(email.html).seen
    assert HOSTILE in email.text


@given(st.text(max_size=200))
def test_any_note_becomes_a_quotation_in_both_parts(note: str) -> None:
    email = render("approved", note=note)
    before, after = render("approved", note="").text.split("Write your page:")
    quotation = email.text.removeprefix(before).removesuffix("Write your page:" + after)

    assert all(not line or line.startswith(">") for line in quotation.split("\n"))
    assert len(Page(email.html).all("a")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "12345"},
        {"code": "1234567"},
        {"code": "١٢٣٤٥٦"},
        {"code": "123456\n"},
        {"url": "javascript:alert(1)"},
        {"url": "/confirm/abc"},
        {"url": "https://x.example/a b"},
        {"url": "https://x.example/a\n"},
    ],
)
def test_what_an_email_cannot_hold_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        render("confirmation", **wrong)


def test_a_subject_that_would_be_cut_off_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MOST_SUBJECT", 20)

    with pytest.raises(ValueError):
        render("confirmation")


@each_language
@each_email
def test_a_rendered_email_can_be_sent(name: str, language: str) -> None:
    email = render(name, language)
    mail = Mail("ana@example.com", email.subject, email.text, email.html, "id", AT)
    written = to_mime(mail, sender="a@longpress.example", reply_to=None, host="localhost").as_bytes()

    assert len(written) < 20_000
    if email.text.isascii() and "url" in EMAILS[name]:
        assert f"\r\n{URL}\r\n".encode() in written


@each_language
@pytest.mark.parametrize("notice", NOTICES.values(), ids=lambda notice: notice.happened.code)
def test_each_notice_about_an_account_says_what_happened_and_what_to_do(notice: SecurityNotice, language: str) -> None:
    about = {"subject_line": notice.subject, "happened": notice.happened, "device": None}
    email = render("security_notice", language, **about)

    assert email.subject == message_words(notice.subject, language)
    assert message_words(notice.happened, language) in email.text
    assert f"{SITE.url}/reset" in email.text
    assert "Firefox" not in email.text
