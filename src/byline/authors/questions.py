"""A question from a publisher to an author who waits, and the answer, which stands beside them in the queue.

Both are kept with the account and change nothing else about it. The email's link works until the answer is given or the
account is decided on, thirty days at most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_of, actor_unchanged, find_account, load_account, read_actor_again
from byline.accounts.model import Question, State
from byline.accounts.records import account_record
from byline.audit import audit_events
from byline.authors.decisions import load_author
from byline.errors import AlreadyDecided, DeadLink, Invalid, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendQuestion, SendWaiting
from byline.messages import events
from byline.messages import questions as messages
from byline.permissions import require
from byline.richtext.invisible import find_unsafe
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Replace

if TYPE_CHECKING:
    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.messages.message import Message
    from byline.permissions import Acting
    from byline.ports import Ports

LONGEST: Final = 2_000
"""Characters in a question or an answer."""
LINK_FOR: Final = timedelta(days=30)
PURPOSE: Final = "question"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question that a link leads to; once there is an answer, only that it was given is told."""

    account: Account
    question: Question

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer."""
        return self.question.answered_at is not None


def ask(ports: Ports, by: Actor, account_id: str, *, text: str) -> Account:
    """Ask an author who waits, by email; a question before is replaced. ``AlreadyDecided`` if they wait no more."""
    require(by, "authors.questions.ask")
    if ports.store.format() < formats.DESK:
        raise Unavailable(messages.QUESTIONS_LATER)
    question = Question(ports.clock.now(), by.account_id, _checked(text, "question", messages.QUESTION_MISSING))
    account = load_author(ports, by, account_id)

    def attempt(conflict: Conflict | None) -> Account:
        nonlocal by, account
        if conflict is not None:
            by, account = read_actor_again(ports, by), load_account(ports, account_id)
        if account.state is not State.WAITING:
            raise AlreadyDecided(account.state.value, account.decided_by, account.decided_at)
        asked = replace(account, question=question, version=account.version + 1)
        ports.store.commit(
            Replace(account_record(asked)),
            enqueue(ports, SendQuestion(account.id, question.asked_at)),
            *audit_events(ports, by, events.QUESTION_ASKED, account.id),
            *actor_unchanged(by, replaced=account.id),
        )
        return asked

    return retry_on_conflict(attempt)


def read(ports: Ports, token: str) -> OpenQuestion:
    """The question that an email's link leads to; ``DeadLink`` if it was replaced, or the account is decided on."""
    claims = ports.signer.read(PURPOSE, token, now=ports.clock.now())
    account = find_account(ports, claims.fields["a"])
    question = account.question if account is not None and account.state is State.WAITING else None
    if (
        account is None
        or question is None
        or not ports.signer.verifies(claims.fingerprint, *_bound_to(account.id, question))
    ):
        raise DeadLink
    return OpenQuestion(account, question)


def answer(ports: Ports, by: Acting | None, token: str, *, text: str) -> None:
    """Answer by an email's link, once; the same answer twice is one. The publishers get their email about who waits.

    ``Invalid`` where there is another answer already: the form keeps what was typed.
    """
    require(by, "authors.questions.answer")
    given = _checked(text, "answer", messages.ANSWER_MISSING)

    def attempt(_: Conflict | None) -> None:
        asked = read(ports, token)
        if asked.is_answered:
            if asked.question.answer == given:
                return
            raise Invalid({"answer": messages.ANSWERED_BEFORE})
        account = asked.account
        answered = asked.question._replace(answer=given, answered_at=ports.clock.now())
        ports.store.commit(
            Replace(account_record(replace(account, question=answered, version=account.version + 1))),
            enqueue(ports, SendWaiting(account.id)),
            *audit_events(ports, actor_of(account), events.QUESTION_ANSWERED, account.id),
        )

    retry_on_conflict(attempt)


def question_link(ports: Ports, account: Account, question: Question) -> str:
    """The link under which an author answers a question."""
    token = ports.signer.make(
        PURPOSE,
        {"a": account.id},
        fingerprint=ports.signer.mac(*_bound_to(account.id, question)),
        expires_at=question.asked_at + LINK_FOR,
    )
    return f"{ports.site.url}/question/{token}"


def _bound_to(account_id: str, question: Question) -> tuple[str, ...]:
    """What a link is bound to, for ``Signer.mac``."""
    return "question", account_id, question.asked_at.isoformat()


def _checked(text: str, field: str, missing: Message) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid({field: missing})
    if len(text) > LONGEST:
        raise Invalid({field: messages.TextTooLong(LONGEST)})
    if any(find_unsafe(line) is not None for line in text.split("\n")):
        raise Invalid({field: messages.TEXT_HAS_CONTROL_CHARACTER})
    return text
