"""Every use case is held to the one table of moves: where it leads, and what dies of it (sessions, links, devices)."""

from __future__ import annotations

from base64 import b32decode
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from tests.environment import StoppedClock, make_world
from tests.people import PASSWORD
from tests.soft_authenticator import Authenticator, Passkey

from byline.accounts import (
    account_links,
    address_change,
    address_undo,
    confirmation,
    device_list,
    factor_recovery,
    factor_reset,
    login,
    passkey_login,
    passkeys,
    publishers,
    recovery,
    recovery_codes,
    registration,
    second_factors,
    second_step,
    seeds,
    session_list,
    sessions,
    totp,
)
from byline.accounts import password as passwords
from byline.accounts.actors import actor_of, load_account
from byline.accounts.address_change_records import changes_key
from byline.accounts.addresses import address_hash, normalise
from byline.accounts.authenticator_records import authenticator_from, authenticator_key
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.accounts.credentials import find_with_credentials, load_credentials
from byline.accounts.devices import device_id, known_device
from byline.accounts.model import Role, State
from byline.accounts.passkey_records import owner_key
from byline.accounts.recognition import recognise
from byline.accounts.records import claim_key, device_key
from byline.accounts.recovery_records import WAITS, Purpose, Recovery, recovery_key, recovery_record
from byline.accounts.states import MOVES, UNDONE, Event, Move, may_log_in
from byline.accounts.webauthn import encoded
from byline.audit import OPERATOR
from byline.authors import decisions, deletion
from byline.errors import Barred, DeadLink, Invalid, NotAllowed, NotFound, Refusal, SecondStepNeeded
from byline.store.dynamodb import DynamoStore
from byline.store.port import Delete, write_over

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from byline.accounts.credentials import AccountWithCredentials
    from byline.accounts.model import Account
    from byline.accounts.sessions import AccountSession, NewSession
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Store

    Step: TypeAlias = Event | str

ANA = normalise("ana@example.org")
URL = "http://localhost:8000"
"""Passkeys want a name in the address."""
DEVICE = Authenticator(URL, "localhost")
TAKEN_BACK = "taken back"
WAYS: dict[State, list[Step]] = {
    State.WAITING: [],
    State.ACTIVE: [Event.APPROVED],
    State.DECLINED: [Event.DECLINED],
    State.SUSPENDED: [Event.APPROVED, Event.SUSPENDED],
    State.DELETED: [Event.DELETED],
}
"""How an account gets into each state."""


@dataclass
class Life:
    """An account, and every session, link, known device, recovery code and passkey there ever was for it, each with
    whether it should be good.
    """

    ports: Ports
    id: str = ""
    desk_id: str = ""
    password: str = PASSWORD
    cookies: dict[str, bool] = field(default_factory=dict)
    links: dict[str, bool] = field(default_factory=dict)
    devices: dict[str, bool] = field(default_factory=dict)
    codes: dict[str, bool] = field(default_factory=dict)
    passkeys: list[Passkey] = field(default_factory=list)
    removed: list[Passkey] = field(default_factory=list)
    has_app: bool = False
    undo_link: str = ""
    changes: int = 0

    def __post_init__(self) -> None:
        self.passwords = (f"the new password number {number}" for number in count())

    @property
    def account(self) -> Account:
        return load_account(self.ports, self.id)

    @property
    def known(self) -> AccountWithCredentials:
        found = find_with_credentials(self.ports, self.id)
        assert found
        return found

    @property
    def desk(self) -> Actor:
        """A publisher who decides; somebody else than whose life this is."""
        return actor_of(load_account(self.ports, self.desk_id))

    def employ(self) -> None:
        """Have a publisher, after a first one was there or instead of them."""
        desk = normalise("desk@marram.example")
        publishers.add(self.ports, OPERATOR, address=desk, name="Ines Vale", password=PASSWORD)
        claim = claim_key(address_hash(desk))
        self.desk_id = str(self.ports.store.get(claim)[claim].data["account"])

    def begin_as_author(self) -> None:
        """Somebody who has confirmed and waits."""
        entry = registration.register(
            self.ports, None, address=ANA, name="Ana", password=PASSWORD, client=UNKNOWN_CLIENT
        )
        pending = recognise(self.ports, entry.cookie)
        assert isinstance(pending, sessions.RegistrationSession)
        self.keep_session(confirmation.confirm(self.ports, pending))
        self.employ()

    def begin_as_publisher(self) -> None:
        """The first publisher, whose mailbox is not proven yet."""
        token = _token(publishers.first_link(self.ports) or "")
        self.keep_session(
            publishers.become_first(
                self.ports, None, token, address=ANA, name="Ana", password=PASSWORD, client=UNKNOWN_CLIENT
            )
        )
        self.employ()

    def take(self, step: Step) -> None:
        """Do one thing, with a fresh session and a fresh link at hand, and hold what became of it to the table."""
        session = self.logged_in() if may_log_in(self.account) else None
        before = self.account
        token = _token(account_links.link_for_account(self.ports, self.known, asked_at=self.ports.clock.now()))
        self.links[token] = True
        given_out, row = (set(self.cookies), set(self.devices)), self._row(before, step)
        self.begin_recovery()
        try:
            ACTS[step](self, session, token)
        except Refusal:
            assert row is None
            assert self.account == before
            assert recovery.live_recovery(self.ports, before, {})
        else:
            assert row is not None
            self._compare(before, row, given_out)
        self._try_everything()

    def begin_recovery(self) -> Recovery:
        """A recovery whose waiting time is over, in the place of one of before."""
        started_at, key = self.ports.clock.now() - WAITS, recovery_key(self.id)
        name = self.ports.random.identifier()
        begun = Recovery(self.account.id, name, Purpose.FACTORS, "operator", started_at, self.account.generation)
        self.ports.store.commit(write_over(self.ports.store.one(key), recovery_record(begun)))
        return begun

    def keep_session(self, entry: NewSession) -> None:
        """Keep a session that was begun, and the browser's device."""
        self.cookies[entry.cookie] = True
        self.devices[entry.device_secret] = True
        self.id = self.id or entry.session.subject.partition(".")[2]

    def logged_in(self) -> AccountSession:
        """A new browser with a session of its own."""
        try:
            entry = login.log_in(
                self.ports,
                None,
                address=self.account.address,
                password=self.password,
                remember=False,
                client=UNKNOWN_CLIENT,
            )
        except SecondStepNeeded as needed:
            entry = self.second_step(needed)
        self.keep_session(entry)
        return self.session_of(entry.cookie)

    def second_step(self, needed: SecondStepNeeded) -> NewSession:
        """Give the code that the app shows; it is another one each time. Without one, take a passkey."""
        assert isinstance(self.ports.clock, StoppedClock)
        if not self.has_app:
            return self.by_passkey(self.passkeys[-1])
        self.ports.clock.forward(seconds=totp.STEP_SECONDS)
        record = self.ports.store.one(authenticator_key(self.id))
        assert record
        seed = seeds.decrypt(self.ports, authenticator_from(record).sealed, self.id)
        code = totp.code_at(seed, totp.step_of(self.ports.clock.now()))
        entry, _ = second_step.prove(self.ports, None, needed.token, code=code, client=UNKNOWN_CLIENT)
        return entry

    def by_passkey(self, passkey: Passkey) -> NewSession:
        """Log in without address and password."""
        question = passkey_login.ask_to_log_in(self.ports)
        answer = DEVICE.get(question.challenge, passkey)
        return passkey_login.log_in(
            self.ports, None, answer=answer, challenge=question.challenge, client=UNKNOWN_CLIENT
        )

    @property
    def has_factor(self) -> bool:
        """Whether a login should ask for more than the password."""
        return self.has_app or bool(self.passkeys)

    def keep_codes(self, codes: Sequence[str]) -> None:
        """Keep recovery codes that were shown."""
        self.codes |= dict.fromkeys(codes, True)

    def lose(self, *lost: Passkey, app: bool = False) -> None:
        """Passkeys and the app have gone; the codes with the last of them."""
        self.removed += lost
        self.passkeys = [each for each in self.passkeys if each not in lost]
        self.has_app = self.has_app and not app
        if not self.has_factor:
            self.codes = dict.fromkeys(self.codes, False)

    def session_of(self, cookie: str) -> AccountSession:
        found = recognise(
            self.ports, cookie, lambda subject: (*second_factors.keys(subject.id), changes_key(subject.id))
        )
        assert isinstance(found, sessions.AccountSession)
        return found

    @property
    def is_barred(self) -> bool:
        """Whether no email may let anyone choose a password for now."""
        return account_links.barred_until(self.known, self.ports.clock.now()) is not None

    def _row(self, before: Account, step: Step) -> Move | None:
        if step is Event.ADDRESS_RESTORED and not self.undo_link:
            return None  # nothing was changed
        if step is Event.PASSWORD_RESET and self.is_barred:
            return None
        return _row(self, before, step)

    def _compare(self, before: Account, row: Move, given_out: tuple[set[str], set[str]]) -> None:
        after = self.account
        assert after.state is row.to
        assert after.generation == before.generation + row.ends_sessions
        assert bool(recovery.live_recovery(self.ports, after, {})) != row.ends_sessions
        if row.ends_sessions:
            self.cookies.update(dict.fromkeys(given_out[0], False))
            self.devices.update(dict.fromkeys(given_out[1], False))
            self.links = dict.fromkeys(self.links, False)

    def _try_everything(self) -> None:
        state = self.account.state
        for cookie, good in self.cookies.items():
            recognised = isinstance(recognise(self.ports, cookie), sessions.AccountSession)
            assert recognised == (good and may_log_in(self.account))
        for token, good in self.links.items():
            assert _opens(self.ports, token) == (good and state is not State.DELETED and not self.is_barred)
        if state is State.DELETED:
            self.lose(*self.passkeys, app=True)
        for secret, good in self.devices.items():
            assert self._knows(secret) == (good and state is not State.DELETED)
        self._try_factors()

    def _knows(self, secret: str) -> bool:
        address_key = address_hash(self.account.address)
        records = self.ports.store.get(device_key(address_key, device_id(secret)))
        return known_device(records, address_key, secret, self.account, self.ports) is not None

    def _try_factors(self) -> None:
        """What a login would ask for, and what would answer it."""
        credentials = load_credentials(self.ports, self.account, {})
        assert (credentials.has_authenticator, credentials.has_second_factor) == (self.has_app, self.has_factor)
        for code, good in self.codes.items():
            assert (recovery_codes.without(credentials.recovery_codes, self.id, code) is not None) == good
        for passkey in self.passkeys:
            if may_log_in(self.account):
                self.keep_session(self.by_passkey(passkey))
            else:
                with pytest.raises(Barred):
                    self.by_passkey(passkey)
        for passkey in self.removed:
            with pytest.raises(Invalid):
                self.by_passkey(passkey)


def approve(life: Life, _session: AccountSession | None, _token: str) -> None:
    decisions.approve(life.ports, life.desk, life.account.id)


def decline(life: Life, _session: AccountSession | None, _token: str) -> None:
    decisions.decline(life.ports, life.desk, life.account.id, note="No.")


def suspend(life: Life, _session: AccountSession | None, _token: str) -> None:
    decisions.suspend(life.ports, life.desk, life.account.id)


def restore(life: Life, _session: AccountSession | None, _token: str) -> None:
    decisions.reinstate(life.ports, life.desk, life.account.id)


def take_back(life: Life, _session: AccountSession | None, _token: str) -> None:
    decisions.undo(life.ports, life.desk, life.account.id)


def delete(life: Life, session: AccountSession | None, _token: str) -> None:
    deletion.delete_waiting(life.ports, _there(session))


def make_publisher(life: Life, _session: AccountSession | None, _token: str) -> None:
    if publishers.add(life.ports, OPERATOR, address=life.account.address, name="Ana", password=None) != "promoted":
        raise NotFound


def make_author(life: Life, _session: AccountSession | None, _token: str) -> None:
    decisions.remove_publisher(life.ports, OPERATOR, life.account.id)


def prove_mailbox(life: Life, session: AccountSession | None, _link: str) -> None:
    token = _token(publishers.mailbox_link(life.ports, life.account, asked_at=life.ports.clock.now()))
    publishers.prove_mailbox(life.ports, _there(session), token)


def change_password(life: Life, session: AccountSession | None, _token: str) -> None:
    new = next(life.passwords)
    life.keep_session(passwords.change(life.ports, _there(session), old=life.password, new=new))
    life.password = new


def change_factors(life: Life, session: AccountSession | None, _token: str) -> None:
    """Add an app; new recovery codes where there is one."""
    by = _there(session)
    if life.has_app:
        entry, codes = second_factors.renew_recovery_codes(life.ports, by)
        life.codes = dict.fromkeys(life.codes, False)
        life.keep_codes(codes)
        life.keep_session(entry)
        return
    second_factors.begin_setup(life.ports, by)
    by = life.session_of(by.cookie)
    setup = second_factors.load_setup(life.ports, by)
    assert setup
    seed = b32decode(setup.key.replace(" ", ""))
    code = totp.code_at(seed, totp.step_of(life.ports.clock.now()))
    entry, codes = second_factors.finish_setup(life.ports, by, code)
    life.has_app = True
    life.keep_codes(codes)
    life.keep_session(entry)


def remove_app(life: Life, session: AccountSession | None, _token: str) -> None:
    by = _there(session)
    life.keep_session(second_factors.remove_authenticator(life.ports, by, password=life.password))
    life.lose(app=True)


def add_passkey(life: Life, session: AccountSession | None, _token: str) -> None:
    by, made = _there(session), Passkey.new(f"passkey {len(life.passkeys) + len(life.removed)}")
    question = passkeys.ask_to_add(life.ports, by)
    entry, codes = passkeys.add(
        life.ports,
        by,
        answer=DEVICE.create(question.challenge, made),
        challenge=question.challenge,
        handle=question.handle,
        name="",
    )
    life.passkeys.append(made)
    life.keep_codes(codes)
    life.keep_session(entry)


def remove_passkey(life: Life, session: AccountSession | None, _token: str) -> None:
    """Remove the one that was added first."""
    by = _there(session)
    reference = owner_key(encoded(life.passkeys[0].id)).id if life.passkeys else "none"
    life.keep_session(passkeys.remove(life.ports, by, reference, password=life.password))
    life.lose(life.passkeys[0])


def unlock(life: Life, _session: AccountSession | None, _token: str) -> None:
    """Delete all factors on the machine."""
    factor_reset.unlock(life.ports, OPERATOR, life.id)
    life.lose(*life.passkeys, app=True)


def log_in_by_code(life: Life, _session: AccountSession | None, _token: str) -> None:
    """Log in with a recovery code, which ends the links that are out, and nothing else."""
    code = next((code for code, good in life.codes.items() if good), "")
    try:
        login.log_in(life.ports, None, address=ANA, password=life.password, remember=False, client=UNKNOWN_CLIENT)
    except SecondStepNeeded as needed:
        entry, _ = second_step.prove(life.ports, None, needed.token, code=code, client=UNKNOWN_CLIENT)
        life.keep_session(entry)
        life.codes[code] = False
        life.links = dict.fromkeys(life.links, False)
    else:
        raise NotFound


def remove_device(life: Life, session: AccountSession | None, _token: str) -> None:
    """Remove the device that logged in last; its session goes on."""
    by, secret = _there(session), next(reversed(life.devices))
    assert device_list.remove(life.ports, by, device_id(secret))
    life.devices[secret] = False


def recover_factors(life: Life, _session: AccountSession | None, _token: str) -> None:
    """Finish a recovery that was begun three days ago."""
    ports = life.ports
    begun = life.begin_recovery()
    link = factor_recovery.read_link(ports, recovery.link_for(ports, recovery.FINISH, begun).rpartition("/")[2])
    new = next(life.passwords)
    life.keep_session(factor_recovery.finish(ports, None, link, new=new, client=UNKNOWN_CLIENT))
    life.password = new
    life.lose(*life.passkeys, app=True)


def end_sessions(life: Life, session: AccountSession | None, _token: str) -> None:
    life.keep_session(session_list.end_others(life.ports, _there(session)))


def reset_password(life: Life, _session: AccountSession | None, token: str) -> None:
    new = next(life.passwords)
    with suppress(Barred):  # said to whom it is due; the password is changed all the same
        link = account_links.read_link(life.ports, token)
        try:
            entry = passwords.reset(life.ports, None, link, new=new, name="", client=UNKNOWN_CLIENT)
        except SecondStepNeeded as needed:
            entry = life.second_step(needed)
        life.keep_session(entry)
    life.password = new


def change_address(life: Life, session: AccountSession | None, _token: str) -> None:
    """Ask for another address, and confirm it by the link; the first undo link is kept."""
    by = _there(session)
    life.changes += 1
    address = normalise(f"ana{life.changes}@example.org")
    address_change.request(life.ports, by, address=address, client=UNKNOWN_CLIENT)
    by = life.session_of(by.cookie)
    change = address_change.pending(life.ports, by)
    assert change
    link = address_change.link_for(life.ports, by.account.id, change)
    life.undo_link = life.undo_link or address_undo.link_for(life.ports, by.account.id, change).rpartition("/")[2]
    life.keep_session(address_change.confirm(life.ports, by, link.rpartition("/")[2], client=UNKNOWN_CLIENT))


def undo_change(life: Life, _session: AccountSession | None, _token: str) -> None:
    """All of it happened within a week, so the account is as it began."""
    if not life.undo_link:
        raise DeadLink
    address_undo.undo(life.ports, None, life.undo_link)
    life.undo_link, life.password = "", PASSWORD
    life.lose(*life.passkeys, app=True)


ACTS: dict[Step, Callable[[Life, AccountSession | None, str], None]] = {
    Event.APPROVED: approve,
    Event.DECLINED: decline,
    Event.SUSPENDED: suspend,
    Event.REINSTATED: restore,
    Event.DELETED: delete,
    Event.MADE_PUBLISHER: make_publisher,
    Event.MADE_AUTHOR: make_author,
    Event.MAILBOX_PROVEN: prove_mailbox,
    Event.PASSWORD_CHANGED: change_password,
    Event.PASSWORD_RESET: reset_password,
    Event.SESSIONS_ENDED: end_sessions,
    Event.FACTORS_CHANGED: change_factors,
    Event.ADDRESS_CHANGED: change_address,
    Event.ADDRESS_RESTORED: undo_change,
    Event.FACTORS_RECOVERED: recover_factors,
    TAKEN_BACK: take_back,
    "passkey added": add_passkey,
    "passkey removed": remove_passkey,
    "app removed": remove_app,
    "unlocked": unlock,
    "recovery code used": log_in_by_code,
    "device removed": remove_device,
}
FACTOR_STEPS: set[Step] = {"passkey added", "passkey removed", "app removed", "unlocked"}
"""More ways to what the table calls a change of factors."""


@pytest.fixture(autouse=True)
def as_many_changes_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a life happens within a week, in which the address changes five times at most."""
    monkeypatch.setattr(address_change, "MOST_IN_A_WEEK", 100)


def test_the_table_has_a_use_case_for_every_event() -> None:
    assert set(ACTS) >= {*Event}


@pytest.mark.parametrize("step", ACTS)
@pytest.mark.parametrize("state", WAYS)
def test_what_happens_in_each_state_is_what_the_table_says(state: State, step: Step, tmp_path: Path) -> None:
    life = Life(make_world(tmp_path, url=URL, throttle=False).ports)
    life.begin_as_author()
    for each in [*WAYS[state], step]:
        life.take(each)


@pytest.mark.parametrize("step", ACTS)
@pytest.mark.parametrize(
    "factors", [["passkey added"], [Event.FACTORS_CHANGED], ["passkey added", Event.FACTORS_CHANGED]]
)
def test_what_happens_to_those_with_factors_is_what_the_table_says(
    factors: list[Step], step: Step, tmp_path: Path
) -> None:
    life = Life(make_world(tmp_path, url=URL, throttle=False).ports)
    life.begin_as_author()
    for each in [Event.APPROVED, *factors, step]:
        life.take(each)


def test_one_thing_after_another_is_what_the_table_says(store: Store, tmp_path: Path) -> None:
    usual = settings.get_current_profile_name()
    bounds = settings(
        max_examples=8 if isinstance(store, DynamoStore) else settings.get_profile(usual).max_examples,
        suppress_health_check=list(HealthCheck),
    )

    @bounds
    @given(steps=st.lists(st.sampled_from([*ACTS]), min_size=2, max_size=12), as_publisher=st.booleans())
    def lives(steps: Sequence[Step], *, as_publisher: bool) -> None:
        while records := store.scan(limit=50).records:
            store.commit(*(Delete(record.key, record.version) for record in records))
        life = Life(make_world(tmp_path, store, url=URL, throttle=False).ports)
        if as_publisher:
            life.begin_as_publisher()
        else:
            life.begin_as_author()
        for step in steps:
            life.take(step)

    lives()


def _row(life: Life, account: Account, step: Step) -> Move | None:
    """The row of the table for this account, now; ``None`` if it has none."""
    if step in FACTOR_STEPS:
        if not _has_what_it_takes(life, account, step):
            return None
        step = Event.FACTORS_CHANGED
    if step in {"recovery code used", "device removed"}:
        may = may_log_in(account) and (step == "device removed" or any(life.codes.values()))
        return Move(account.state) if may else None
    if step == TAKEN_BACK:
        waits = timedelta(seconds=decisions.LETTER_WAITS_SECONDS)
        if account.decided_at is not None and life.ports.clock.now() >= account.decided_at + waits:
            return None  # the email is out; codes of an app take their time
        return UNDONE.get((account.state, account.before.state)) if account.before else None
    assert isinstance(step, Event)
    if step is Event.MAILBOX_PROVEN and account.confirmed_at is not None:
        return None  # it is proven already
    if step is Event.MADE_PUBLISHER and publishers.is_publisher(account):
        return None  # nothing has to be done
    if step is Event.MADE_AUTHOR and (account.role is not Role.PUBLISHER or account.confirmed_at is None):
        return None
    return MOVES.get((account.state, step))


def _has_what_it_takes(life: Life, account: Account, step: Step) -> bool:
    """Whether there is something to add or remove: those who wait for approval have an app, but no passkeys."""
    is_active = account.state is State.ACTIVE
    return {
        "passkey added": is_active,
        "passkey removed": is_active and bool(life.passkeys),
        "app removed": life.has_app,
        "unlocked": life.has_factor,
    }[step]


def _there(session: AccountSession | None) -> AccountSession:
    """Whoever has no session does not get to it."""
    if session is None:
        raise NotAllowed
    return session


def _opens(ports: Ports, token: str) -> bool:
    try:
        account_links.read_link(ports, token)
    except DeadLink:
        return False
    return True


def _token(link: str) -> str:
    return link.rpartition("/")[2]
