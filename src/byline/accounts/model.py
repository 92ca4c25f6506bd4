"""Accounts, their credentials, pending registrations and sessions: values only, no rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, NewType

from byline.proofs import Proof  # noqa: TC001 - the codec reads the types

AccountId = NewType("AccountId", str)
Address = NewType("Address", str)
"""A normalised e-mail address; only ``addresses.normalise`` makes one."""
AddressHash = NewType("AddressHash", str)
"""A hash of an address: the key of its claim, its pending registrations and its counters."""
INVITATION_SECONDS = 30 * 24 * 3600
"""How long an invitation can be accepted."""


class State(StrEnum):
    """The state of an account. "Unconfirmed" is the state of a pending registration, not of an account.

    ``MANAGED`` is never stored: it is the state of what stands for the author of a page that the press keeps, who has
    no account.
    """

    WAITING = "waiting"
    ACTIVE = "active"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    DELETED = "deleted"
    MANAGED = "managed"


class Role(StrEnum):
    """What an account may do when it is active."""

    AUTHOR = "author"
    PUBLISHER = "publisher"


class ReviewRule(StrEnum):
    """Whether what an author publishes is reviewed first, whatever the site's rule is."""

    AS_SITE = ""
    ALWAYS = "always"
    NEVER = "never"


class Decision(NamedTuple):
    """How an account stood before a decision that can be taken back: its state, who had decided on it, and how.

    ``decision_job`` is the email about it.
    """

    state: State
    decided_at: datetime | None
    decided_by: str
    decision_job: str
    note: str


class Question(NamedTuple):
    """What a publisher (``asked_by``, an account) asked an author who waits, and the answer, once there is one."""

    asked_at: datetime
    asked_by: str
    text: str
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in. ``generation`` is what its sessions must carry: raising it ends them all.

    ``confirmed_at``: when its mailbox was proven (``None``: the first publisher, before they did).
    ``before`` is how it stood before the last decision, where that was one to approve or to decline.
    ``name`` is what lists and emails call the person; the page's name is the profile's. ``language`` is that of its
    emails ("": the site's). ``review_rule`` is what publishers set for this author alone.
    ``bounced_at`` and ``complained_at`` say since when its emails bounce, and when one was marked as spam. They are
    about the address, so giving the account another address clears them. From ``factor_due_at`` on a second factor is
    asked of it. Until ``no_reset_until`` no email lets anyone choose its password: its address was put back.
    ``embedded_password_hash`` is read and kept in accounts that were stored before credentials had a record of their
    own; ``credentials.py`` alone looks at it ("": they have one).
    """

    id: AccountId
    address: Address
    name: str
    state: State
    role: Role
    created_at: datetime
    confirmed_at: datetime | None
    profile_id: str | None = None
    generation: int = 1
    decided_at: datetime | None = None
    decided_by: str = ""
    decision_job: str = ""
    note: str = ""
    before: Decision | None = None
    refusals: int = 0
    bounced_at: datetime | None = None
    complained_at: datetime | None = None
    language: str = ""
    question: Question | None = None
    review_rule: ReviewRule = ReviewRule.AS_SITE
    factor_due_at: datetime | None = None
    no_reset_until: datetime | None = None
    embedded_password_hash: str | None = ""
    version: int = 1

    @property
    def is_managed(self) -> bool:
        """Whether it only stands for the author of a page that the press keeps: no one can log in or be written to."""
        return self.state is State.MANAGED

    @property
    def is_undeliverable(self) -> bool:
        """Whether emails to its address bounce or were marked as spam."""
        return self.bounced_at is not None or self.complained_at is not None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves that a person is an account's owner: the hash of a password (``None``: none was chosen yet), and what
    is asked for besides.

    ``has_authenticator``: an app, whose seed is in a record of its own; ``recovery_codes`` are the hashes of those
    left, ``passkeys`` the ids of passkeys, which have records of their own, too. Links are bound to ``version``, which
    rises with every change. It is 0 while the credentials have no record yet.
    """

    account_id: AccountId
    password_hash: str | None
    has_authenticator: bool = False
    recovery_codes: tuple[str, ...] = ()
    passkeys: tuple[str, ...] = ()
    version: int = 0

    @property
    def has_second_factor(self) -> bool:
        """Whether a login asks for more than the password."""
        return self.has_authenticator or bool(self.passkeys)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation to an address that has no account. ``revocations`` counts how often its links were ended: a link is
    bound to that number. It ``is_revoked`` until the address is invited again.

    ``name`` is "" where only the address was entered. ``invited_by`` is the account or operator who invites, ``note``
    what they write in the email, ``language`` that of the email ("": the site's). ``sort_name``, ``page_address`` and
    ``biography`` are what is known of an author and goes into the new page; ``profile`` is a page of the press that the
    author takes over instead, published at ``page_address`` ("": it was not). ``sent_at`` is when the email went out,
    ``account`` the account that was opened by accepting.
    """

    address: Address
    name: str
    role: Role
    invited_at: datetime
    revocations: int = 0
    is_revoked: bool = False
    invited_by: str = ""
    note: str = ""
    language: str = ""
    sort_name: str = ""
    page_address: str = ""
    biography: str = ""
    profile: str = ""
    sent_at: datetime | None = None
    reminded_at: datetime | None = None
    accepted_at: datetime | None = None
    account: str = ""
    version: int = 1

    @property
    def ends_at(self) -> datetime:
        """Until when it can be accepted."""
        return self.invited_at + timedelta(seconds=INVITATION_SECONDS)


class RegistrationState(StrEnum):
    """What became of a registration. That another one was confirmed is not written: the claim says so."""

    PENDING = "open"
    CONFIRMED = "won"
    WITHDRAWN = "left"


@dataclass(frozen=True, slots=True)
class PendingRegistration:
    """A registration whose address is not confirmed. ``letters`` counts its emails; each has a code of its own.

    ``sent_at`` are the times of the emails of the last hour, oldest first; ``tries`` counts the wrong codes since the
    last one. It lives seven days, whatever becomes of it.
    """

    address_key: AddressHash
    slot: int
    id: str
    address: Address
    name: str
    password_hash: str | None
    created_at: datetime
    expires_at: datetime
    letters: int = 1
    sent_at: tuple[datetime, ...] = ()
    tries: int = 0
    state: RegistrationState = RegistrationState.PENDING
    language: str = ""
    version: int = 1


class GivenProof(NamedTuple):
    """What a session was proven with, and when, in seconds since 1970."""

    proof: Proof
    at: int


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that logged in. Its id is the hash of a secret that only the browser's cookie holds.

    It belongs to an account (of that ``generation``) or to a pending registration. ``proofs`` are what it was begun or
    renewed with, and when, in seconds since 1970; a session of before format 6 has none, and ``proven_at`` says
    when its password was given.
    """

    id: str
    subject: str
    generation: int
    created_at: datetime
    seen_at: datetime
    proven_at: datetime
    expires_at: datetime
    idle_seconds: int
    remembered: bool
    device: str
    proofs: tuple[GivenProof, ...] = ()
    version: int = field(default=1)


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that has logged in to an account of an address, in this ``generation`` of its sessions.

    Its id is the hash of a secret that only the browser's cookie holds. ``browser`` is the code of its kind, ``name``
    what its owner calls it ("": nothing). It logged in first at ``created_at`` and last at ``seen_at``; devices of
    before format 6 have none of these. ``passkey_offered``: after a login with the password, which is done once.
    """

    id: str
    address_key: AddressHash
    account: AccountId
    generation: int
    expires_at: datetime
    name: str = ""
    browser: str = ""
    created_at: datetime | None = None
    seen_at: datetime | None = None
    passkey_offered: bool = False
    version: int = 1
