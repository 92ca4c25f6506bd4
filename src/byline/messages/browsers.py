"""Which browser on which system: what a browser says of itself (its User-Agent), as a short code and in words.

Only the kind is taken, never a version or a model: it is for people who look for a login that was not theirs::

    >>> str(in_words(code_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")))
    'Firefox on Linux'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from byline.messages.message import N_, Message, Plain

_BROWSERS: Final = (
    ("edge", "Microsoft Edge", ("Edg/", "EdgA/", "EdgiOS/")),
    ("opera", "Opera", ("OPR/", "Opera")),
    ("samsung", "Samsung Internet", ("SamsungBrowser/",)),
    ("firefox", "Firefox", ("Firefox/", "FxiOS/")),
    ("chrome", "Chrome", ("Chrome/", "CriOS/", "Chromium/")),
    ("safari", "Safari", ("Safari/",)),
)
"""Code, name, and what only that browser says: many claim to be Safari, and some to be Chrome, so they come last."""
_SYSTEMS: Final = (
    ("iphone", "iPhone", ("iPhone",)),
    ("ipad", "iPad", ("iPad",)),
    ("android", "Android", ("Android",)),
    ("windows", "Windows", ("Windows",)),
    ("chromeos", "ChromeOS", ("CrOS",)),
    ("mac", "Mac", ("Macintosh", "Mac OS")),
    ("linux", "Linux", ("Linux", "X11")),
)
_BROWSER_NAMES: Final = {code: name for code, name, _ in _BROWSERS}
_SYSTEM_NAMES: Final = {code: name for code, name, _ in _SYSTEMS}

UNKNOWN: Final = Plain("browser_unknown", N_("unknown browser"))


@dataclass(frozen=True)
class BrowserOnSystem(Message):
    """A browser that is known, on a system that is."""

    browser: str
    system: str
    code = "browser_on_system"
    text = N_("%(browser)s on %(system)s")


@dataclass(frozen=True)
class BrowserSomewhere(Message):
    """A browser on an unknown system."""

    browser: str
    code = "browser_somewhere"
    text = N_("%(browser)s, unknown device")


@dataclass(frozen=True)
class SomeBrowser(Message):
    """An unknown browser on a system that is known."""

    system: str
    code = "browser_unknown_on_system"
    text = N_("unknown browser on %(system)s")


def code_of(user_agent: str) -> str:
    """The kinds of browser and system as they are stored, such as "firefox/linux"; an unknown one is left out."""
    return f"{_first(_BROWSERS, user_agent)}/{_first(_SYSTEMS, user_agent)}"


def in_words(code: str) -> Message:
    """The browser that a code names, for people."""
    browser, _, system = code.partition("/")
    names = _BROWSER_NAMES.get(browser, ""), _SYSTEM_NAMES.get(system, "")
    if all(names):
        return BrowserOnSystem(*names)
    if names[0]:
        return BrowserSomewhere(names[0])
    return SomeBrowser(names[1]) if names[1] else UNKNOWN


def _first(kinds: tuple[tuple[str, str, tuple[str, ...]], ...], user_agent: str) -> str:
    return next((code for code, _, marks in kinds if any(mark in user_agent for mark in marks)), "")
