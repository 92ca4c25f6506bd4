"""What SES alone has to get right: what it is asked, and which of its answers let a letter wait and which end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ConnectionClosedError
from botocore.stub import Stubber

from byline.errors import Misconfigured, Rejected, Unavailable
from byline.mail.mime import to_mime

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.mail.port import Mail
    from byline.mail.ses import SesMailer

    Made = Callable[..., SesMailer]

SENDER = "The Long Press, Ltd. <noreply@longpress.example>"


def answering(mailer: SesMailer, code: str, words: str = "on demand") -> Stubber:
    stub = Stubber(mailer._client())
    stub.add_client_error("send_email", service_error_code=code, service_message=words)
    return stub


def test_ses_is_asked_for_the_one_raw_message_to_one_reader(ses_mailer: Made, ses: str, letter: Mail) -> None:
    mailer = ses_mailer(ses, configuration_set="byline")
    message = to_mime(letter, sender=SENDER, reply_to="Édition <editors@longpress.example>", host=mailer._host)
    asked = {
        "Destination": {"ToAddresses": ["ana@example.com"]},
        "Content": {"Raw": {"Data": message.as_bytes()}},
        "ConfigurationSetName": "byline",
    }
    with Stubber(mailer._client()) as stub:
        stub.add_response("send_email", {"MessageId": "1"}, asked)
        mailer.send(letter)
        stub.assert_no_pending_responses()


def test_nothing_is_tracked_unless_a_configuration_set_is_named(ses_mailer: Made, ses: str, letter: Mail) -> None:
    assert set(ses_mailer(ses)._order(letter)) == {"Destination", "Content"}


def test_a_sender_that_is_not_proven_yet_lets_the_letter_wait(ses_mailer: Made, ses: str, letter: Mail) -> None:
    mailer = ses_mailer(ses)
    words = "Email address is not verified. The following identities failed the check in region EU-WEST-1: x"
    with answering(mailer, "MessageRejected", words), pytest.raises(Unavailable, match="not proven yet"):
        mailer.send(letter)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("MessageRejected", "Transaction failed"),
        ("BadRequestException", "Local address contains control or whitespace"),
    ],
)
def test_a_letter_that_will_never_do_is_not_tried_again(
    ses_mailer: Made, ses: str, letter: Mail, code: str, words: str
) -> None:
    mailer = ses_mailer(ses)
    with answering(mailer, code, words), pytest.raises(Rejected, match=code):
        mailer.send(letter)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("TooManyRequestsException", "TooManyRequests"),
        ("LimitExceededException", "LimitExceeded"),
        ("AccountSuspendedException", "AWS has suspended sending"),
        ("SendingPausedException", "sending is paused"),
        ("MailFromDomainNotVerifiedException", "MAIL FROM domain"),
        ("NotFoundException", "the configuration set is not there"),
        ("AccessDeniedException", "may not send as this sender"),
        ("ExpiredTokenException", "have expired"),
        ("InternalFailure", "InternalFailure"),
    ],
)
def test_whatever_may_end_lets_the_letter_wait_and_says_for_what(
    ses_mailer: Made, ses: str, letter: Mail, code: str, words: str
) -> None:
    mailer = ses_mailer(ses)
    with answering(mailer, code), pytest.raises(Unavailable, match=words):
        mailer.send(letter)


def test_a_letter_whose_answer_is_lost_is_asked_for_once(ses_mailer: Made, ses: str, letter: Mail) -> None:
    mailer = ses_mailer(ses)
    tries: list[Any] = []
    mailer._client().meta.events.register("before-send.sesv2.SendEmail", lambda **how: _hang_up(tries, how))

    with pytest.raises(Unavailable):
        mailer.send(letter)

    assert len(tries) == 1


def test_no_sentence_holds_the_address(ses_mailer: Made, ses: str, letter: Mail) -> None:
    mailer = ses_mailer(ses)
    for code in ("MessageRejected", "TooManyRequestsException", "AccessDeniedException"):
        with answering(mailer, code, f"Not to {letter.to}"), pytest.raises((Unavailable, Rejected)) as caught:
            mailer.send(letter)
        assert letter.to not in str(caught.value)


@pytest.mark.parametrize(
    "how", [{"configuration_set": "a b"}, {"configuration_set": "x" * 65}, {"sender": "no address"}]
)
def test_names_that_cannot_be_are_refused_at_the_start(ses_mailer: Made, how: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        ses_mailer("http://127.0.0.1:1", **how)


def _hang_up(tries: list[Any], how: dict[str, Any]) -> None:
    tries.append(how)
    raise ConnectionClosedError(endpoint_url="http://127.0.0.1:1")
