"""Email: whether the mail server would take one from this site, and one that is really sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.audit import OPERATOR
from byline.authors import status
from byline.cli.checks.finding import Finding
from byline.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.accounts.model import Address
    from byline.ports import Ports
    from byline.settings import Settings


def check_mail(ports: Ports, settings: Settings, email_to: Address | None) -> Iterator[Finding]:
    """Ask the mail server up to the recipient, and send an email if somebody is to get one."""
    try:
        if email_to is None:
            status.probe_mail(ports, settings.site.contact or settings.mail_from)
        else:
            status.send_test_email(ports, OPERATOR, email_to)
            sentence = f"The mail server took an email to {email_to}: see whether it arrives, and not as spam."
            yield Finding("mail", sentence)
    except BylineError as fault:
        yield Finding("mail", f"No email can be sent: {fault}", wrong=True)
