"""A message is data: a stable code and parameters. The catalogue puts it into words, in any language.

Rules, statuses and records use the code; only what a person reads is words::

    >>> words(PasswordTooShort(minimum=15, actual=9), "de")
    'Verwenden Sie mindestens 15 Zeichen; Ihres hat 9'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from byline.messages import formats
from byline.messages.catalogue import SOURCE_LANGUAGE, translations

N_: Final = str
"""Marks an English sentence for ``make messages``, which collects it for the translators."""


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - the plural of N_
    """Mark a sentence and its plural."""
    return one, many


class Message:
    """Something to say: ``code`` never changes once it is released, ``text`` is its English sentence.

    A sentence that differs with a number has a ``plural`` too, and the message a parameter ``count``. Parameters
    are its fields; ``%(name)s`` in the sentence stands for one.
    """

    code: str
    text: str
    plural: str = ""

    def __str__(self) -> str:
        """The English words: for the command line and for logs."""
        return words(self, SOURCE_LANGUAGE)


@dataclass(frozen=True)
class Plain(Message):
    """A message without parameters."""

    code: str
    text: str


def words(message: Message, language: str) -> str:
    """Word a message. Numbers are grouped and times are written as the language does."""
    catalogue = translations(language)
    if message.plural:
        sentence = catalogue.ngettext(message.text, message.plural, vars(message)["count"])
    else:
        sentence = catalogue.gettext(message.text)
    if isinstance(message, Plain):
        return sentence
    return sentence % {name: _value(value, language) for name, value in vars(message).items()}


def _value(value: object, language: str) -> object:
    if isinstance(value, Message):
        return words(value, language)
    if isinstance(value, tuple):
        return ", ".join(words(each, language) for each in value)
    if isinstance(value, datetime):
        return formats.moment(value, language)
    if isinstance(value, int):
        return formats.number(value, language)
    return value
