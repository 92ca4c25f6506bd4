"""Every use case is held to the one table of moves: where it leads, and whether sessions and links die of it."""

from __future__ import annotations

from base64 import b32decode
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

import hypothesis.strategies as st
import pytest
from hypothesis import given
from tests.environment import StoppedClock, make_world
from tests.people import PASSWORD

from byline.accounts import (
    account_links,
    confirmation,
    factor_recovery,
    login,
    publishers,
    recovery,
    registration,
    second_factors,
    second_step,
    session_list,
    sessions,
    totp,
)
from byline.accounts import password as passwords
from byline.accounts.actors import actor_of, load_account
from byline.accounts.addresses import address_hash, normalise
from byline.accounts.authenticator_records import authenticator_from, authenticator_key
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.accounts.credentials import find_with_credentials
from byline.accounts.model import Role, State
from byline.accounts.recognition import recognise
from byline.accounts.records import claim_key
from byline.accounts.recovery_records import WAITS, Purpose, Recovery, recovery_key, recovery_record
from byline.accounts.states import MOVES, UNDONE, Event, Move, may_log_in
from byline.audit import OPERATOR
from byline.authors import decisions, deletion
from byline.encryption import decrypt
from byline.errors import Barred, DeadLink, NotAllowed, NotFound, Refusal, SecondStepNeeded
from byline.store.port import write_over

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from byline.accounts.credentials import AccountWithCredentials
    from byline.accounts.model import Account
    from byline.accounts.sessions import AccountSession, NewSession
    from byline.audit import Actor
    from byline.ports import Ports

    Step: TypeAlias = Event | str

ANA = normalise("ana@example.org")
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
    """An account, and every session and reset link there ever was for it: each with whether it should be good."""

    ports: Ports
    id: str = ""
    desk_id: str = ""
    password: str = PASSWORD
    cookies: dict[str, bool] = field(default_factory=dict)
    links: dict[str, bool] = field(default_factory=dict)

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
        given_out, row = set(self.cookies), _row(before, step)
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
        """Keep a session that was begun."""
        self.cookies[entry.cookie] = True
        self.id = self.id or entry.session.subject.partition(".")[2]

    def logged_in(self) -> AccountSession:
        """A new browser with a session of its own."""
        try:
            entry = login.log_in(
                self.ports, None, address=ANA, password=self.password, remember=False, client=UNKNOWN_CLIENT
            )
        except SecondStepNeeded as needed:
            entry = self.second_step(needed)
        self.keep_session(entry)
        return self.session_of(entry.cookie)

    def second_step(self, needed: SecondStepNeeded) -> NewSession:
        """Give the code that the app shows; it is another one each time."""
        assert isinstance(self.ports.clock, StoppedClock)
        self.ports.clock.forward(seconds=totp.STEP_SECONDS)
        record = self.ports.store.one(authenticator_key(self.id))
        assert record
        seed = decrypt(self.ports.signer, second_step.SEED, authenticator_from(record).sealed, about=self.id)
        code = totp.code_at(seed, totp.step_of(self.ports.clock.now()))
        entry, _ = second_step.prove(self.ports, None, needed.token, code=code, client=UNKNOWN_CLIENT)
        return entry

    def session_of(self, cookie: str) -> AccountSession:
        found = recognise(self.ports, cookie, lambda subject: second_factors.keys(subject.id))
        assert isinstance(found, sessions.AccountSession)
        return found

    def _compare(self, before: Account, row: Move, given_out: set[str]) -> None:
        after = self.account
        assert after.state is row.to
        assert after.generation == before.generation + row.ends_sessions
        assert bool(recovery.live_recovery(self.ports, after, {})) != row.ends_sessions
        if row.ends_sessions:
            self.cookies.update(dict.fromkeys(given_out, False))
            self.links = dict.fromkeys(self.links, False)

    def _try_everything(self) -> None:
        state = self.account.state
        for cookie, good in self.cookies.items():
            recognised = isinstance(recognise(self.ports, cookie), sessions.AccountSession)
            assert recognised == (good and may_log_in(self.account))
        for token, good in self.links.items():
            assert _opens(self.ports, token) == (good and state is not State.DELETED)


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
    if publishers.add(life.ports, OPERATOR, address=ANA, name="Ana", password=None) != "promoted":
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
    if life.known.credentials.has_second_factor:
        life.keep_session(second_factors.renew_recovery_codes(life.ports, by)[0])
        return
    second_factors.begin_setup(life.ports, by)
    by = life.session_of(by.cookie)
    setup = second_factors.load_setup(life.ports, by)
    assert setup
    seed = b32decode(setup.key.replace(" ", ""))
    code = totp.code_at(seed, totp.step_of(life.ports.clock.now()))
    life.keep_session(second_factors.finish_setup(life.ports, by, code)[0])


def recover_factors(life: Life, _session: AccountSession | None, _token: str) -> None:
    """Finish a recovery that was begun three days ago."""
    ports = life.ports
    begun = life.begin_recovery()
    link = factor_recovery.read_link(ports, recovery.link_for(ports, recovery.FINISH, begun).rpartition("/")[2])
    new = next(life.passwords)
    life.keep_session(factor_recovery.finish(ports, None, link, new=new, client=UNKNOWN_CLIENT))
    life.password = new


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
    Event.FACTORS_RECOVERED: recover_factors,
    TAKEN_BACK: take_back,
}


def test_the_table_has_a_use_case_for_every_event() -> None:
    assert set(ACTS) == {*Event, TAKEN_BACK}


@pytest.mark.parametrize("step", ACTS)
@pytest.mark.parametrize("state", WAYS)
def test_what_happens_in_each_state_is_what_the_table_says(state: State, step: Step, tmp_path: Path) -> None:
    life = Life(make_world(tmp_path).ports)
    life.begin_as_author()
    for each in [*WAYS[state], step]:
        life.take(each)


@given(steps=st.lists(st.sampled_from([*ACTS]), min_size=2, max_size=12), as_publisher=st.booleans())
def test_one_thing_after_another_is_what_the_table_says(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[Step], *, as_publisher: bool
) -> None:
    life = Life(make_world(tmp_path_factory.mktemp("life")).ports)
    if as_publisher:
        life.begin_as_publisher()
    else:
        life.begin_as_author()
    for step in steps:
        life.take(step)


def _row(account: Account, step: Step) -> Move | None:
    """The row of the table for this account, now; ``None`` if it has none."""
    if step == TAKEN_BACK:
        return UNDONE.get((account.state, account.before.state)) if account.before else None
    assert isinstance(step, Event)
    if step is Event.MAILBOX_PROVEN and account.confirmed_at is not None:
        return None  # it is proven already
    if step is Event.MADE_PUBLISHER and publishers.is_publisher(account):
        return None  # nothing has to be done
    if step is Event.MADE_AUTHOR and (account.role is not Role.PUBLISHER or account.confirmed_at is None):
        return None
    return MOVES.get((account.state, step))


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
