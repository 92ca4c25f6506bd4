"""docs/commands.md against the commands, what each says about itself, and their exit codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
from click.testing import CliRunner
from tests.docs.documents import ROOT, code, commands, documents, table_under, text_of

from byline.cli.main import COMMANDS, EXIT_CODES, main

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = "docs/commands.md"
WIDTH = 100
SECTION = re.compile(r"^## `byline ([a-z -]+)`\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"^```\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CALLED = re.compile(r"(?:^|\| |; |\bsudo )(?:\.venv/bin/)?byline ([a-z][a-z-]*)")


def every_command() -> Iterator[tuple[str, ...]]:
    """The words of each command, those of a group one by one."""
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        if isinstance(command, click.Group):
            yield from ((name, within) for within in command.commands)
        else:
            yield (name,)


def help_of(words: tuple[str, ...]) -> str:
    """What a command says about itself."""
    said = CliRunner().invoke(
        main, [*words, "--help"], prog_name="byline", terminal_width=WIDTH, max_content_width=WIDTH
    )
    assert said.exit_code == 0, said.output
    return said.output


def differences(text: str) -> list[str]:
    """What a document says otherwise than the commands themselves."""
    sections = {tuple(name.split()): body for name, body in SECTION.findall(text)}
    known = set(every_command())
    faults = [f"byline {' '.join(words)} is not described" for words in sorted(known - set(sections))]
    faults += [f"byline {' '.join(words)} does not exist" for words in sorted(set(sections) - known)]
    for words in sorted(known & set(sections)):
        block = BLOCK.search(sections[words])
        if block is None or block[1] != help_of(words):
            faults.append(f"byline {' '.join(words)} says about itself:\n{help_of(words)}")
    return faults


def unknown_commands(text: str) -> list[str]:
    """The commands in a text's code that the program does not have."""
    known = {words[0] for words in every_command()}
    called = (found[1] for line in commands(text) if (found := CALLED.search(line)))
    return [name for name in called if name not in known]


def test_every_command_is_described_in_its_own_words() -> None:
    assert differences(text_of(DOCUMENT)) == []


def test_the_exit_codes_are_those_of_the_program() -> None:
    said = {int(code(row[0])[0]) for row in table_under(text_of(DOCUMENT), "Exit codes")}

    assert said == {0, *EXIT_CODES.values()}


def test_no_document_calls_a_command_that_does_not_exist() -> None:
    called = {path.relative_to(ROOT): unknown_commands(path.read_text(encoding="utf-8")) for path in documents()}

    assert {path: names for path, names in called.items() if names} == {}


def test_a_slip_in_the_document_is_found() -> None:
    text = text_of(DOCUMENT)

    renamed = differences(text.replace("## `byline check`", "## `byline chek`"))
    reworded = differences(text.replace("--password-stdin  Read", "--password-stdin  Reads"))

    assert {"byline check is not described", "byline chek does not exist"} <= set(renamed)
    assert any(fault.startswith("byline publisher add says about itself") for fault in reworded)
    assert unknown_commands("Type `byline chek`, or\n\n```\nsudo byline serv --port 1\nbyline check\n```\n") == [
        "serv",
        "chek",
    ]
