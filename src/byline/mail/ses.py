"""Send emails through Amazon's SES (version 2 of its API), as the raw message that every mailer makes."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from byline.amazon import LazyClient, code_of
from byline.errors import Misconfigured, Rejected, Unavailable
from byline.mail.mime import ascii_domain, check_sender, to_mime

if TYPE_CHECKING:
    from byline.mail.port import Mail

_READ_SECONDS: Final = 10
_CONFIGURATION_SET: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_NEVER: Final = frozenset({"BadRequestException", "MessageRejected"})
_NOT_YET: Final = "Email address is not verified"
"""How a rejection begins that ends when the operator verifies the sender or leaves the sandbox: the email waits."""
_TO_BE_SET: Final = {
    "AccessDeniedException": "the AWS credentials in use may not send as this sender",
    "AccountSuspendedException": "AWS has suspended sending for this account",
    "ExpiredTokenException": "the AWS credentials in use have expired",
    "InvalidSignatureException": "the AWS secret key in use is wrong, or this machine's clock is",
    "MailFromDomainNotVerifiedException": "the MAIL FROM domain of the sender is not proven yet",
    "NotFoundException": "the configuration set is not there",
    "SendingPausedException": "sending is paused for this account or configuration set",
    "UnrecognizedClientException": "the AWS credentials in use are not valid",
}
"""Errors that last until an operator changes something, and the message that says what. Emails wait for it."""


class SesMailer:
    """Implements ``mail.port.Mailer`` with SES in a ``region``, or at another ``endpoint`` (an address).

    Opens and clicks are tracked only where a ``configuration_set`` asks for it; without one, never. SES writes a
    Message-ID and a Date of its own over ours. Opening asks nobody; ``Misconfigured`` if names cannot be such.
    """

    def __init__(
        self,
        *,
        region: str,
        endpoint: str | None = None,
        configuration_set: str | None = None,
        sender: str,
        reply_to: str | None,
        host: str,
    ) -> None:
        check_sender(sender, reply_to, host)
        if configuration_set is not None and not _CONFIGURATION_SET.fullmatch(configuration_set):
            raise Misconfigured(f"{configuration_set!r} is no name of a configuration set of SES")
        # One attempt: an email whose answer was lost may have been sent, and the job is retried anyway.
        self._client = LazyClient("sesv2", region=region, endpoint=endpoint, tries=1, read_seconds=_READ_SECONDS)
        self._configuration_set = configuration_set
        self._sender = sender
        self._reply_to = reply_to
        self._host = host

    def send(self, mail: Mail, /) -> None:
        """Send the email to SES.

        ``Rejected``: SES says that this email will not do, or cannot write to such an address: it knows no SMTPUTF8,
        so no local part beyond ASCII. ``Unavailable``: it does not answer, has enough for now, or waits for the
        operator; the sentence says for what, and never to whom the email was.
        """
        order = self._order(mail)
        try:
            self._client().send_email(**order)
        except ClientError as error:
            raise _refused(mail, error) from error
        except BotoCoreError as error:
            raise Unavailable(f"SES did not accept the email {mail.message_id}: {error}") from error

    def rehearse(self, mail: Mail, /) -> None:
        """Write the email, and make one call to SES that uses no quota; any answer will do."""
        self._order(mail)
        try:
            self._plain.send(AWSRequest("GET", self._client().meta.endpoint_url).prepare())
        except BotoCoreError as error:
            raise Unavailable(f"SES does not answer: {error}") from error

    def probe(self, mail: Mail, /) -> None:
        """Write the email and see whether SES answers; it judges sender and recipient only when an email is sent."""
        self.rehearse(mail)

    @cached_property
    def _plain(self) -> URLLib3Session:
        return URLLib3Session(timeout=_READ_SECONDS)

    def _order(self, mail: Mail) -> dict[str, Any]:
        try:
            message = to_mime(mail, sender=self._sender, reply_to=self._reply_to, host=self._host)
            body, to = message.as_bytes(), ascii_domain(mail.to)
        except ValueError as error:
            raise Rejected(f"the email {mail.message_id} cannot be written: {error}") from error
        if message.policy.utf8:  # type: ignore[attr-defined]
            raise Rejected(f"the email {mail.message_id} cannot be sent: SES accepts ASCII addresses only")
        order = {"Destination": {"ToAddresses": [to]}, "Content": {"Raw": {"Data": body}}}
        if self._configuration_set is not None:
            order["ConfigurationSetName"] = self._configuration_set
        return order


def _refused(mail: Mail, error: ClientError) -> Rejected | Unavailable:
    code = code_of(error)
    words = str(error.response.get("Error", {}).get("Message", ""))
    waiting = words.startswith(_NOT_YET)
    why = "the sender is not proven yet, or the account is in the sandbox" if waiting else _TO_BE_SET.get(code, code)
    said = f"SES did not accept the email {mail.message_id}: {why}"
    return Rejected(said) if code in _NEVER and not waiting else Unavailable(said, code=code)
