"""Emails about accounts: a job says what to say to whom; here it becomes a template and its links.

An email that no one gets is rendered and rehearsed all the same, so that the worker's time tells nothing either.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from byline.accounts import (
    account_links,
    bounces,
    confirmation,
    device_notices,
    invitation_links,
    invitations,
    publishers,
)
from byline.accounts.actors import find_account
from byline.accounts.address_change_records import changes_from, changes_key
from byline.accounts.addresses import address_hash
from byline.accounts.credentials import find_with_credentials
from byline.accounts.model import (
    INVITATION_SECONDS,
    Account,
    Address,
    AddressHash,
    Invitation,
    RegistrationState,
    Role,
    State,
)
from byline.accounts.pending_registrations import load_address_status, read_address_status
from byline.accounts.rate_limits import Counter, reset_mailbox_counter
from byline.accounts.records import claim_key, slot_keys
from byline.accounts.timing_decoys import NO_ACCOUNT_ID
from byline.errors import Rejected
from byline.jobs.payloads import SendMailboxLink
from byline.mail.port import Mail
from byline.mail.rendering import render
from byline.messages import browsers
from byline.messages.security_notices import ADDRESS_CHANGED, NEW_DEVICE, NOTICES

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.address_change_records import CompletedChange, PendingChange
    from byline.accounts.model import PendingRegistration
    from byline.jobs.model import Job
    from byline.jobs.payloads import (
        Payload,
        SendInvitation,
        SendPasswordChanged,
        SendRegistration,
        SendReset,
        SendSecurityNotice,
    )
    from byline.ports import Ports


def send_registration_email(ports: Ports, job: Job[SendRegistration | SendMailboxLink]) -> None:
    """Send link and code of a registration, or "you already have an account" to a known address."""
    about = job.payload
    if isinstance(about, SendMailboxLink):
        _send_mailbox_email(ports, job, about)
        return
    have = load_address_status(ports, AddressHash(about.address_hash))
    account = find_account(ports, have.account_id or NO_ACCOUNT_ID)
    pending = next((p for p in have.pending_registrations if p.id == about.registration), None)
    if pending is None or pending.state is RegistrationState.WITHDRAWN or pending.letters != about.email:
        return  # given up or overtaken by a newer email since: both are so for known and unknown addresses alike
    if account is not None:
        url = f"{ports.site.url}/login"
        send_email(ports, job, "already_registered", account, url=url)
        return
    send_email(
        ports,
        job,
        "confirmation",
        pending,
        url=confirmation.link_for(ports, pending),
        code=confirmation.code_for(ports, pending),
        until=confirmation.link_ends_at(pending),
    )


def send_reset_email(ports: Ports, job: Job[SendReset]) -> None:
    """Send the link to choose a password to whom has an account or registered; others get none, for the same work.

    Where there is no account, emails to a mailbox are counted: ``victim+1@…`` and so on can be registered at will.
    """
    address, now = Address(job.payload.address), ports.clock.now()
    address_key = address_hash(address)
    of_mailbox, of_others = reset_mailbox_counter(address), reset_mailbox_counter(address, is_counted=False)
    records = ports.store.get(claim_key(address_key), *slot_keys(address_key), of_mailbox, of_others)
    have = read_address_status(records, address_key, now)
    known = find_with_credentials(ports, have.account_id)
    to: Account | Address
    key = of_others
    if known is not None:
        to = known.account
        link = account_links.link_for_account(ports, known, asked_at=job.due_at)
        real = known.account.confirmed_at is not None
    else:
        to, link = address, account_links.link_for_address(ports, address, asked_at=job.due_at)
        real = any(each.state is not RegistrationState.CONFIRMED for each in have.pending_registrations)
        if real:
            key = of_mailbox
    counted = Counter.read(records.get(key), key, ports.site.limits.mailbox, now)
    if key == of_mailbox and ports.site.throttle:
        real = not counted.is_full
    ports.store.commit(counted.increment())
    until = _ends_at(job, account_links.LINK_SECONDS)
    barred_until = account_links.barred_until(known, now) if known else None
    send_email(ports, job, "reset", to, real=real, url=link, until=until, barred_until=barred_until)


def send_password_changed_email(ports: Ports, job: Job[SendPasswordChanged]) -> None:
    """Tell the owner that the password was changed (NIST SP 800-63B-4, 4.6; ASVS 6.3.7)."""
    account = find_account(ports, job.payload.account)
    if account is None or account.state is State.DELETED:
        return
    url = f"{ports.site.url}/login"
    for number, to in enumerate(known_addresses(ports, account)):
        send_email(ports, job, "password_changed", to, number=number, url=url, changed_at=job.payload.at)


def send_security_notice_email(ports: Ports, job: Job[SendSecurityNotice]) -> None:
    """Tell the owner of a login from a new device or of a changed factor (ASVS 6.3.5, 6.3.7)."""
    about = job.payload
    notice = NOTICES[about.notice, about.detail]
    account = find_account(ports, about.account)
    if account is None or account.state is State.DELETED:
        return
    is_new_device = about.notice == NEW_DEVICE
    if is_new_device and not device_notices.is_due(ports, account.id, about.at):
        return
    # The address before has an email of its own about that, with the link that undoes it.
    is_for_all = about.notice != ADDRESS_CHANGED
    for number, to in enumerate(known_addresses(ports, account) if is_for_all else (account,)):
        send_email(
            ports,
            job,
            "security_notice",
            to,
            number=number,
            url=f"{ports.site.url}/login?next=/account/activity",
            subject_line=notice.subject,
            happened=notice.happened,
            device=browsers.in_words(about.device) if about.device else None,
            at=about.at,
        )
    if is_new_device:
        device_notices.note_sent(ports, account.id)


def send_invitation_email(ports: Ports, job: Job[SendInvitation]) -> None:
    """Invite a person, or remind them; nothing, if the invitation was ended or accepted before the email went out."""
    about, address = job.payload, Address(job.payload.address)
    invitation = invitations.find(ports, address)
    if invitation is None and about.role == Role.AUTHOR:  # it ended long ago; only publishers' ones had no record once
        return
    if invitation is not None and (invitation.is_revoked or invitation.accepted_at is not None):
        return
    to: Invitation | str = about.address
    if invitation is not None and invitation_links.has_own_links(ports, invitation):
        to, url, until = invitation, invitation_links.link_for(ports, invitation), invitation.ends_at
    else:
        url = invitation_links.link_before_desk(ports, about, invitation, asked_at=job.due_at)
        until = _ends_at(job, INVITATION_SECONDS)
    inviter = find_account(ports, invitation.invited_by) if invitation else None
    send_email(
        ports,
        job,
        "author_invitation" if about.role == Role.AUTHOR else "publisher_invitation",
        to,
        url=url,
        until=until,
        invited_by=inviter.name if inviter else "",
        note=invitation.note if invitation else "",
        takes_over=invitation is not None and bool(invitation.profile),
        page_url=invitation_links.page_url(ports.site, invitation) if invitation else "",
        is_reminder=about.is_reminder,
    )
    invitations.note_sent(ports, address)


def send_email(
    ports: Ports,
    job: Job[Payload],
    name: str,
    to: Account | PendingRegistration | Invitation | PendingChange | CompletedChange | str,
    *,
    real: bool = True,
    number: int = 0,
    to_name: str = "",
    language: str = "",
    **values: Any,
) -> None:
    """Send a job's email, or do all the work of it and send nothing. A repeated job repeats its Message-ID.

    ``name`` and ``values`` are those of its templates. It is in the language of the person it goes to, or of the site
    where only an address is known, and greets who has confirmed the address or is invited. An address that the mail
    server knows no one at is marked. A job that sends several emails gives each a ``number``.
    """
    address, language = (to, language) if isinstance(to, str) else (to.address, to.language)
    # A name may be anything: a stranger's words must not reach a mailbox that they typed. Publishers are no strangers.
    is_proven = isinstance(to, Invitation) or (isinstance(to, Account) and to.confirmed_at is not None)
    to_name = to.name if is_proven and isinstance(to, Account | Invitation) else to_name
    email = render(name, ports.site, language or ports.site.language, to_name=to_name, **values)
    mail = Mail(
        address,
        email.subject,
        email.text,
        email.html,
        message_id=f"{job.id}-{number}" if number else job.id,
        sent_at=ports.clock.now(),
        sender_name=ports.site.branding.site_name,
        reply_to=ports.site.branding.contact,
    )
    if not real:
        ports.mailer.rehearse(mail)
        return
    try:
        ports.mailer.send(mail)
    except Rejected as fault:
        if fault.no_mailbox:
            bounces.record_bounce(ports, bounces.MAIL_SYSTEM, address, bounces.BounceKind.BOUNCE)
        raise


def known_addresses(ports: Ports, account: Account) -> tuple[Account | CompletedChange, ...]:
    """Where to tell of what concerns the safety of an account: also at the addresses that can still be put back, in
    case it was a thief who changed them.
    """
    changes = changes_from(account.id, ports.store.one(changes_key(account.id)), ports.clock.now())
    others = {each.address: each for each in changes.completed if each.address != account.address}
    return account, *others.values()


def _send_mailbox_email(ports: Ports, job: Job[Payload], about: SendMailboxLink) -> None:
    account = find_account(ports, about.account)
    if account is None or account.confirmed_at is not None:
        return
    url = publishers.mailbox_link(ports, account, asked_at=job.due_at)
    send_email(ports, job, "mailbox_confirmation", account, url=url, until=_ends_at(job, confirmation.LINK_SECONDS))


def _ends_at(job: Job[Payload], seconds: int) -> datetime:
    return job.due_at + timedelta(seconds=seconds)
