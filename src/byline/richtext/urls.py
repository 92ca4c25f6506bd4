"""Safe URLs: which addresses may stand in a link, and how people see them.

The only parser of links, for biographies and for an author's list of links alike. Its result is rebuilt from the parts
that were understood and is plain ASCII, so that a browser follows exactly what was checked.
"""

# ruff: noqa: RUF001 - the characters of other keyboards are put right here

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit

from byline.richtext.invisible import tidy_line

LONGEST = 2_000
"""Characters in an address, before and after it was checked."""

_KNOWN_SCHEME = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_TOP = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
_LONGEST_HOST = 253
_MAILBOX = re.compile(r"[A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*")
_LONGEST_MAILBOX = 64
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_SHOWN = 60
"""Characters of an address that serves as a label; a longer one is cut and ends with "…"."""
_WRITTEN_ALONE = {
    frozenset({"LATIN"}),
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"HANGUL"}),
    frozenset({"THAI"}),
    frozenset({"DEVANAGARI"}),
}
"""Scripts in which a host's label may be shown, by the first word of their letters' Unicode names."""
_WRITTEN_WITH_THEIR_END = frozenset({"CYRILLIC", "GREEK"})
"""Scripts whose letters look like Latin ones: shown where the host ends in the script itself."""
_USUAL_LATIN = re.compile(r"[-a-z0-9\u00df-\u00f6\u00f8-\u0130\u0132-\u0137\u0139-\u017e\u01a1\u01b0\u1ea0-\u1ef9]*")
_ENCODED_LETTERS = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_UNSEEN = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that are invisible."""
_HANDLE = re.compile(r"@([\w.-]{1,64})(?:@([\w.-]{1,253}))?")
_EMOJI_LABEL = re.compile(
    r"(?!..--)[a-z0-9\u231a-\u23ff\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\U0001f000-\U0001faff-]{1,60}"
)
_PLAIN = "/:@!$&'()*+,;=~%"  # of RFC 3986's characters those that a path takes; letters, digits and "-._" go anyway


@lru_cache(maxsize=256)
def safe_url(url: str) -> str | None:
    """The address as it may stand in a link, or ``None`` if it may not.

    http and https with a host that has a dot (in ASCII, ``xn--`` where needed), and mailto with one plain address.
    User names and IP addresses are not allowed. ``safe_url(safe_url(x)) == safe_url(x)``. Cached, since a save checks
    each link when it reads Markdown, and again when it reads the HTML made of it.
    """
    url = url.strip(" \t\r\n\f")
    if not 0 < len(url) <= LONGEST or not all(map(_is_printable, url)):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme == "mailto":
        safe = _mailto(parts.path) if not parts.netloc else None
    elif parts.scheme in _DEFAULT_PORTS:
        safe = _web(parts.scheme, parts.netloc, port, _tail(parts.path, parts.query, parts.fragment))
    else:
        safe = None
    return safe if safe is not None and len(safe) <= LONGEST else None


def typed_url(url: str) -> str | None:
    """As ``safe_url``, for what people type: ``www.example.org`` gets https, ``ana@example.org`` gets mailto."""
    url = tidy_line(url).replace("＠", "@")
    if url.startswith("<") and url.endswith(">"):
        url = url[1:-1].strip()
    if _KNOWN_SCHEME.match(url):
        return safe_url(url)
    if "@" in url and "/" not in url:
        return safe_url(f"mailto:{url}")
    return safe_url(f"https://{url.removeprefix('//')}")


def profile_of_handle(text: str) -> str | None:
    """Where the profile behind a handle is: ``https://example.social/@ana`` for ``@ana@example.social``.

    "" for a handle that names no site, such as ``@ana``; ``None`` for what is no handle.
    """
    handle = _HANDLE.fullmatch(tidy_line(text).replace("＠", "@"))
    if not handle:
        return None
    return safe_url(f"https://{handle[2]}/@{handle[1]}") if handle[2] else ""


def display_text(url: str) -> str:
    """The label of a link whose author gave none: its safe address as people write it, at most ``LONGEST_SHOWN``.

    Without scheme and "www."; the host in its own script where it cannot be confused with another, and the letters of
    the rest decoded. Spaces, direction marks and other invisible characters stay encoded.
    """
    parts = urlsplit(url)
    words = destination(url)
    if parts.scheme != "mailto":
        port = f":{parts.port}" if parts.port else ""
        tail = url.partition("://")[2][len(parts.netloc) :]
        words += port + ("" if tail == "/" else _ENCODED_LETTERS.sub(_decode, tail))
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"


def destination(url: str) -> str:
    """Where a safe address leads, for people: the host without "www.", or the mailbox."""
    parts = urlsplit(url)
    if parts.scheme == "mailto":
        mailbox, _, host = parts.path.rpartition("@")
        return f"{mailbox}@{_host_for_people(host)}"
    return _host_for_people(parts.hostname or "").removeprefix("www.")


def _host_for_people(host: str) -> str:
    """A host with its ``xn--`` labels decoded if none of them can be confused with another; else unchanged."""
    if "xn--" not in host:
        return host
    import idna  # noqa: PLC0415 - see _host

    try:
        labels = [idna.ulabel(label) if label.startswith("xn--") else label for label in host.split(".")]
    except (idna.IDNAError, UnicodeError):
        return host
    end = _scripts(labels[-1])
    return ".".join(labels) if all(_is_unambiguous(label, end) for label in labels) else host


def _is_unambiguous(label: str, end: frozenset[str]) -> bool:
    """Whether a host's label is in one script and cannot be confused. ``end``: the scripts of the host's last label."""
    scripts = _scripts(label)
    if scripts <= {"LATIN"}:
        return _USUAL_LATIN.fullmatch(label) is not None
    return any(scripts <= known for known in _WRITTEN_ALONE) or (
        len(scripts) == 1 and scripts <= _WRITTEN_WITH_THEIR_END and scripts == end
    )


def _scripts(label: str) -> frozenset[str]:
    """The scripts of a label's letters; digits and hyphens have none."""
    letters = (each for each in label if not each.isascii() or each.isalpha())
    return frozenset(unicodedata.name(letter, "unknown").partition(" ")[0] for letter in letters)


def _decode(run: re.Match[str]) -> str:
    """Percent-encoded letters, marks and digits beyond ASCII, decoded; a run with anything else stays."""
    try:
        text = bytes.fromhex(run[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return run[0]
    readable = all(unicodedata.category(each)[0] in "LMN" for each in text) and not _UNSEEN.search(text)
    return text if readable else run[0]


def _is_printable(character: str) -> bool:
    """Neither white space nor invisible nor a backslash, which browsers read as a slash."""
    category = unicodedata.category(character)
    return character != "\\" and not character.isspace() and category not in {"Cc", "Cf", "Cs", "Cn", "Co"}


def _web(scheme: str, netloc: str, port: int | None, tail: str) -> str | None:
    if "@" in netloc or "[" in netloc:
        return None
    name, _, _port = netloc.partition(":")
    host = _host(name)
    if host is None or port == 0:
        return None
    shown_port = "" if port in {None, _DEFAULT_PORTS[scheme]} else f":{port}"
    return f"{scheme}://{host}{shown_port}{tail}"


def _host(name: str) -> str | None:
    """A host's name in ASCII, or ``None``: at least two labels, and the last one is no number."""
    if not name.isascii():
        import idna  # noqa: PLC0415 - its tables take ten milliseconds, and few hosts need them

        try:
            labels = idna.uts46_remap(name, transitional=False).removesuffix(".").split(".")
            name = ".".join(_emoji_label(label) or idna.encode(label).decode("ascii") for label in labels)
        except (idna.IDNAError, UnicodeError):
            return None
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    known = len(name) <= _LONGEST_HOST and len(labels) > 1 and _TOP.fullmatch(labels[-1])
    return name if known and all(map(_LABEL.fullmatch, labels)) else None


def _emoji_label(label: str) -> str | None:
    """A label with emoji as ``xn--``: IDNA 2008 has none, but some registries sell them and browsers open them."""
    if not _EMOJI_LABEL.fullmatch(label) or label.isascii():
        return None
    return f"xn--{label.encode('punycode').decode('ascii')}"


def _mailto(address: str) -> str | None:
    """One mailbox. What may follow it in a mailto (subjects, copies to others) is left off with the query."""
    mailbox, at, domain = address.rpartition("@")
    host = _host(domain) if at else None
    if host is None or len(mailbox) > _LONGEST_MAILBOX or not _MAILBOX.fullmatch(mailbox):
        return None
    return f"mailto:{mailbox}@{host}"


def _tail(path: str, query: str, fragment: str) -> str:
    tail = _quoted(path, _PLAIN)
    if query:
        tail += "?" + _quoted(query, _PLAIN + "?")
    if fragment:
        tail += "#" + _quoted(fragment, _PLAIN + "?")
    return tail


def _quoted(text: str, plain: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", text), safe=plain)
