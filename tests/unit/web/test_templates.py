"""What a person and their browser may rely on in every page, read off the templates and the stylesheet themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import byline.web
from byline.messages.message import Plain
from byline.web.pages import Form, environment

WEB = Path(byline.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
CSS = (WEB / "static" / "byline.css").read_text()
SCRIPT = (WEB / "static" / "byline.js").read_text()
NAMES = [str(path.relative_to(WEB / "templates")) for path in TEMPLATES]


def macro(source: str, *, values: dict[str, str] | None = None, faults: dict[str, str] | None = None) -> str:
    template = environment("en").from_string(
        '{% from "_form.html" import errors, field, password, textarea, checkbox %}' + source
    )
    return template.render(form=Form(values, {name: Plain("x", said) for name, said in (faults or {}).items()}))


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_no_page_needs_an_inline_script_or_style_or_anything_from_elsewhere(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert not re.search(
        r"<script(?![^>]*\bsrc=\"\{\{ (?:js|cutter|drafts|editor|passkeys|portrait|rows)_url \}\}\")", source
    )
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", source)
    assert "| safe" not in source
    assert "autoescape" not in source


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_the_publisher_begins_a_sentence_with_a_capital_only_there(path: Path) -> None:
    source = path.read_text()

    assert not re.search(r"(?:[.!?]\s|%\}|>)\s*\{\{ publisher \}\}", source)
    assert not re.search(r"[\w,:] \{\{ publisher_at_start \}\}", source)


def test_stylesheet_and_script_fetch_nothing() -> None:
    assert not re.search(r"url\(|@import", CSS)
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|eval\(|innerHTML|outerHTML|insertAdjacent|https?:", SCRIPT)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_every_form_that_acts_carries_the_token_of_its_session(path: Path) -> None:
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?(?=</form>)", path.read_text(), flags=re.DOTALL)

    for form in forms:
        assert 'name="csrf_token"' in form or "profile/_fields.html" in form, form[:120]


def test_a_fault_is_told_at_its_field_and_in_the_summary() -> None:
    page = macro(
        '{{ errors(form, "Not saved yet") }}{{ field(form, "author_name", "Name", hint="As it should appear") }}',
        values={"author_name": "A<b>"},
        faults={"author_name": "Enter your name", "": "Something of no field"},
    )

    assert '<div id="errors" class="errors" tabindex="-1" autofocus><div role="alert">' in page
    assert '<a href="#author_name">Enter your name</a>' in page
    assert "<li>Something of no field</li>" in page
    assert '<p class="error" id="author_name-error"><span class="visually-hidden">Error: </span>Enter your name' in page
    assert 'aria-describedby="author_name-hint author_name-error" aria-invalid="true"' in page
    assert 'value="A&lt;b&gt;"' in page
    order = [page.index(part) for part in ("<label", "author_name-hint", 'id="author_name-error"', "<input")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("hint", "fault", "described"),
    [("", "", None), ("As on a card", "", "x-hint"), ("", "Enter it", "x-error"), ("A", "B", "x-hint x-error")],
)
def test_a_field_refers_only_to_what_is_there(hint: str, fault: str, described: str | None) -> None:
    page = macro(f'{{{{ field(form, "x", "X", hint="{hint}") }}}}', faults={"x": fault} if fault else {})

    found = re.search(r'aria-describedby="([^"]*)"', page)
    assert (found and found[1]) == described
    for name in (described or "").split():
        assert f'id="{name}"' in page
    assert ("aria-invalid" in page) == bool(fault)


def test_a_password_that_was_typed_is_never_sent_back() -> None:
    page = macro(
        '{{ password(form, "author_password", "Password", new=true, min=15) }}', values={"author_password": "hush"}
    )

    assert "hush" not in page
    assert "maxlength" not in page
    assert 'autocomplete="new-password"' in page
    button = '<button type="button" hidden aria-controls="author_password" aria-label="Show password"'
    assert re.search(re.escape(button) + "[^>]*>Show</button>", page)


@pytest.mark.parametrize("text", ["plain", "\nbegins with a line break", "ends with one\n", "  <em>『雪国』</em>の"])
def test_a_text_comes_out_of_its_textarea_as_it_went_in(text: str) -> None:
    page = macro('{{ textarea(form, "author_bio", "Biography") }}', values={"author_bio": text})

    inside = re.search(r"<textarea[^>]*>(.*)</textarea>", page, flags=re.DOTALL)
    assert inside is not None
    parsed = inside[1].removeprefix("\n").replace("&lt;", "<").replace("&gt;", ">")
    assert parsed == text


@pytest.mark.parametrize(("new", "words"), [("true", "new-password"), ("false", "current-password")])
def test_a_password_field_is_masked_and_known_to_password_managers(new: str, words: str) -> None:
    field = macro(f'{{{{ password(form, "author_password", "Password", new={new}) }}}}')

    assert 'type="password"' in field
    assert f'autocomplete="{words}"' in field
    assert "<button" in field  # shows what was typed
    assert "maxlength" not in field  # which would cut a password that is pasted
    for path in TEMPLATES:
        assert "onpaste" not in path.read_text()
        assert path.name == "_form.html" or 'type="password"' not in path.read_text(), path.name
    for script in (WEB / "static").glob("*.js"):
        assert script.name in {"editor.js", "portrait.js"} or '"paste"' not in script.read_text(), script.name
