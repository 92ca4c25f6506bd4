"""Templates that speak a language."""

from __future__ import annotations

import gettext

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateSyntaxError

from byline.messages import templates
from byline.messages.templates import translate

GERMAN = {
    "Log in": "Anmelden",
    "Hello <b>%(name)s</b>": "Guten Tag <b>%(name)s</b>",
    "More & more": "Mehr & mehr",
    "100%% of it": "100 %% davon",
    "100% of it": "100 % davon",
}


class Fake(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return GERMAN.get(message, message)

    def ngettext(self, _one: str, _many: str, n: int) -> str:
        return f"{'ein' if n == 1 else 'viele'} %(num)s"


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch):  # noqa: ANN201 - a function
    monkeypatch.setattr(templates, "translations", lambda _: Fake())

    def rendered(source: str, *, autoescape: bool = True, **values: object) -> str:
        environment = Environment(
            loader=DictLoader({"page": source}),
            autoescape=autoescape,  # noqa: S701 - emails have a plain part
            undefined=StrictUndefined,
        )
        translate(environment, "de")
        return environment.get_template("page").render(values)

    return rendered


def test_sentences_are_translated(render) -> None:  # noqa: ANN001
    assert render('{{ _("Log in") }}') == "Anmelden"
    assert render("{% trans %}Log in{% endtrans %}") == "Anmelden"
    assert render('{% set title = _("Log in") %}{{ title }}') == "Anmelden"
    assert render('{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(_("Log in")) }}') == "[Anmelden]"


def test_values_are_escaped_and_sentences_may_hold_markup(render) -> None:  # noqa: ANN001
    assert render('{{ _("Hello <b>%(name)s</b>", name=x) }}', x="<i>") == "Guten Tag <b>&lt;i&gt;</b>"
    assert render("{% trans name=x %}Hello <b>{{ name }}</b>{% endtrans %}", x="<i>") == "Guten Tag <b>&lt;i&gt;</b>"
    assert render('{{ _("Hello <b>%(name)s</b>", name=x) }}', x="<i>", autoescape=False) == "Guten Tag <b><i></b>"
    assert render('{{ _("More & more") }}') == "Mehr &amp; mehr"


def test_a_percent_sign_stays_one(render) -> None:  # noqa: ANN001
    assert render("{% trans %}100% of it{% endtrans %}") == "100 % davon"
    assert render('{{ _("100% of it") }}') == "100 % davon"
    assert render('{{ _("Hello <b>%(name)s</b>", name="5%(name)s") }}') == "Guten Tag <b>5%(name)s</b>"


def test_plurals_are_chosen_when_the_page_is_rendered(render) -> None:  # noqa: ANN001
    source = '{{ ngettext("%(num)s author", "%(num)s authors", n) }}'

    assert render(source, n=1) == "ein 1"
    assert render(source, n=10_000) == "viele 10.000"


def test_what_is_no_literal_is_refused(render) -> None:  # noqa: ANN001
    with pytest.raises(TemplateSyntaxError):
        render("{{ _(x) }}", x="Log in")
    with pytest.raises(TemplateSyntaxError):
        render('{{ _("Log " ~ x) }}', x="in")
