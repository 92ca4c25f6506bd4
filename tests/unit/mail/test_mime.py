from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.errors import Misconfigured
from byline.mail.mime import ascii_domain, check_sender, parse_mailbox, to_mime
from byline.mail.port import Mail

LETTER = Mail(
    to="ana@example.com",
    subject="Choose a new password",
    text="http://127.0.0.1:8000/reset/abc\n",
    html="<p>Hello</p>\n",
    message_id="019b42fd7c882d9e34a7b12c",
    sent_at=datetime(2026, 5, 2, 14, 3, 5, tzinfo=UTC),
)
ADDRESS = "noreply@longpress.example"


def raw(mail: Mail = LETTER, sender: str = ADDRESS, reply_to: str | None = None, host: str = "localhost") -> bytes:
    return to_mime(mail, sender=sender, reply_to=reply_to, host=host).as_bytes()


def test_a_letter_in_ascii_can_be_read_with_any_tool() -> None:
    link = "http://127.0.0.1:8000/reset/" + "x" * 300
    written = raw(replace(LETTER, text=f"Choose a new password:\n{link}\n"))

    assert f"\r\n{link}\r\n".encode() in written
    assert b"Content-Transfer-Encoding: 7bit" in written


def test_lines_end_as_mail_wants_them_and_none_is_too_long() -> None:
    written = raw(replace(LETTER, subject="出版社" * 16, text="x" * 5000 + "\nÞ\n", html="é" * 3000))

    assert written.count(b"\n") == written.count(b"\r\n")
    assert max(map(len, written.split(b"\r\n"))) <= 998
    assert written.isascii()


def test_the_same_letter_makes_the_same_bytes() -> None:
    assert raw() == raw()
    assert raw() != raw(replace(LETTER, message_id="another"))


def test_nothing_but_the_expected_headers_is_there() -> None:
    message = BytesParser(policy=policy.default).parsebytes(raw(reply_to=ADDRESS))

    assert message.keys() == [
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ]


@given(subject=st.text(max_size=80))
def test_no_subject_becomes_anything_but_a_subject(subject: str) -> None:
    try:
        written = raw(replace(LETTER, subject=subject))
    except ValueError:
        return
    message = BytesParser(policy=policy.default).parsebytes(written)

    assert len(message.keys()) == 8
    assert "".join(str(message["Subject"]).split()) == "".join(subject.split())
    assert message["To"] == "ana@example.com"


@given(name=st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60))
def test_no_name_of_a_site_becomes_another_sender(name: str) -> None:
    message = BytesParser(policy=policy.default).parsebytes(raw(sender=f"{name} <{ADDRESS}>"))

    assert [address.addr_spec for address in message["From"].addresses] == [ADDRESS]
    assert message["To"] == "ana@example.com"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ADDRESS, ""),
        (f"<{ADDRESS}>", ""),
        (f"The Long Press <{ADDRESS}>", "The Long Press"),
        (f"Smith, Jones & Co <{ADDRESS}>", "Smith, Jones & Co"),
        (f'"Smith, Jones" <{ADDRESS}>', "Smith, Jones"),
        (f'"publisher" <x@evil.example> <{ADDRESS}>', '"publisher" <x@evil.example>'),
        (f"出版社 <{ADDRESS}>", "出版社"),
    ],
)
def test_a_sender_is_a_name_and_an_address(text: str, name: str) -> None:
    found = parse_mailbox(text)

    assert (found.display_name, found.addr_spec) == (name, ADDRESS)


@pytest.mark.parametrize(
    "text", ["", "The Long Press", "The Long Press <>", "<a@b.example", "a@b.example, c@d.example", f"x\n<{ADDRESS}>"]
)
def test_a_sender_without_an_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_mailbox(text)


@pytest.mark.parametrize("message_id", ["", ".x", "a b", "a@b", "a>", "<a", "é", "a/b", "../a", "x" * 200])
def test_a_message_id_is_a_word(message_id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        raw(replace(LETTER, message_id=message_id))


@pytest.mark.parametrize("host", ["", "a b", "x>\r\nBcc: y", "a@b", "-é-.example"])
def test_a_host_is_a_host(host: str) -> None:
    with pytest.raises(ValueError):
        raw(host=host)
    with pytest.raises(Misconfigured, match="emails cannot come from"):
        check_sender(ADDRESS, None, host)


@pytest.mark.parametrize(("sender", "reply_to"), [("The Long Press", None), (ADDRESS, "us"), (f"x\n<{ADDRESS}>", None)])
def test_a_sender_that_could_never_write_stops_the_start(sender: str, reply_to: str | None) -> None:
    with pytest.raises(Misconfigured, match="emails cannot come from"):
        check_sender(sender, reply_to, "localhost")


def test_a_sender_that_can_write_does_not() -> None:
    check_sender(f"The Long Press <{ADDRESS}>", "", "localhost")
    check_sender(ADDRESS, f"Us <{ADDRESS}>", "bücher.example")


def test_a_foreign_host_is_written_as_the_dns_knows_it() -> None:
    assert b"@xn--bcher-kva.example>" in raw(host="bücher.example")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "authors.longpress.example"])
def test_any_host_that_byline_runs_on_will_do(host: str) -> None:
    assert f"<{LETTER.message_id}@{host}>".encode() in raw(host=host)


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        raw(replace(LETTER, sent_at=datetime(2026, 5, 2, 14, 3)))  # noqa: DTZ001 - that is the fault


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ana@example.com", "ana@example.com"),
        ("ana+x@EXAMPLE.com", "ana+x@EXAMPLE.com"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("ana@例え.テスト", "ana@xn--r8jz45g.xn--zckzah"),
        ("o'brien@example.com", "o'brien@example.com"),
    ],
)
def test_a_domain_is_written_as_the_dns_knows_it(address: str, written: str) -> None:
    assert ascii_domain(address) == written


@pytest.mark.parametrize("address", ["ana@exa\u200bmple..com", "ana@\u2028x", "ana@-é-.example", "ana@é_x.example"])
def test_a_domain_that_the_dns_cannot_know_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        ascii_domain(address)


@pytest.mark.parametrize("local", ["h..åkon", ".håkon", "h(å)kon", "h å", 'h"å'])
def test_a_foreign_local_part_obeys_the_same_grammar(local: str) -> None:
    with pytest.raises(ValueError):
        raw(replace(LETTER, to=f"{local}@example.com"))
