"""What is said about questions to authors who wait, and about reminders to write a page."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, NN_, Message, Plain

QUESTION_MISSING = Plain("question_missing", N_("Enter your question"))
ANSWER_MISSING = Plain("answer_missing", N_("Enter your answer"))
TEXT_HAS_CONTROL_CHARACTER = Plain(
    "text_has_control_character", N_("The text contains an invisible character; type it again")
)
ANSWERED_BEFORE = Plain("answered_before", N_("This question was answered already, in other words"))
QUESTIONS_LATER = Plain(
    "questions_later", N_("This site is being updated. Questions can be asked when that is done: try again later.")
)
YEARLY_QUESTION_LATER = Plain(
    "yearly_question_later",
    N_("This site is being updated. The yearly question can be switched when that is done: try again later."),
)
YEARLY_QUESTION_IS_ON = Plain("yearly_question_is_on", N_("Authors are asked once a year from now on."))
YEARLY_QUESTION_IS_OFF = Plain("yearly_question_is_off", N_("Authors are not asked any more."))
REMINDERS_LATER = Plain(
    "reminders_later", N_("This site is being updated. Reminders can be sent when that is done: try again later.")
)


@dataclass(frozen=True)
class TextTooLong(Message):
    """A question or an answer that is too long."""

    maximum: int
    code = "text_too_long"
    text = N_("The text is longer than %(maximum)s characters")


@dataclass(frozen=True)
class QuestionAsked(Message):
    """A question is on its way to an author."""

    name: str
    code = "question_asked_notice"
    text = N_("The question to %(name)s is on its way. The answer will stand in the queue.")


@dataclass(frozen=True)
class Reminded(Message):
    """Authors without a page were reminded."""

    count: int
    code = "reminded_notice"
    text, plural = NN_("%(count)s author gets an email.", "%(count)s authors get an email.")


NO_ONE_REMINDED = Plain("no_one_reminded", N_("Everyone was reminded within the last week."))
