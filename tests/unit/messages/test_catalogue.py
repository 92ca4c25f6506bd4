"""The catalogue: every sentence is collected, every translation is compiled, every code is its own."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from inspect import isclass
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest
from tools import messages as tool

from byline import messages
from byline.messages.catalogue import FOLDER, LANGUAGES, SOURCE_LANGUAGE, translations
from byline.messages.message import Message, Plain

if TYPE_CHECKING:
    from babel.messages import catalog

TRANSLATED = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]


def known() -> list[Message | type[Message]]:
    """Every message there is: those without parameters, and the classes of the others."""
    found: list[Message | type[Message]] = []
    for module in iter_modules(messages.__path__):
        for value in vars(import_module(f"byline.messages.{module.name}")).values():
            if isinstance(value, Plain) or (isclass(value) and issubclass(value, Message) and hasattr(value, "code")):
                found.append(value)
            elif isinstance(value, dict):
                found += [each for each in value.values() if isinstance(each, Plain)]
    return list(dict.fromkeys(found))


def test_a_code_belongs_to_one_message() -> None:
    codes = Counter(message.code for message in known() if message.code not in {"saved", "version_restored"})

    assert len(codes) > 80
    assert [code for code, times in codes.items() if times > 1] == []
    assert [code for code in codes if not re.fullmatch("[a-z0-9_]+", code)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_translators_are_given_every_sentence_and_no_other(language: str) -> None:
    asked = {message.id for message in tool.sentences() if message.id}
    given = {message.id for message in tool.translated(language) if message.id}

    assert asked - given == set(), "run make messages"
    assert given - asked == set(), "run make messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    messages = [message for message in tool.translated(language) if message.id]

    assert len(messages) > 500
    assert [message.id for message in messages if not all(forms(message)) or message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_program_reads_what_the_translators_wrote(language: str) -> None:
    assert (FOLDER / f"{language}.mo").read_bytes() == tool.compiled(tool.translated(language)), "run make messages"


def test_dates_and_numbers_are_those_of_the_cldr() -> None:
    assert (FOLDER / "formats.json").read_text(encoding="utf-8") == tool.formats(), "run make messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_no_values_but_those_of_its_sentence(language: str) -> None:
    for message in tool.translated(language):
        if not message.id:
            continue
        asked = message.id if isinstance(message.id, tuple) else (message.id,)
        for sentence in forms(message):
            assert values(sentence) <= values(asked[-1]), sentence
            assert tags(sentence) == tags(asked[-1]), sentence


def test_english_says_what_the_program_says() -> None:
    assert translations("en").gettext("Log in") == "Log in"
    assert translations("en").ngettext("%(num)s author", "%(num)s authors", 1) == "%(num)s author"


def forms(message: catalog.Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def values(sentence: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", sentence))


def tags(sentence: str) -> Counter[str]:
    return Counter(re.findall(r"<[^>]+>", sentence))
