"""What the core may rely on, whatever carries the letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from byline.errors import Rejected, Unavailable

if TYPE_CHECKING:
    from email.message import EmailMessage

    from byline.mail.port import Mail
    from conftest import Post


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def test_a_letter_arrives_with_all_that_belongs_to_it(post: Post, letter: Mail) -> None:
    post.mailer.send(letter)

    [arrived] = post.arrived()

    assert arrived["To"] == "ana@example.com"
    assert arrived["Subject"] == "Confirm your email address"
    assert arrived["From"].addresses[0].display_name == "The Long Press, Ltd."
    assert arrived["From"].addresses[0].addr_spec == "noreply@longpress.example"
    assert arrived["Reply-To"].addresses[0].display_name == "Édition"
    assert arrived["Reply-To"].addresses[0].addr_spec == "editors@longpress.example"
    assert arrived["Message-ID"] == "<019b42fd7c882d9e34a7b12c@authors.longpress.example>"
    assert arrived["Date"].datetime == letter.sent_at
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]
    assert body(arrived, "plain") == letter.text
    assert body(arrived, "html") == letter.html


@pytest.mark.parametrize(
    "text",
    [
        "Привет, 村上春樹, señora Þórarinsdóttir 🖋\n",
        ".\n..\n.a line that begins with a dot\n",
        "From here on\n\n\n--\n-- \n--=_\n",
        "a very long line " * 500 + "\n",
        "http://127.0.0.1:8000/confirm/" + "0123456789" * 50 + "\n",
        "tabs\tand trailing space \n = and =20 as they are\n",
        "no line end",
    ],
)
def test_whatever_is_written_is_read(post: Post, letter: Mail, text: str) -> None:
    post.mailer.send(replace(letter, text=text, html=f"<p>{text}"))

    [arrived] = post.arrived()

    assert body(arrived, "plain").rstrip("\n") == text.rstrip("\n")
    assert body(arrived, "html").rstrip("\n") == f"<p>{text}".rstrip("\n")


@pytest.mark.parametrize(
    "subject",
    ["Łódź Presse lädt dich als Autorin ein", "出版社からのお知らせ", '= ?utf-8?q?x?= a: b, <c> "d"', "?" * 49],
)
def test_a_subject_may_be_in_any_language(post: Post, letter: Mail, subject: str) -> None:
    post.mailer.send(replace(letter, subject=subject))

    assert [arrived["Subject"] for arrived in post.arrived()] == [subject]


@pytest.mark.parametrize(
    "end", ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\ud800"]
)
def test_nobody_can_add_a_header(post: Post, letter: Mail, end: str) -> None:
    for forged in (
        replace(letter, subject=f"Hello{end}Bcc: all@example.com"),
        replace(letter, to=f"ana@example.com{end}Bcc: all@example.com"),
        replace(letter, message_id=f"1{end}Bcc: all@example.com"),
    ):
        for act in (post.mailer.send, post.mailer.rehearse, post.mailer.probe):
            with pytest.raises(Rejected):
                act(forged)

    assert post.arrived() == []


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ana",
        "@example.com",
        "ana@",
        "ana@example.com, bob@example.com",
        "ana@example.com;bob@example.com",
        "Ana <ana@example.com>",
        "ana@example.com>",
        "ana bob@example.com",
        '"ana"@example.com',
        "ana@exa mple.com",
    ],
)
def test_a_letter_goes_to_one_plain_address_or_nowhere(post: Post, letter: Mail, to: str) -> None:
    with pytest.raises(Rejected):
        post.mailer.send(replace(letter, to=to))

    assert post.arrived() == []


def test_a_foreign_domain_is_written_as_the_dns_knows_it(post: Post, letter: Mail) -> None:
    post.mailer.send(replace(letter, to="ana@straße.example"))

    assert [arrived["To"] for arrived in post.arrived()] == ["ana@xn--strae-oqa.example"]


def test_a_foreign_local_part_arrives_as_it_is_or_is_refused_for_ever(post: Post, letter: Mail) -> None:
    foreign = replace(letter, to="håkon@bücher.example")
    if post.ascii_only:
        for act in (post.mailer.send, post.mailer.rehearse, post.mailer.probe):
            with pytest.raises(Rejected):
                act(foreign)
        assert post.arrived() == []
        return
    post.mailer.send(foreign)

    [arrived] = post.arrived()

    assert arrived["To"].addresses[0].addr_spec == "håkon@xn--bcher-kva.example"


def test_a_repeated_letter_is_the_same_letter(post: Post, letter: Mail) -> None:
    post.mailer.send(letter)
    once = post.raw()
    post.mailer.send(letter)

    assert set(post.raw()) == set(once)


def test_a_rehearsal_sends_nothing(post: Post, letter: Mail) -> None:
    post.mailer.rehearse(letter)

    assert post.arrived() == []


def test_letters_arrive_in_the_order_in_which_they_were_sent(post: Post, letter: Mail) -> None:
    for number in range(12):
        later = letter.sent_at + timedelta(milliseconds=number)
        post.mailer.send(replace(letter, subject=f"Number {number}", message_id=f"m{99 - number}", sent_at=later))

    assert [arrived["Subject"] for arrived in post.arrived()] == [f"Number {number}" for number in range(12)]


def test_an_engine_that_is_away_is_to_be_tried_again(post: Post, letter: Mail) -> None:
    post.cut_off()

    for act in (post.mailer.send, post.mailer.rehearse, post.mailer.probe):
        with pytest.raises(Unavailable):
            act(letter)
