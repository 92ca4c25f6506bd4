"""The account's letters: a job says what to say to whom, and here it becomes words and links.

A letter that nobody gets is written all the same and rehearsed, so that the worker's time tells nothing either.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from byline.accounts import bounces, confirmation, password, publishers
from byline.accounts.addresses import address_hash
from byline.accounts.model import Account, Address, AddressHash, RegistrationState, Role, State
from byline.accounts.pending_registrations import read_address_status
from byline.accounts.records import account_from, account_key, claim_key, slot_keys
from byline.errors import Rejected
from byline.mail.email_parts import Button, Email, render_parts
from byline.mail.port import Mail

if TYPE_CHECKING:
    from byline.jobs.model import Job
    from byline.ports import Ports

NO_ACCOUNT_ID = "nobody"
"""The id under which nothing is kept: read where an address has no account, so that the reads are equal."""


def send_registration_email(ports: Ports, job: Job) -> None:
    """The letter of a registration: link and code, or "you already have an account" to a known address."""
    if "account" in job.details:
        _send_mailbox_email(ports, job)
        return
    address_key = AddressHash(str(job.details["place"]))
    records = ports.store.get(claim_key(address_key), *slot_keys(address_key))
    have = read_address_status(records, address_key, ports.clock.now())
    account = _account(ports, have.account_id)
    pending = next((p for p in have.pending_registrations if p.id == job.details["proposal"]), None)
    if pending is None or pending.state is RegistrationState.WITHDRAWN or pending.letters != job.details["letter"]:
        return  # given up or overtaken by a newer letter since: both are so for known and unknown addresses alike
    if account is not None:
        letter = _already_registered_email(ports)
        send_email(ports, job, to=account.address, letter=letter)
        return
    letter = Email(
        subject="Confirm your email address",
        preheader="The link works for three days, the code for one hour.",
        opening=(
            f"Somebody, most likely you, asked for an author account at {ports.site.name} with this address.",
            "Confirm that the address is yours: follow the link, or type the code into the page that waits for it.",
        ),
        button=Button("Confirm this address", confirmation.link_for(ports, pending)),
        code=confirmation.code_for(ports, pending),
        until=f"The link works until {format_time(confirmation.link_ends_at(pending))}. The code works for one hour.",
        because="You get this letter because somebody typed this address into our registration form.",
        otherwise="If it was not you, do nothing: no account is opened.",
        contact=contact_line(ports),
        site=ports.site.name,
    )
    send_email(ports, job, to=pending.address, letter=letter)


def send_reset_email(ports: Ports, job: Job) -> None:
    """The letter by which a new password is chosen; an address that has nothing gets none, for the same work."""
    address = Address(str(job.details["address"]))
    address_key = address_hash(address)
    have = read_address_status(
        ports.store.get(claim_key(address_key), *slot_keys(address_key)), address_key, ports.clock.now()
    )
    account = _account(ports, have.account_id)
    if account is not None:
        to, link = account.address, password.link_for_account(ports, account, asked_at=job)
        real = account.confirmed_at is not None
    else:
        to, link = address, password.link_for_address(ports, address, asked_at=job)
        real = any(pending.state is RegistrationState.PENDING for pending in have.pending_registrations)
    letter = Email(
        subject="Choose a new password",
        preheader="The link works for one hour.",
        opening=(f"Somebody, most likely you, asked to choose a new password at {ports.site.name}.",),
        button=Button("Choose a new password", link),
        until=_until(job.due_at, password.LINK_SECONDS),
        because="You get this letter because this address was typed into our form for a forgotten password.",
        otherwise="If it was not you, do nothing; the old password stays.",
        contact=contact_line(ports),
        site=ports.site.name,
    )
    send_email(ports, job, to=to, letter=letter, real=real)


def send_password_changed_email(ports: Ports, job: Job) -> None:
    """Tell the owner that the password was changed (NIST SP 800-63B-4, 4.6; ASVS 6.3.7)."""
    account = _account(ports, str(job.details["account"]))
    if account is None or account.state is State.DELETED:
        return
    changed_at = datetime.fromisoformat(str(job.details["at"]))
    letter = Email(
        subject="Your password was changed",
        preheader="All other devices were logged out.",
        opening=(
            f"The password of your account at {ports.site.name} was changed on {format_time(changed_at)}.",
            "All other devices were logged out.",
        ),
        button=Button("Log in", f"{ports.site.url}/login"),
        because="You get this letter because it concerns the safety of your account.",
        otherwise=f"If it was not you, choose a new password at {ports.site.url}/reset: all sessions end with that.",
        contact=contact_line(ports),
        site=ports.site.name,
    )
    send_email(ports, job, to=account.address, letter=letter)


def send_invitation_email(ports: Ports, job: Job) -> None:
    """Invite somebody whom the operator makes a publisher; the link opens the account and proves the mailbox."""
    address = str(job.details["address"])
    link = password.link_for_address(
        ports,
        address,
        asked_at=job,
        role=Role(str(job.details["role"])),
        name=str(job.details["name"]),
        seconds=password.INVITATION_SECONDS,
    )
    letter = Email(
        subject="You are invited as a publisher",
        preheader=f"{ports.site.name} opens an account for you.",
        opening=(
            (
                f"The operator of {ports.site.name} invites you as a publisher: to approve authors and look after "
                "their pages."
            ),
            "Choose a password to open your account.",
        ),
        button=Button("Choose a password", link),
        until=_until(job.due_at, password.INVITATION_SECONDS),
        because="You get this letter because the operator typed your address.",
        otherwise="If you did not expect it, do nothing: no account is opened.",
        contact=contact_line(ports),
        site=ports.site.name,
    )
    send_email(ports, job, to=address, letter=letter)


def send_email(ports: Ports, job: Job, *, to: str, letter: Email, real: bool = True) -> None:
    """Send a job's letter, or do all the work of it and send nothing. A repeated job repeats its Message-ID.

    An address that the mail server knows nobody at is marked.
    """
    text, html = render_parts(letter)
    mail = Mail(to, letter.subject, text, html, message_id=job.id, sent_at=ports.clock.now())
    if not real:
        ports.mailer.rehearse(mail)
        return
    try:
        ports.mailer.send(mail)
    except Rejected as fault:
        if fault.no_mailbox:
            bounces.record_bounce(ports, bounces.MAIL_SYSTEM, to, bounces.BounceKind.BOUNCE)
        raise


def contact_line(ports: Ports) -> str:
    """Whom to write to, for the end of a letter; "" where no address was set, since nobody may read the answers."""
    if not ports.site.contact:
        return ""
    return f"Questions? Write to {ports.site.publisher_name}: {ports.site.contact}"


def format_time(at: datetime) -> str:
    """A time in words: "5 May 2026, 14:00 UTC"."""
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _until(since: datetime, seconds: int) -> str:
    return f"The link works until {format_time(since + timedelta(seconds=seconds))}."


def _already_registered_email(ports: Ports) -> Email:
    return Email(
        subject="You already have an account",
        preheader="Nothing changed; you can log in or choose a new password.",
        opening=(
            f"Somebody, perhaps you, tried to register at {ports.site.name} with this address, which has an account.",
            (
                "Nothing changed, and the password that was just typed was not kept. Log in with the one you had, "
                f"or choose a new one at {ports.site.url}/reset"
            ),
        ),
        button=Button("Log in", f"{ports.site.url}/login"),
        because="You get this letter because somebody typed this address into our registration form.",
        otherwise="If it was not you, do nothing: whoever it was learned nothing about your account.",
        contact=contact_line(ports),
        site=ports.site.name,
    )


def _send_mailbox_email(ports: Ports, job: Job) -> None:
    account = _account(ports, str(job.details["account"]))
    if account is None or account.confirmed_at is not None:
        return
    letter = Email(
        subject="Confirm your email address",
        preheader="Until then no password can be reset by mail.",
        opening=(
            f"You opened the publisher's account of {ports.site.name} with this address.",
            "Confirm that the address is yours; open the link in the browser in which you are logged in.",
        ),
        button=Button("Confirm this address", publishers.mailbox_link(ports, account, asked_at=job)),
        until=_until(job.due_at, confirmation.LINK_SECONDS),
        because="You get this letter because somebody typed this address when the site was set up.",
        otherwise="If it was not you, do nothing.",
        contact=contact_line(ports),
        site=ports.site.name,
    )
    send_email(ports, job, to=account.address, letter=letter)


def _account(ports: Ports, account_id: str | None) -> Account | None:
    key = account_key(account_id or NO_ACCOUNT_ID)
    record = ports.store.get(key).get(key)
    return account_from(record) if record else None
