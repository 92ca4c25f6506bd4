"""What every letter looks like: one shape, as plain text and as HTML that needs nothing from outside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Final

MOST_SUBJECT: Final = 49
"""Characters of a subject that a telephone shows in full."""

_ACCENT: Final = "#0e5a4b"
_RULE: Final = "#8a8a8a"
_FONT: Final = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans',sans-serif"
_MONO: Final = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace"
_FILLER: Final = "&#847;&zwnj;&nbsp;" * 60
"""Invisible: keeps mail programs from showing the letter's first words behind the preheader."""


@dataclass(frozen=True, slots=True)
class Button:
    """The one thing to press: what it does, and the whole address it leads to."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """What a letter says, in the order in which it says it. All of it is plain text.

    ``preheader`` is shown behind the subject in lists and must add a fact. ``quoted`` is somebody's own words,
    ``until`` a sentence saying how long button and code work. ``because`` says why the reader gets the letter,
    ``otherwise`` what to do if it was not them (empty: nothing), ``contact`` whom to write to (empty: nobody).
    ``site`` is the site's name.
    """

    subject: str
    preheader: str
    opening: tuple[str, ...]
    because: str
    contact: str
    site: str
    quoted: str | None = None
    button: Button | None = None
    code: str | None = None
    until: str | None = None
    otherwise: str = ""

    def __post_init__(self) -> None:
        """Refuse (``ValueError``) a subject that would be cut off, half a code, a button that leads nowhere."""
        if not 0 < len(self.subject) <= MOST_SUBJECT:
            raise ValueError(f"a subject has 1 to {MOST_SUBJECT} characters: {self.subject!r}")
        if self.code is not None and not re.fullmatch("[0-9]{6}", self.code):
            raise ValueError("a code has six digits")
        if self.button is not None and not re.fullmatch(r"https?://[!-~]+", self.button.url):
            raise ValueError(f"a button leads to a whole address: {self.button.url!r}")


def render_parts(letter: Email) -> tuple[str, str]:
    """Write the letter out as text and as HTML, which say the same. The URL has a line of the text to itself."""
    return _text(letter), _html(letter)


def _text(letter: Email) -> str:
    parts = [*letter.opening]
    if letter.quoted:
        parts.append("\n".join(f"> {line}".rstrip() for line in letter.quoted.splitlines()))
    if letter.button is not None:
        parts.append(f"{letter.button.label}:\n{letter.button.url}")
    if letter.code is not None:
        parts.append(f"{_code_line(letter)}\n{letter.code}")
    parts += [letter.until or "", letter.because, letter.otherwise, letter.contact, letter.site]
    return "\n\n".join(part for part in parts if part) + "\n"


def _html(letter: Email) -> str:
    parts = [_heading(letter.subject), *map(_paragraph, letter.opening)]
    if letter.quoted:
        parts.append(_quotation(letter.quoted))
    if letter.button is not None:
        parts.append(_button(letter.button))
    if letter.code is not None:
        parts.append(_code(_code_line(letter), letter.code))
    if letter.until:
        parts.append(_paragraph(letter.until))
    parts.append(f'<hr style="margin:32px 0 20px;border:0;border-top:1px solid {_RULE}">')
    parts += [_small(text) for text in (letter.because, letter.otherwise, letter.contact) if text]
    return _PAGE.format(
        subject=escape(letter.subject),
        preheader=escape(letter.preheader),
        filler=_FILLER,
        font=_FONT,
        site=escape(letter.site),
        body="\n".join(parts),
    )


def _code_line(letter: Email) -> str:
    return f"{'Or type' if letter.button else 'Type'} this code on the page that asks for it:"


def _heading(text: str) -> str:
    return f'<h1 style="margin:0 0 20px;font-size:24px;line-height:1.25;font-weight:700">{escape(text)}</h1>'


def _paragraph(text: str) -> str:
    return f'<p style="margin:0 0 16px">{escape(text)}</p>'


def _small(text: str) -> str:
    return f'<p style="margin:0 0 12px;font-size:14px">{escape(text)}</p>'


def _quotation(text: str) -> str:
    lines = "<br>\n".join(map(escape, text.splitlines()))
    return (
        f'<blockquote style="margin:0 0 16px;padding:2px 0 2px 16px;border-left:4px solid {_RULE}">{lines}</blockquote>'
    )


def _button(button: Button) -> str:
    # The colour stands at the cell, too: Outlook for Windows draws no background behind a link.
    return (
        f'<table role="presentation" border="0" cellpadding="0" cellspacing="0" style="margin:28px 0 16px"><tr>'
        f'<td bgcolor="{_ACCENT}" style="border-radius:8px;background-color:{_ACCENT}">'
        f'<a href="{escape(button.url)}" style="display:inline-block;padding:14px 28px;'
        f"border:1px solid {_ACCENT};border-radius:8px;color:#ffffff;font-family:{_FONT};font-size:17px;"
        f'font-weight:600;line-height:20px;text-decoration:none">{escape(button.label)}</a></td></tr></table>\n'
        f'<p style="margin:0 0 4px;font-size:14px">Or copy this address into your browser:</p>\n'
        f'<p style="margin:0 0 24px;font-family:{_MONO};font-size:13px;word-break:break-all">'
        f"{escape(button.url)}</p>"
    )


def _code(line: str, code: str) -> str:
    return (
        f'<p style="margin:0 0 4px">{escape(line)}</p>\n'
        f'<p style="margin:0 0 24px;font-family:{_MONO};font-size:32px;line-height:1.4;font-weight:700;'
        f'letter-spacing:5px">{escape(code)}</p>'
    )


# No colour is set for text or ground: "color-scheme" lets each mail program choose both, so none can vanish.
_PAGE: Final = """\
<!doctype html>
<html lang="en" style="color-scheme:light dark">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>{subject}</title>
</head>
<body style="margin:0;padding:0;font-family:{font};font-size:17px;line-height:1.5;overflow-wrap:anywhere">
<div aria-hidden="true" style="display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;\
mso-hide:all">\
{preheader}{filler}</div>
<table role="presentation" align="center" width="100%" border="0" cellpadding="0" cellspacing="0" \
style="max-width:600px;margin:0 auto;table-layout:fixed"><tr>
<td style="padding:32px 20px 40px;font-family:{font};font-size:17px;line-height:1.5;text-align:left">
<p style="margin:0 0 24px;font-size:15px;font-weight:600">{site}</p>
{body}
</td></tr></table>
</body>
</html>
"""
