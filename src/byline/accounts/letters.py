"""The account's letters: a job says what to say to whom, and here it becomes words and links.

A letter that nobody gets is written all the same and rehearsed, so that the worker's time tells nothing either.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from byline.accounts import arriving, confirmation, password, publishers
from byline.accounts.addresses import place_of
from byline.accounts.model import Account, Address, Fate, Place, Role, State
from byline.accounts.proposals import standing
from byline.accounts.records import account_from, account_key, claim_key, slot_keys
from byline.errors import Rejected
from byline.mail.letter import Button, Letter, render
from byline.mail.port import Mail

if TYPE_CHECKING:
    from byline.outbox.model import Job
    from byline.ports import Ports

_STAND_IN = "nobody"
"""The id under which nothing is kept: read where an address has no account, so that the reads are equal."""


def registration_letter(ports: Ports, job: Job) -> None:
    """The letter of a registration: link and code, or "you already have an account" to a known address."""
    if "account" in job.details:
        _mailbox_letter(ports, job)
        return
    place = Place(str(job.details["place"]))
    records = ports.store.get(claim_key(place), *slot_keys(place))
    have = standing(records, place, ports.clock.now())
    account = _account(ports, have.account_id)
    proposal = next((p for p in have.proposals if p.id == job.details["proposal"]), None)
    if proposal is None or proposal.fate is Fate.LEFT or proposal.letters != job.details["letter"]:
        return  # given up or overtaken by a newer letter since: both are so for known and unknown addresses alike
    if account is not None:
        letter = _already_registered(ports)
        post(ports, job, to=account.address, letter=letter)
        return
    letter = Letter(
        subject="Confirm your email address",
        preheader="The link works for three days, the code for one hour.",
        opening=(
            f"Somebody, most likely you, asked for an author account at {ports.site.name} with this address.",
            "Confirm that the address is yours: follow the link, or type the code into the page that waits for it.",
        ),
        button=Button("Confirm this address", confirmation.link_for(ports, proposal)),
        code=confirmation.code_for(ports, proposal),
        until=f"The link works until {said(confirmation.link_ends_at(proposal))}. The code works for one hour.",
        because="You get this letter because somebody typed this address into our registration form.",
        otherwise="If it was not you, do nothing: no account is opened.",
        contact=contact(ports),
        site=ports.site.name,
    )
    post(ports, job, to=proposal.address, letter=letter)


def reset_letter(ports: Ports, job: Job) -> None:
    """The letter by which a new password is chosen; an address that has nothing gets none, for the same work."""
    address = Address(str(job.details["address"]))
    place = place_of(address)
    have = standing(ports.store.get(claim_key(place), *slot_keys(place)), place, ports.clock.now())
    account = _account(ports, have.account_id)
    if account is not None:
        to, link = account.address, password.link_for_account(ports, account, asked_at=job)
        real = account.confirmed_at is not None
    else:
        to, link = address, password.link_for_address(ports, address, asked_at=job)
        real = any(proposal.fate is Fate.OPEN for proposal in have.proposals)
    letter = Letter(
        subject="Choose a new password",
        preheader="The link works for one hour.",
        opening=(f"Somebody, most likely you, asked to choose a new password at {ports.site.name}.",),
        button=Button("Choose a new password", link),
        until=_until(job.due_at, password.LINK_SECONDS),
        because="You get this letter because this address was typed into our form for a forgotten password.",
        otherwise="If it was not you, do nothing; the old password stays.",
        contact=contact(ports),
        site=ports.site.name,
    )
    post(ports, job, to=to, letter=letter, real=real)


def password_changed_letter(ports: Ports, job: Job) -> None:
    """Tell the owner that the password was changed (NIST SP 800-63B-4, 4.6; ASVS 6.3.7)."""
    account = _account(ports, str(job.details["account"]))
    if account is None or account.state is State.DELETED:
        return
    changed_at = datetime.fromisoformat(str(job.details["at"]))
    letter = Letter(
        subject="Your password was changed",
        preheader="All other devices were logged out.",
        opening=(
            f"The password of your account at {ports.site.name} was changed on {said(changed_at)}.",
            "All other devices were logged out.",
        ),
        button=Button("Log in", f"{ports.site.url}/login"),
        because="You get this letter because it concerns the safety of your account.",
        otherwise=f"If it was not you, choose a new password at {ports.site.url}/reset: all sessions end with that.",
        contact=contact(ports),
        site=ports.site.name,
    )
    post(ports, job, to=account.address, letter=letter)


def invitation_letter(ports: Ports, job: Job) -> None:
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
    letter = Letter(
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
        contact=contact(ports),
        site=ports.site.name,
    )
    post(ports, job, to=address, letter=letter)


def post(ports: Ports, job: Job, *, to: str, letter: Letter, real: bool = True) -> None:
    """Send a job's letter, or do all the work of it and send nothing. A repeated job repeats its Message-ID.

    An address that the mail server knows nobody at is marked.
    """
    text, html = render(letter)
    mail = Mail(to, letter.subject, text, html, message_id=job.id, sent_at=ports.clock.now())
    if not real:
        ports.mailer.rehearse(mail)
        return
    try:
        ports.mailer.send(mail)
    except Rejected as fault:
        if fault.no_mailbox:
            arriving.does_not_arrive(ports, to, arriving.Cause.CAME_BACK)
        raise


def contact(ports: Ports) -> str:
    """Whom to write to, for the end of a letter; "" where no address was set, since nobody may read the answers."""
    if not ports.site.contact:
        return ""
    return f"Questions? Write to {ports.site.publisher_name}: {ports.site.contact}"


def said(at: datetime) -> str:
    """A time in words: "5 May 2026, 14:00 UTC"."""
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _until(since: datetime, seconds: int) -> str:
    return f"The link works until {said(since + timedelta(seconds=seconds))}."


def _already_registered(ports: Ports) -> Letter:
    return Letter(
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
        contact=contact(ports),
        site=ports.site.name,
    )


def _mailbox_letter(ports: Ports, job: Job) -> None:
    account = _account(ports, str(job.details["account"]))
    if account is None or account.confirmed_at is not None:
        return
    letter = Letter(
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
        contact=contact(ports),
        site=ports.site.name,
    )
    post(ports, job, to=account.address, letter=letter)


def _account(ports: Ports, account_id: str | None) -> Account | None:
    key = account_key(account_id or _STAND_IN)
    record = ports.store.get(key).get(key)
    return account_from(record) if record else None
