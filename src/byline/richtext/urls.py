"""Addresses of other places, judged: what may stand in a link, printed from what was understood of it.

The one parser of links, for biographies and for the list of links alike. What it gives back is plain ASCII, so what
was judged is what a browser will follow.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

LONGEST = 2_000
"""Characters in an address, before and after judging."""

_KNOWN_SCHEME = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_TOP = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
_LONGEST_HOST = 253
_MAILBOX = re.compile(r"[A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*")
_LONGEST_MAILBOX = 64
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_SHOWN = 60
"""Characters of an address that is shown for want of words; it ends with "…" where there is more."""
_WRITTEN_ALONE = {
    frozenset({"LATIN"}),
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"HANGUL"}),
    frozenset({"THAI"}),
    frozenset({"DEVANAGARI"}),
}
"""Scripts, by the first words of their letters' names, in which a host's label may be shown."""
_WRITTEN_WITH_THEIR_END = frozenset({"CYRILLIC", "GREEK"})
"""Scripts whose letters look like Latin ones: shown where the host ends in the script itself."""
_USUAL_LATIN = re.compile(r"[-a-z0-9\u00df-\u00f6\u00f8-\u0130\u0132-\u0137\u0139-\u017e\u01a1\u01b0\u1ea0-\u1ef9]*")
_ENCODED_LETTERS = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_UNSEEN = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""What counts as a letter or a mark, and is not seen."""
_PLAIN = "/:@!$&'()*+,;=~%"  # of RFC 3986's characters those that a path takes; letters, digits and "-._" go anyway


def judge(url: str) -> str | None:
    """The address as it may be printed into a link, or ``None`` for one that may not.

    http and https with a host that has a dot (spelt in ASCII, ``xn--`` where needed), and mailto with one plain
    address. Neither a user's name nor an IP number may stand in it. Judging twice changes nothing.
    """
    url = url.strip(" \t\r\n\f")
    if not 0 < len(url) <= LONGEST or not all(map(_printable, url)):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme == "mailto":
        judged = _mailto(parts.path) if not parts.netloc else None
    elif parts.scheme in _DEFAULT_PORTS:
        judged = _web(parts.scheme, parts.netloc, port, _tail(parts.path, parts.query, parts.fragment))
    else:
        judged = None
    return judged if judged is not None and len(judged) <= LONGEST else None


def typed(url: str) -> str | None:
    """As ``judge``, for what people type: ``www.example.org`` gets its https, ``ana@example.org`` its mailto."""
    url = url.strip()
    if _KNOWN_SCHEME.match(url):
        return judge(url)
    if "@" in url and "/" not in url:
        return judge(f"mailto:{url}")
    return judge(f"https://{url.removeprefix('//')}")


def shown(url: str) -> str:
    """The words of a link whose author gave none: its judged address as people write it, at most ``LONGEST_SHOWN``.

    Without scheme and "www.", the host in its own letters where they cannot be taken for others, and the letters of
    the rest decoded; spaces, marks of direction and whatever else is not seen stay encoded.
    """
    parts = urlsplit(url)
    words = place(url)
    if parts.scheme != "mailto":
        port = f":{parts.port}" if parts.port else ""
        tail = url.partition("://")[2][len(parts.netloc) :]
        words += port + ("" if tail == "/" else _ENCODED_LETTERS.sub(_decoded, tail))
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"


def place(url: str) -> str:
    """Where a judged address leads, for people: the host without "www.", or the mailbox."""
    parts = urlsplit(url)
    if parts.scheme == "mailto":
        mailbox, _, host = parts.path.rpartition("@")
        return f"{mailbox}@{_host_for_people(host)}"
    return _host_for_people(parts.hostname or "").removeprefix("www.")


def _host_for_people(host: str) -> str:
    """A host with its ``xn--`` labels decoded, if each of them looks like no other; else all stay as they are."""
    if "xn--" not in host:
        return host
    import idna  # noqa: PLC0415 - see _host

    try:
        labels = [idna.ulabel(label) if label.startswith("xn--") else label for label in host.split(".")]
    except (idna.IDNAError, UnicodeError):
        return host
    end = _scripts(labels[-1])
    return ".".join(labels) if all(_is_plain(label, end) for label in labels) else host


def _is_plain(label: str, end: frozenset[str]) -> bool:
    """Whether a host's label is in one script and can be taken for nothing else. ``end``: the scripts of the last."""
    scripts = _scripts(label)
    if scripts <= {"LATIN"}:
        return _USUAL_LATIN.fullmatch(label) is not None
    return any(scripts <= known for known in _WRITTEN_ALONE) or (
        len(scripts) == 1 and scripts <= _WRITTEN_WITH_THEIR_END and scripts == end
    )


def _scripts(label: str) -> frozenset[str]:
    """The scripts of a label's letters; digits and hyphens have none."""
    signs = (sign for sign in label if not (sign.isascii() and not sign.isalpha()))
    return frozenset(unicodedata.name(sign, "unknown").partition(" ")[0] for sign in signs)


def _decoded(run: re.Match[str]) -> str:
    """Percent-encoded letters, marks and digits beyond ASCII, written out; a run with anything else stays."""
    try:
        text = bytes.fromhex(run[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return run[0]
    return text if all(unicodedata.category(sign)[0] in "LMN" for sign in text) and not _UNSEEN.search(text) else run[0]


def _printable(letter: str) -> bool:
    """Neither white space nor invisible nor a backslash, which browsers read as a slash."""
    return letter != "\\" and not (letter.isspace() or unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Cn", "Co"})


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
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    known = len(name) <= _LONGEST_HOST and len(labels) > 1 and _TOP.fullmatch(labels[-1])
    return name if known and all(map(_LABEL.fullmatch, labels)) else None


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
