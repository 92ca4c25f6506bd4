"""What would say something else without its tag gets something in its place."""

from __future__ import annotations

import contextlib

import pytest

from byline.richtext import sanitize


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("10<sup>6</sup> and 2020<sup>1</sup>", "10⁶ and 2020¹"),
        ("10<sup>\u22123</sup> m<sup>2</sup>", "10⁻³ m²"),
        ("H<sub>2</sub>O and CO<sub>2</sub>", "H₂O and CO₂"),
        ("1<sup>st</sup>, M<sup>me</sup>, x<sup><i>n</i>+1</sup>", "1ˢᵗ, Mᵐᵉ, x<em>ⁿ</em>⁺¹"),
        ("x<sup>Q</sup>, e<sup>-x/2</sup>", "x^Q, e^(-x/2)"),
        ("x<sub>Q</sub>, a<sub>i,j</sub>", "x_Q, a_(i,j)"),
        ("Byline<sup>®</sup> and Byline<sup>TM</sup>", "Byline® and Byline\u1d40\u1d39"),
        ("m<span style='vertical-align: super'>2</span>", "m²"),
        ('m<span class="Superscript SCXW1">2</span>', "m²"),
        ("m<sup><span style='vertical-align:super'>2</span></sup>", "m²"),
        ("m<sup> </sup>2", "m 2"),
        ("She said <q>yes, <q>no</q></q>.", "She said “yes, \u2018no\u2019”."),
        ("<q>\u201eja\u201c</q>", "\u201eja\u201c"),
        ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "漢字\uff08かんじ\uff09"),
        ("<ruby>東<rt>とう<rb>京<rt>きょう</ruby>", "東\uff08とう\uff09京\uff08きょう\uff09"),
        ("Hello <img alt='😀' class=an1><img alt='1\ufe0f\u20e3'>", "Hello 😀1\ufe0f\u20e3"),
        ("Hello <img class=emoji alt=':smile:'>", "Hello :smile:"),
        ("Hello <img alt='Portrait of Ana'><img alt=5>", "Hello"),
        ("<span style='white-space:pre-wrap'>one\ntwo</span>", "one<br>two"),
        ("<span style='white-space: pre-line'>one\r\ntwo</span>", "one<br>two"),
        ("<pre>one <span style='white-space:normal'>and\ntwo</span></pre>", "one and two"),
        ("one\u2028two\x0bthree", "one<br>two<br>three"),
    ],
)
def test_meaning_that_is_in_a_tag_stays_when_the_tag_goes(html: str, text: str) -> None:
    assert sanitize.clean(f"<p>{html}</p>") == f"<p>{text}</p>"


def test_a_paragraph_separator_makes_two_paragraphs() -> None:
    assert sanitize.clean("one\u2029two") == "<p>one</p><p>two</p>"


def test_what_is_replaced_over_two_paragraphs_is_replaced_in_each() -> None:
    assert sanitize.clean("<q><p>one</p><p>two</p></q>") == "<p>“one”</p><p>“two”</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<sup>" * 10_000,
        "<sup>1</sup>" * 5_000,
        "<q>a" * 13_000,
        "<ruby><rt>a" * 5_000,
        "<sup><sub><q><sup>" + "a<br>" * 12_000,
        "<img alt='" + "😀" * 40 + "'>",
        "<p><a href='#fnref1'>" * 3_000,
        "<style>" + ".a{" * 60_000 + "</style>",
        "<style>" + ".a," * 60_000 + "{display:none}</style>",
        "<p style='" + "font-size:0" * 15_000 + "'>a",
        "<p class='" + "deletion" * 20_000 + "x'>a",
    ],
    ids=range(11),
)
@pytest.mark.timeout(20)
def test_hostile_markup_takes_no_longer_than_other_markup(html: str) -> None:
    with contextlib.suppress(sanitize.TooMuch):
        sanitize.clean(html)
