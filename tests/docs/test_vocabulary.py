"""The documents use the field's words: one name for one thing, and none of those that were given up."""

from __future__ import annotations

import re

import pytest
from tests.docs.documents import ROOT, documents

REPLACED = {
    r"(?<!dead )(?<!by )(?<!its )(?<!one )(?<!the )(?<!no )(?<!first )(?<!Latin )letters?": "email",
    r"proposals?": "pending registration",
    r"brakes?": "rate limit",
    r"throttles?": "rate limit",
    r"outbox": "jobs",
    r"given up": "dead letter",
    r"twins?": "JSON page",
    r"log-(?:in|out)s?": "login, logout",
    r"(?:any|some|every|no)body": "anyone, someone, everyone, no one",
    r"who(?:so)?ever": "a person who",
    r"anew": "again",
}
"""Words that the documents once used, and what they say now."""
QUOTED = re.compile(r'`[^`\n]*`|"[^"\n]*"|\]\([^)\n]*\)|\*[^*\n]+\*')
"""Code, stored words, texts of the interface and addresses stay as they are."""


def replaced_words(text: str) -> list[str]:
    """Each replaced word in a text, with its line."""
    found = []
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.startswith("```")
        if fenced:
            continue
        plain = QUOTED.sub("", line)
        for pattern, instead in REPLACED.items():
            words = {word.lower() for word in re.findall(rf"\b{pattern}\b", plain, re.IGNORECASE)}
            found += [f"line {number}: {word} (say: {instead})" for word in sorted(words)]
    return found


def test_the_documents_use_no_word_that_was_replaced() -> None:
    found = {path.relative_to(ROOT): replaced_words(path.read_text(encoding="utf-8")) for path in documents()}

    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Somebody gets a letter.", ["letter", "somebody"]),
        ("The outbox holds proposals until a log-in.", ["log-in", "outbox", "proposals"]),
        ("An index by letter, dead letters, `nobody`, *Letters*, [see](letters.md).", []),
        ("```\nwhoever\n```\nWhoever", ["whoever"]),
    ],
)
def test_a_replaced_word_is_found(line: str, words: list[str]) -> None:
    assert sorted(found.split(": ")[1].split(" (")[0] for found in replaced_words(line)) == words
