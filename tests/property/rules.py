"""What may become of a portal's people, in the plainest words: no store, no hashes, no forms, no letters.

Each method is something that somebody does, and returns the status of the answer they must get. What is asked of the
world (ids, page addresses with a number behind them) is told by whoever asks.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SLOTS = 5
A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BETWEEN_LETTERS = 2 * A_MINUTE
TO_UNDO = timedelta(seconds=30)

CONFIRM = "Confirm your email address"
KNOWN = "You already have an account"
RESET = "Choose a new password"
CHANGED = "Your password was changed"
EDITED = "Your author page was edited"
DECIDED = {
    "approve": "Your author page is open",
    "decline": "About your author account",
    "suspend": "Your author account is suspended",
    "restore": "Your author account is open again",
}
LEADS_TO = {"approve": "active", "decline": "declined", "suspend": "suspended", "restore": "active"}
DECISIONS = {
    ("waiting", "approve"),
    ("waiting", "decline"),
    ("declined", "approve"),
    ("active", "suspend"),
    ("suspended", "restore"),
}


@dataclass(eq=False)
class Registration:
    """A registration that nobody has confirmed yet. ``sent`` is when its letters were asked for."""

    id: str
    address: str
    name: str
    password: str
    begun: datetime
    ends: datetime
    sent: list[datetime]
    letters: int = 1
    tries: int = 0
    fate: str = "open"

    def wait(self, now: datetime) -> timedelta:
        """How long until its next letter may be asked for."""
        recent = [at for at in self.sent if now < at + AN_HOUR]
        waits = [timedelta(0)]
        if recent:
            waits.append(recent[-1] + BETWEEN_LETTERS - now)
        if len(recent) >= 5:
            waits.append(recent[-5] + AN_HOUR - now)
        return max(waits)


@dataclass(frozen=True)
class Text:
    """What a page says: its name, its words, and whether there is a photo."""

    name: str
    words: str
    photo: bool


@dataclass(eq=False)
class Page:
    """An author's page: every text it ever had, the last one live."""

    slug: str
    name: str
    old_slugs: list[str] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class Standing:
    """How an account stood before a decision."""

    state: str
    by: str
    at: datetime | None
    note: str
    letter: Promise | None


@dataclass(eq=False)
class Account:
    """Somebody with an account. ``generation`` grows whenever all their sessions and links end."""

    id: str
    address: str
    name: str
    password: str
    opened: datetime
    state: str = "waiting"
    generation: int = 1
    by: str = ""
    at: datetime | None = None
    note: str = ""
    letter: Promise | None = None
    before: Standing | None = None
    looked_at: bool = False
    publishes: bool = False
    page: Page | None = None

    @property
    def may_log_in(self) -> bool:
        return self.state in {"waiting", "active"}


@dataclass(eq=False)
class Seat:
    """A session in somebody's browser."""

    of: Registration | Account
    generation: int
    seen: datetime
    ends: datetime
    idle: timedelta
    remembered: bool = False


@dataclass(eq=False)
class Promise:
    """A letter that was promised: what about, whom it concerns, and when it is due."""

    what: str
    about: Registration | Account | str
    due: datetime
    number: int = 0
    tries: int = 0


@dataclass(eq=False)
class Link:
    """A link that was in a letter, with what it said when it was made. ``code`` is of the registration's letter."""

    of: Registration | Account | str
    ends: datetime
    generation: int = 0
    number: int = 0
    path: str = ""
    code: str = ""


@dataclass(eq=False)
class Letter:
    """A letter that must have left."""

    to: str
    subject: str
    link: Link | None = None


@dataclass
class Brake:
    """So many tries in so much time, for each address or account."""

    most: int
    time: timedelta
    counts: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def is_full(self, whom: str, now: datetime) -> bool:
        return self._count(whom, now)[0] >= self.most

    def count(self, whom: str, now: datetime) -> None:
        count, since = self._count(whom, now)
        self.counts[whom] = (count + 1, since)

    def _count(self, whom: str, now: datetime) -> tuple[int, datetime]:
        count, since = self.counts.get(whom, (0, now))
        return (count, since) if now < since + self.time else (0, now)


class Rules:
    """Everybody, and what they may do."""

    def __init__(self, now: datetime, publisher: str) -> None:
        self.now = now
        self.publisher = publisher
        self.registrations: list[Registration] = []
        self.accounts: list[Account] = []
        self.seats: dict[str, Seat] = {}
        self.slugs: dict[str, Page] = {}
        self.promises: list[Promise] = []
        self.wrong_passwords = Brake(10, 15 * A_MINUTE)
        self.wrong_codes = Brake(20, A_DAY)
        self.emails = Brake(15, AN_HOUR)
        self.devices: dict[str, tuple[Account, int, str]] = {}
        self._devices = itertools.count()
        self.resets = Brake(5, AN_HOUR)
        self.wrong_old_passwords = Brake(10, 15 * A_MINUTE)

    # Who somebody is.

    def unseen(self, browser: str) -> Seat | None:
        """The session of a browser, if it is alive; nobody asks for anything, so nothing is seen of it."""
        seat = self.seats.get(browser)
        return seat if seat and self._is_alive(seat) else None

    def seat(self, browser: str) -> Seat | None:
        """The session of a browser that asks for something now; it is seen by that."""
        seat = self.unseen(browser)
        if seat is None:
            self.seats.pop(browser, None)
        elif self.now - seat.seen >= 5 * A_MINUTE:
            seat.seen = self.now
        return seat

    def registration(self, browser: str) -> Registration | None:
        seat = self.seat(browser)
        return seat.of if seat and isinstance(seat.of, Registration) else None

    def account(self, browser: str) -> Account | None:
        seat = self.seat(browser)
        return seat.of if seat and isinstance(seat.of, Account) else None

    def stands(self, browser: str) -> str:
        """Where somebody stands in this browser."""
        seat = self.unseen(browser)
        if seat is None:
            return "nobody"
        if isinstance(seat.of, Registration):
            return "unconfirmed"
        if seat.of.state != "active":
            return "waiting"
        return "publisher" if seat.of.publishes and seat.of.page is None else "author"

    def owner(self, address: str) -> Account | None:
        """The one account that an address has."""
        mailbox = address.casefold()
        living = (each for each in self.accounts if each.state != "deleted")
        return next((each for each in living if each.address.casefold() == mailbox), None)

    def live(self, address: str) -> list[Registration]:
        """The registrations that stand in an address's slots, whatever became of them, oldest first."""
        mailbox = address.casefold()
        return [each for each in self.registrations if each.address.casefold() == mailbox and self.now < each.ends]

    def slots_taken(self, address: str) -> int:
        """How many slots of an address are taken: one that was given up is free again."""
        return sum(each.fate != "left" for each in self.live(address))

    # Registering and confirming.

    def takes_slot(self, new: Registration) -> None:
        """A registration that was given up is gone once a new one has its slot, which the new one's id tells."""
        slot = new.id.rpartition(".")[0]
        self.registrations = [
            each
            for each in self.registrations
            if each is new or each.fate != "left" or each.id.rpartition(".")[0] != slot
        ]

    def register(self, browser: str, address: str, name: str, password: str) -> int:
        own = self.registration(browser)
        if own is not None and own.address.casefold() != address.casefold():
            own = None
        if own is None and self.slots_taken(address) >= SLOTS:
            return 429
        if self.emails.is_full(address.casefold(), self.now):
            return 429
        if own is not None and own.wait(self.now) > BETWEEN_LETTERS:
            return 429
        sent = [at for at in own.sent if self.now < at + AN_HOUR] if own else []
        if own is not None:
            self.registrations.remove(own)
        new = Registration("", address, name, password, self.now, self.now + 7 * A_DAY, [*sent, self.now])
        self._begin(browser, new)
        return 303

    def send_again(self, browser: str) -> int:
        own = self.registration(browser)
        if own is None:
            return 303 if self.account(browser) else 302
        if own.wait(self.now) or self.emails.is_full(own.address.casefold(), self.now):
            return 429
        self.emails.count(own.address.casefold(), self.now)
        own.sent = [*(at for at in own.sent if self.now < at + AN_HOUR), self.now]
        own.letters += 1
        own.tries = 0
        self.promises.append(Promise(CONFIRM, own, self.now, own.letters))
        return 303

    def use_another_address(self, browser: str, address: str) -> int:
        own = self.registration(browser)
        if own is None:
            return 303 if self.account(browser) else 302
        if own.address.casefold() == address.casefold():
            return 422
        if own.wait(self.now) > BETWEEN_LETTERS or self.slots_taken(address) >= SLOTS:
            return 429
        if self.emails.is_full(address.casefold(), self.now):
            return 429
        sent = [*(at for at in own.sent if self.now < at + AN_HOUR), self.now]
        self._begin(browser, Registration("", address, own.name, own.password, self.now, own.ends, sent))
        own.fate, own.password = "left", ""
        return 303

    def _begin(self, browser: str, new: Registration) -> None:
        self.registrations.append(new)
        self.emails.count(new.address.casefold(), self.now)
        self.promises.append(Promise(CONFIRM, new, self.now, new.letters))
        self._sit(browser, new, new.ends - self.now, new.ends - self.now)

    def delete(self, browser: str) -> int:
        """Delete a registration, or an account that waits."""
        own, account = self.registration(browser), self.account(browser)
        if own is not None:
            own.fate, own.password = "left", ""
        elif account is None:
            return 302
        elif account.state != "waiting":
            return 404
        else:
            for each in self.live(account.address):
                each.fate = "left" if each.fate == "won" else each.fate
            account.state = "deleted"
            account.address = account.name = account.password = account.note = ""
            account.generation += 1
            account.before = None
            if account.page is not None:
                account.page.texts.clear()
                account.page.name = ""
        del self.seats[browser]
        return 200

    def open_confirm_link(self, browser: str, link: Link) -> int:
        """Look at the page behind a confirm link: it confirms in the browser of its own registration."""
        assert isinstance(link.of, Registration)
        if self.now >= link.ends:
            return 410
        if self.registration(browser) is link.of:
            return 410 if self.owner(link.of.address) else self._confirm(browser, link.of)
        if link.of.fate == "won" and link.of in self.live(link.of.address) and self.account(browser):
            return 200
        return 200 if self._confirms(link.of) else 410

    def log_in_at_confirm_link(self, browser: str, link: Link, password: str) -> int:
        """The same by the registration's password, in a browser where nobody is logged in."""
        assert isinstance(link.of, Registration)
        assert self.seat(browser) is None
        if self.now >= link.ends or not self._confirms(link.of):
            return 410
        by_link = f"link {id(link.of)}"
        if self.wrong_passwords.is_full(by_link, self.now):
            return 429
        if link.of.password != password:
            self.wrong_passwords.count(by_link, self.now)
            return 422
        return self._confirm(browser, link.of)

    def type_code(self, browser: str, code: Link | None) -> int:
        """Type the code of a letter, or one that no letter had."""
        own = self.registration(browser)
        if own is None:
            return 303 if self.account(browser) else 302
        mailbox = own.address.casefold()
        if self.wrong_codes.is_full(mailbox, self.now):
            return 429
        right = code is not None and code.of is own and code.number == own.letters
        if right and self.now < own.sent[-1] + AN_HOUR and own.tries < 5 and not self.owner(own.address):
            return self._confirm(browser, own)
        own.tries += 1
        self.wrong_codes.count(mailbox, self.now)
        return 422

    def _confirms(self, own: Registration) -> bool:
        """Whether a registration can still be confirmed."""
        return own in self.live(own.address) and own.fate == "open" and self.owner(own.address) is None

    def _confirm(self, browser: str, own: Registration) -> int:
        own.fate = "won"
        self._open(browser, own.address, own.name, own.password)
        return 303

    def _open(self, browser: str, address: str, name: str, password: str) -> None:
        account = Account("", address, name, password, self.now)
        self.accounts.append(account)
        self._log_in(browser, account)

    # Logging in and out.

    def log_in(self, browser: str, address: str, password: str, *, remember: bool) -> int:
        self.seat(browser)
        account = self.owner(address)
        whose = self._device(browser, account) or address.casefold()
        if self.wrong_passwords.is_full(whose, self.now):
            return 429
        if account is not None and account.password == password:
            if not account.may_log_in:
                return 403
            self._log_in(browser, account, remember=remember)
            return 303
        newest = next(reversed(self.live(address)), None)
        if newest is not None and newest.fate == "open" and newest.password == password:
            self._sit(browser, newest, newest.ends - self.now, newest.ends - self.now)
            return 303
        self.wrong_passwords.count(whose, self.now)
        return 422

    def _device(self, browser: str, account: Account | None) -> str:
        """The browser as a known device of an account, "" if it is none: its wrong passwords are counted apart."""
        known, generation, device = self.devices.get(browser, (None, 0, ""))
        return device if known is not None and known is account and generation == account.generation else ""

    def log_out(self, browser: str) -> int:
        self.seats.pop(browser, None)
        return 303

    # Passwords.

    def change_password(self, browser: str, old: str, new: str) -> int:
        account = self.account(browser)
        if account is None:
            return 403 if self.registration(browser) else 302
        if account.state != "active":
            return 403
        if self.wrong_old_passwords.is_full(account.id, self.now):
            return 429
        if account.password != old:
            self.wrong_old_passwords.count(account.id, self.now)
            return 422
        self._set_password(account, new)
        self._log_in(browser, account, remember=self.seats[browser].remembered)
        return 303

    def ask_for_reset(self, browser: str, address: str) -> int:
        self.seat(browser)
        if self.resets.is_full(address.casefold(), self.now):
            return 429
        self.resets.count(address.casefold(), self.now)
        self.promises.append(Promise(RESET, address, self.now))
        return 303

    def is_dead(self, link: Link) -> bool:
        """Whether a reset link opens nothing any more."""
        if self.now >= link.ends:
            return True
        if isinstance(link.of, Account):
            return link.of.state == "deleted" or link.of.generation != link.generation
        assert isinstance(link.of, str)
        return self.owner(link.of) is not None

    def reset(self, browser: str, link: Link, password: str, name: str) -> int:
        self.seat(browser)
        if self.is_dead(link):
            return 410
        if isinstance(link.of, str):
            self._open(browser, link.of, name, password)
            return 303
        assert isinstance(link.of, Account)
        self._set_password(link.of, password)
        if not link.of.may_log_in:
            self.seats.pop(browser, None)
            return 403
        self._log_in(browser, link.of)
        return 303

    def _set_password(self, account: Account, new: str) -> None:
        account.password = new
        account.generation += 1
        self.promises.append(Promise(CHANGED, account, self.now))

    # Decisions.

    def can(self, act: str, account: Account) -> bool:
        """Whether a publisher can decide this about somebody, or take the last decision back."""
        if act == "undo":
            return account.before is not None and account.at is not None and self.now < account.at + TO_UNDO
        return (account.state, act) in DECISIONS

    def decide(self, act: str, account: Account, *, note: str = "", slug: str = "") -> bool:
        """A publisher decides; ``slug`` is what a new page is told to have. Whether it could be decided."""
        if not self.can(act, account):
            return False
        account.looked_at = True
        undoable = act in {"approve", "decline"}
        before = Standing(account.state, account.by, account.at, account.note, account.letter)
        account.before = before if undoable else None
        account.state = LEADS_TO[act]
        account.by, account.at, account.note = self.publisher, self.now, note
        account.letter = Promise(act, account, self.now + TO_UNDO)
        self.promises.append(account.letter)
        if act in {"decline", "suspend"}:
            account.generation += 1
        if act == "approve" and account.page is None:
            account.page = self.slugs[slug] = Page(slug, account.name)
        return True

    def undo(self, account: Account) -> bool:
        """A publisher takes the last decision back. Whether that could be done."""
        if not self.can("undo", account):
            return False
        before, at = account.before, account.at
        assert before is not None
        assert at is not None
        assert account.letter is not None
        self.promises.remove(account.letter)
        account.before = None
        account.state, account.by, account.at, account.note = before.state, before.by, before.at, before.note
        account.letter = before.letter
        if account.state == "declined":
            account.generation += 1
            assert account.at is not None
            if at < account.at + TO_UNDO:  # decided anew before anybody was told
                account.letter = Promise("decline", account, self.now + TO_UNDO)
                self.promises.append(account.letter)
        return True

    def make_publisher(self, account: Account) -> bool:
        """The operator makes a publisher of somebody. Whether that could be done, and was not already."""
        if account.state not in {"waiting", "active", "declined"} or (account.publishes and account.state == "active"):
            return False
        account.state, account.publishes = "active", True
        account.generation += 1
        account.before, account.looked_at = None, True
        return True

    # Pages.

    def save(self, account: Account, text: Text, slug: str, *, seen: int, by_publisher: bool = False) -> int:
        """Save a page over the version that was seen; what is live already word for word was sent twice."""
        page = account.page
        assert page is not None
        if seen != len(page.texts):
            return 303 if page.texts and (page.texts[-1], page.slug) == (text, slug) else 409
        old = [each for each in [*page.old_slugs, page.slug] if each != slug] if slug != page.slug else page.old_slugs
        if len(old) > 5 or self.slugs.get(slug, page) is not page:
            return 422
        page.slug, page.old_slugs = slug, old
        self.slugs[slug] = page
        page.texts.append(text)
        page.name = account.name = text.name
        if by_publisher:
            due = self.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1, minutes=1)
            if not any(each.what == EDITED and each.about is account and each.due == due for each in self.promises):
                self.promises.append(Promise(EDITED, account, due))
        return 303

    def restore_version(self, account: Account, number: int, *, seen: int) -> int:
        """Make an earlier text the live one again; somebody who saw another version than the live one is sent back.

        What is live already makes no version.
        """
        page = account.page
        assert page is not None
        if not 0 < number <= len(page.texts):
            return 404
        if seen != len(page.texts) or page.texts[number - 1] == page.texts[-1]:
            return 303
        page.texts.append(page.texts[number - 1])
        page.name = page.texts[-1].name
        return 303

    # The worker.

    def work(self) -> list[Letter]:
        """The letters that leave now, oldest promise first; those to publishers are left out."""
        due = sorted((each for each in self.promises if each.due <= self.now), key=lambda each: each.due)
        self.promises = [each for each in self.promises if each.due > self.now]
        return [letter for promise in due if (letter := self._letter(promise))]

    def work_without_mail(self) -> None:
        """The mail server is away: the letters that should leave now are tried again, after longer and longer."""
        for promise in [each for each in self.promises if each.due <= self.now]:
            # The reset of an address that has nothing is rehearsed, and so put off as well: it may have something then.
            if self._letter(promise) is None and promise.what != RESET:
                self.promises.remove(promise)
            else:
                promise.due = self.now + timedelta(seconds=5 * 4**promise.tries)
                promise.tries += 1

    def _letter(self, promise: Promise) -> Letter | None:
        about = promise.about
        if isinstance(about, Registration):
            return self._registration_letter(about, promise.number)
        if isinstance(about, str):
            return self._reset_letter(about, promise.due + AN_HOUR)
        if promise.what == CHANGED:
            return Letter(about.address, CHANGED) if about.state != "deleted" else None
        if promise.what == EDITED:
            return Letter(about.address, EDITED) if about.state == "active" else None
        if about.letter is promise and about.state == LEADS_TO[promise.what]:
            return Letter(about.address, DECIDED[promise.what])
        return None

    def _registration_letter(self, about: Registration, number: int) -> Letter | None:
        if about not in self.live(about.address) or about.fate == "left" or about.letters != number:
            return None
        owner = self.owner(about.address)
        if owner is not None:
            return Letter(owner.address, KNOWN)
        return Letter(about.address, CONFIRM, Link(about, about.sent[-1] + 3 * A_DAY, number=number))

    def _reset_letter(self, address: str, ends: datetime) -> Letter | None:
        owner = self.owner(address)
        if owner is not None:
            return Letter(owner.address, RESET, Link(owner, ends, owner.generation))
        if any(each.fate != "won" for each in self.live(address)):
            return Letter(address, RESET, Link(address, ends))
        return None

    @property
    def read_by_readers(self) -> Counter[str]:
        """The texts that readers see, once the worker is done."""
        pages = [each.page for each in self.accounts if each.state == "active"]
        return Counter(page.texts[-1].words for page in pages if page and page.texts)

    @property
    def publishers_must_know_of(self) -> list[datetime]:
        """When those who have waited for a day, and on whom nobody decided, began to wait."""
        waiting = [each for each in self.accounts if each.state == "waiting" and not each.looked_at]
        return [each.opened for each in waiting if self.now >= each.opened + A_DAY]

    # Sessions.

    def _log_in(self, browser: str, account: Account, *, remember: bool = False) -> None:
        self.devices[browser] = account, account.generation, f"device {next(self._devices)}"
        if account.publishes:
            self._sit(browser, account, A_DAY, AN_HOUR)
        elif remember:
            self._sit(browser, account, 30 * A_DAY, 30 * A_DAY, remember=True)
        else:
            self._sit(browser, account, A_DAY, 2 * AN_HOUR)

    def _sit(
        self, browser: str, who: Registration | Account, lasts: timedelta, idle: timedelta, *, remember: bool = False
    ) -> None:
        generation = who.generation if isinstance(who, Account) else 0
        self.seats[browser] = Seat(who, generation, self.now, self.now + lasts, idle, remember)

    def _is_alive(self, seat: Seat) -> bool:
        if self.now >= seat.ends or self.now >= seat.seen + seat.idle:
            return False
        if isinstance(seat.of, Registration):
            return seat.of in self.registrations and seat.of.fate == "open"
        return seat.of.may_log_in and seat.of.generation == seat.generation
