"""What only a mail server can do to a letter, tried on a real one."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from byline.errors import Misconfigured, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.mail.port import Mail
    from byline.mail.smtp import SmtpMailer
    from conftest import MailServer

    Start = Callable[..., MailServer]
    Make = Callable[..., SmtpMailer]


def test_the_envelope_names_sender_and_reader_and_the_good_bye_is_said(
    mail_server: Start, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server()

    smtp_mailer(server.port).send(letter)

    assert [heard.partition("SIZE=")[0] for heard in server.answers.heard] == [
        "MAIL noreply@longpress.example plain ",
        "RCPT ana@example.com",
        "DATA",
        "QUIT",
    ]


@pytest.mark.parametrize("refusal", ["550 5.1.1 No such user", "553 No", "554 5.7.1 Never"])
def test_a_refusal_for_ever_is_rejected(mail_server: Start, refusal: str, smtp_mailer: Make, letter: Mail) -> None:
    server = mail_server()
    server.answers.rcpt = refusal
    with pytest.raises(Rejected, match=refusal[4:]):
        smtp_mailer(server.port).send(letter)

    server.answers.rcpt, server.answers.data = "250 OK", refusal
    with pytest.raises(Rejected, match=refusal[4:]):
        smtp_mailer(server.port).send(letter)


@pytest.mark.parametrize(
    ("rcpt", "data", "no_mailbox"),
    [
        ("550 5.1.1 No such user", "250 OK", True),
        ("550 5.1.10 A null MX", "250 OK", True),
        ("550 5.2.1 Given up", "250 OK", True),
        ("550 No such user", "250 OK", False),
        ("550 5.1.8 Your domain is not known", "250 OK", False),
        ("554 5.7.1 Relaying denied", "250 OK", False),
        ("552 5.2.2 Full", "250 OK", False),
        ("250 OK", "550 5.1.1 I could have said so", False),
    ],
)
def test_a_refusal_says_whether_nobody_is_there(
    mail_server: Start, smtp_mailer: Make, letter: Mail, rcpt: str, data: str, *, no_mailbox: bool
) -> None:
    server = mail_server()
    server.answers.rcpt, server.answers.data = rcpt, data

    with pytest.raises(Rejected) as refused:
        smtp_mailer(server.port).send(letter)

    assert refused.value.no_mailbox == no_mailbox


@pytest.mark.parametrize("refusal", ["450 4.2.1 Greylisted", "451 Later", "452 4.2.2 Full", "421 Closing"])
def test_a_refusal_for_now_is_to_be_tried_again(
    mail_server: Start, refusal: str, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server()
    server.answers.rcpt = refusal
    with pytest.raises(Unavailable, match=refusal[4:]):
        smtp_mailer(server.port).send(letter)

    server.answers.rcpt, server.answers.data = "250 OK", refusal
    with pytest.raises(Unavailable, match=refusal[4:]):
        smtp_mailer(server.port).send(letter)


def test_a_letter_that_was_taken_is_taken_however_the_server_says_good_bye(
    mail_server: Start, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server()
    for last_word in ("", "500 What?", "421 Too tired"):
        server.answers.quit = last_word
        smtp_mailer(server.port).send(letter)

    assert len(server.answers.letters) == 3


def test_a_rehearsal_takes_as_many_exchanges_as_a_letter_and_names_nobody(
    mail_server: Start, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server()

    smtp_mailer(server.port).rehearse(letter)

    assert server.answers.heard == ["NOOP", "NOOP", "NOOP", "NOOP", "QUIT"]
    assert server.answers.letters == []


def test_a_probe_names_sender_and_recipient_and_sends_nothing(
    mail_server: Start, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server()

    smtp_mailer(server.port).probe(letter)

    assert [each.split()[0] for each in server.answers.heard] == ["MAIL", "RCPT", "QUIT"]
    assert server.answers.letters == []


@pytest.mark.usefixtures("trusted")
def test_starttls_is_used_before_anything_is_said(mail_server: Start, smtp_mailer: Make, letter: Mail) -> None:
    server = mail_server("starttls")

    smtp_mailer(server.port, "localhost", starttls=True).send(letter)

    assert server.answers.heard[0].startswith("MAIL noreply@longpress.example TLS")
    assert len(server.answers.letters) == 1


@pytest.mark.usefixtures("trusted")
def test_smtps_is_tls_from_the_first_byte(mail_server: Start, smtp_mailer: Make, letter: Mail) -> None:
    server = mail_server("smtps")

    smtp_mailer(server.port, tls=True).send(letter)

    assert len(server.answers.letters) == 1


@pytest.mark.parametrize("kind", ["starttls", "smtps"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    mail_server: Start, kind: str, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server(kind)
    sender = smtp_mailer(server.port, tls=kind == "smtps", starttls=kind == "starttls", user="press", password="right")

    for act in (sender.send, sender.rehearse):
        with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
            act(letter)

    assert server.answers.heard == []
    assert server.answers.logged_in == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_does_not_do(
    mail_server: Start, monkeypatch: pytest.MonkeyPatch, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server("smtps")
    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda _, *how: connect(("127.0.0.1", server.port), *how))

    with pytest.raises(Unavailable, match="Hostname mismatch"):
        smtp_mailer(server.port, "mail.longpress.example", tls=True).send(letter)


def test_a_server_without_starttls_gets_no_letter_where_it_is_demanded(
    mail_server: Start, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server()

    with pytest.raises(Unavailable, match="STARTTLS"):
        smtp_mailer(server.port, starttls=True).send(letter)

    assert server.answers.heard == []


@pytest.mark.usefixtures("trusted")
def test_user_and_password_are_told_and_a_wrong_one_is_no_fault_of_the_letter(
    mail_server: Start, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server("smtps", auth_require_tls=False)

    smtp_mailer(server.port, tls=True, user="press", password="right").send(letter)
    with pytest.raises(Unavailable, match="535"):
        smtp_mailer(server.port, tls=True, user="press", password="wrong").send(letter)

    assert set(server.answers.logged_in) == {b"press"}
    assert len(server.answers.letters) == 1


def test_an_address_that_the_server_cannot_write_to_is_rejected(
    mail_server: Start, smtp_mailer: Make, letter: Mail
) -> None:
    server = mail_server(enable_SMTPUTF8=False)
    foreign = replace(letter, to="håkon@example.com")

    for act in (smtp_mailer(server.port).send, smtp_mailer(server.port).rehearse):
        with pytest.raises(Rejected, match="SMTPUTF8"):
            act(foreign)


def test_an_address_in_utf8_is_announced(mail_server: Start, smtp_mailer: Make, letter: Mail) -> None:
    server = mail_server(enable_SMTPUTF8=True)

    smtp_mailer(server.port).send(replace(letter, to="håkon@bücher.example"))

    assert "SMTPUTF8" in server.answers.heard[0]
    assert server.answers.heard[1] == "RCPT håkon@xn--bcher-kva.example"


def test_a_server_that_is_down_and_one_that_is_back(mail_server: Start, smtp_mailer: Make, letter: Mail) -> None:
    down = mail_server()
    down.stop()
    with pytest.raises(Unavailable, match=f"127.0.0.1:{down.port}"):
        smtp_mailer(down.port).send(letter)

    back = mail_server()
    smtp_mailer(back.port).send(letter)

    assert len(back.answers.letters) == 1


def test_silence_does_not_last_longer_than_the_limit(smtp_mailer: Make, letter: Mail) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]

        with pytest.raises(Unavailable, match="timed out"):
            smtp_mailer(port, timeout_seconds=0.1).send(letter)


@pytest.mark.parametrize("greeting", [b"554 No service\r\n", b"HTTP/1.0 400 Bad Request\r\n", b""])
def test_something_that_is_no_mail_server_is_unavailable(greeting: bytes, smtp_mailer: Make, letter: Mail) -> None:
    with socket.create_server(("127.0.0.1", 0)) as odd:

        def answer() -> None:
            line, _ = odd.accept()
            with line:
                line.sendall(greeting)

        thread = threading.Thread(target=answer)
        thread.start()

        with pytest.raises(Unavailable):
            smtp_mailer(odd.getsockname()[1]).send(letter)
        thread.join()


@pytest.mark.parametrize(
    ("host", "how", "sentence"),
    [
        ("mail.longpress.example", {}, "use smtps://"),
        ("10.0.0.1", {}, "use smtps://"),
        ("127.0.0.1.longpress.example", {}, "use smtps://"),
        ("localhost", {"tls": True, "starttls": True}, "STARTTLS is for smtp://"),
        ("localhost", {"user": "press"}, "needs a password"),
        ("localhost", {"sender": "The Long Press"}, "emails cannot come from"),
        ("localhost", {"user": "press", "password": "wächter"}, "ASCII"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(
    host: str, how: dict[str, object], sentence: str, smtp_mailer: Make
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        smtp_mailer(25, host, **how)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])
def test_this_machine_needs_no_tls(host: str, smtp_mailer: Make) -> None:
    smtp_mailer(25, host)
