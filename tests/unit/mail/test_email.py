from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.mail.email_parts import Button, Email, render_parts

URL = "https://authors.longpress.example/confirm/eyJhIjoi.afQx2Q?a=1&b=2"
LETTER = Email(
    subject="Confirm your email address",
    preheader="The link works until 5 May, 14:00 UTC",
    opening=("An author account was asked for.", "Confirm that the address is yours."),
    quoted="We read your book.\nIt is <b>good</b>.",
    button=Button("Confirm this address", URL),
    code="402817",
    until="The link works until 5 May.",
    because="You get this letter because somebody registered.",
    otherwise="If it was not you, do nothing.",
    contact="Write to editors@longpress.example.",
    site="The Long Press",
)
HOSTILE = '<img src=x onerror="alert(1)">&amp;\'"{0}</p></body>{site}'


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


def test_text_and_html_say_the_same_in_the_same_order() -> None:
    text, html = render_parts(LETTER)
    said = words(Page(html).seen)
    places = []
    for sentence in (
        "An author account was asked for.",
        "Confirm that the address is yours.",
        "We read your book.",
        "It is <b>good</b>.",
        "Confirm this address",
        URL,
        "402817",
        "The link works until 5 May.",
        "You get this letter because somebody registered.",
        "If it was not you, do nothing.",
        "Write to editors@longpress.example.",
    ):
        assert said.count(sentence) == 1, sentence
        assert text.count(sentence) == 1, sentence
        places.append((text.index(sentence), said.index(sentence)))

    assert places == sorted(places)
    assert [place for _, place in places] == sorted(place for _, place in places)


def test_the_url_and_the_code_stand_alone_on_their_lines_of_the_text() -> None:
    lines = render_parts(LETTER)[0].splitlines()

    assert URL in lines
    assert "402817" in lines
    assert "> It is <b>good</b>." in lines


def test_a_letter_with_the_least_in_it_has_no_empty_places() -> None:
    least = replace(LETTER, quoted=None, button=None, code=None, until=None, otherwise="")
    text, html = render_parts(least)

    assert text == (
        "An author account was asked for.\n\nConfirm that the address is yours.\n\n"
        "You get this letter because somebody registered.\n\nWrite to editors@longpress.example.\n\nThe Long Press\n"
    )
    assert not re.search(r"<(p|blockquote|td)[^>]*>\s*</", html)
    assert Page(html).all("a") == []
    assert Page(html).all("blockquote") == []


def test_there_is_one_thing_to_press_and_nothing_from_outside() -> None:
    page = Page(render_parts(LETTER)[1])

    assert [link["href"] for link in page.all("a")] == [URL]
    assert {tag for tag, _ in page.tags}.isdisjoint({"img", "link", "script", "style", "iframe", "form", "input"})
    for tag, attrs in page.tags:
        for name, value in attrs.items():
            assert name != "src", tag
            assert "url(" not in (value or "")
            assert not name.startswith("on")
            assert "://" not in (value or "") or (tag, name) == ("a", "href")


def test_the_page_says_its_language_and_leaves_colours_to_the_reader() -> None:
    html = render_parts(LETTER)[1]
    page = Page(html)

    assert html.startswith("<!doctype html>")
    assert page.all("html")[0]["lang"] == "en"
    assert {"name": "color-scheme", "content": "light dark"} in page.all("meta")
    assert len(page.all("h1")) == 1
    assert all(table["role"] == "presentation" for table in page.all("table"))
    body = (page.all("body")[0]["style"] or "") + "".join(td["style"] or "" for td in page.all("td")[:1])
    assert "color" not in body


def test_the_preheader_is_the_first_text_and_is_not_shown() -> None:
    html = render_parts(LETTER)[1]
    after_body = html[html.index("<body") :]

    assert words(re.sub(r"<[^>]*>", "", after_body)).startswith("The link works until 5 May, 14:00 UTC")
    assert "14:00 UTC" not in Page(html).seen


@pytest.mark.parametrize("part", ["preheader", "quoted", "until", "because", "otherwise", "contact", "site"])
def test_whatever_is_said_is_text_and_never_markup(part: str) -> None:
    html = render_parts(replace(LETTER, **{part: HOSTILE}))[1]

    assert [tag for tag, _ in Page(html).tags] == [
        tag for tag, _ in Page(render_parts(replace(LETTER, **{part: "x"}))[1]).tags
    ]
    if part != "preheader":
        assert HOSTILE in Page(html).seen


def test_openings_buttons_and_subjects_are_text_as_well() -> None:
    html = render_parts(replace(LETTER, opening=(HOSTILE,), button=Button(HOSTILE, URL), subject="<i>&{0}"))[1]

    assert Page(html).all("img") == []
    assert Page(html).all("i") == []
    assert Page(html).seen.count(HOSTILE) == 2
    assert "<i>&{0}" in Page(html).seen


@given(st.text(max_size=200))
def test_any_note_becomes_a_quotation_in_both_parts(note: str) -> None:
    text, html = render_parts(replace(LETTER, quoted=note))
    before, after = render_parts(replace(LETTER, quoted=None))[0].split("Confirm this address:")
    quotation = text.removeprefix(before).removesuffix("Confirm this address:" + after)

    assert all(not line or line.startswith(">") for line in quotation.split("\n"))
    assert len(Page(html).all("a")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"subject": "x" * 50},
        {"code": "12345"},
        {"code": "1234567"},
        {"code": "١٢٣٤٥٦"},
        {"code": "123456\n"},
        {"button": Button("Press", "javascript:alert(1)")},
        {"button": Button("Press", "/confirm/abc")},
        {"button": Button("Press", "https://x.example/a b")},
        {"button": Button("Press", "https://x.example/a\n")},
    ],
)
def test_what_a_letter_cannot_be_is_refused_when_it_is_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(LETTER, **wrong)


def test_a_rendered_letter_can_be_posted() -> None:
    from byline.mail.mime import to_mime
    from byline.mail.port import Mail

    text, html = render_parts(LETTER)
    mail = Mail("ana@example.com", LETTER.subject, text, html, "id", datetime(2026, 5, 2, tzinfo=UTC))
    written = to_mime(mail, sender="a@longpress.example", reply_to=None, host="localhost").as_bytes()

    assert f"\r\n{URL}\r\n".encode() in written
    assert len(written) < 20_000
