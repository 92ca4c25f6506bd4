"""Hostile input: what may stand in a field, an address, a header or a body that no page of ours ever sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MARK = "<script>alert(1)</script>"
"""Wherever this comes back as it is, it would be carried out."""

VALUES: Mapping[str, bytes] = {
    "nothing": b"",
    "white space": b" \t \xe3\x80\x80",
    "a quarter of a megabyte": b"a" * 250_000,
    "two megabytes": b"a" * 2_000_000,
    "forty thousand letters of three bytes": "\u96ea".encode() * 40_000,
    "a row of accents": b"a" + "\u0301".encode() * 20_000 + "\u0327".encode() * 20_000,
    "NUL": b"ana\0lima",
    "half a character": b"ana\xed\xa0\x80lima",
    "no UTF-8": b"\xff\xfe\xc0\x80",
    "the other direction": "a\u202eb\u2066c\u200fd".encode(),
    "no character": "a\uffff\ufdd0\U0010ffff".encode(),
    "line ends": b"ana\r\nBcc: mal@evil.example\r\n\r\nhello",
    "control characters": b"a\x1b[31m\x07\x08\x7f\xc2\x85",
    "a script": f"\"'>{MARK}".encode(),
    "templates": b"{{7*7}}${7*7}%(x)s{0.__class__}%n",
    "a path": b"../../../../etc/passwd",
    "an address elsewhere": b"//evil.example/\\evil.example",
    "a number": b"-99999999999999999999999999999",
    "JSON": b'{"a": [1, null]}',
}
"""What may stand in the place of a field's own value."""

PATHS = (
    "%00", "a%00b", "%FF", "%ED%A0%80", "%E2%80%AE", "..", "%2e%2e", "..%2f..%2fsecret.key", "%252e%252e", "a%0d%0ab",
    "a" * 5_000, "%F0%9F%98%80" * 300, "'", '"><script>alert(1)</script>', "{{7*7}}", "-1", "0", "9" * 30, "1e3",
    "%D9%A3", "con", "index.json", "a.b.c", "*", "\\", "~", "a;b=c", "%20",
)  # fmt: skip
"""What may stand in the place of a variable part of an address."""

QUERIES = (
    "", "a=" + "b" * 100_000, "&" * 5_000, "a=1&" * 5_000, "%00=%00", "next=%00", "next=%ED%A0%80",
    "next=//evil.example", "next=a&next=b", "q=%00", "q=%ED%A0%80", "q=%FF", "q=" + "%CC%81%CC%A7" * 2_000,
    "q=" + "x" * 50_000, "q=%E2%80%AEana", "q=a&q=b", "state=%00", "state=no-such", "state=deleted", "after=%00",
    "after=W10", "after=" + "A" * 9_000, "after=WyJhY2NvdW50cyIsIndhaXRpbmcveCIsImFjY291bnQiLCJ4Il0", "sent",
    "sent=1&sent=2", "csrf_token=x", "_method=POST", "%=%&%zz=%u0041", ";;;=;", "a[]=1&a[b]=2",
    "<script>alert(1)</script>",
)  # fmt: skip

COOKIES = (
    "byline", "byline=", "byline=;", "=;=;", ";" * 3_000, "byline=" + "a" * 5_000, "byline=a.b.c.d.e",
    "byline=\x80\xff", 'byline="\\000\\015\\012"', 'byline="unclosed', "byline_visit=e30.AAAAAAAAAAAAAAAAAAAAAA",
    "byline_visit=\x00", "byline_visit=" + "A" * 4_000, "remember_token=1|\xe9", "session=eyJ9.x.y",
    "; ".join(f"c{n}=1" for n in range(500)), "__Host-byline=a; byline=b; byline=c", "$Version=1; byline=x; $Path=/",
    "byline=\u0661".encode().decode("latin-1"),
)  # fmt: skip

HEADERS: tuple[Mapping[str, str], ...] = (
    *({"Host": host} for host in ("", "[", "[::1", "]", "evil.example", "a b", "127.0.0.1:x", "127.0.0.1:99999", "\xe9",
                                  "a" * 5_000, "a@b", "evil.example/..", "<script>", "127.0.0.1, a", "xn--a")),
    {"Accept": "\xff" * 500, "Accept-Language": ";q=x", "Accept-Encoding": "*;q=y", "Accept-Charset": "utf-7"},
    {"If-None-Match": '"' * 400, "If-Modified-Since": "yesterday", "Range": "bytes=9999999999-0,x-y", "If-Range": "x"},
    {"Content-Encoding": "gzip", "Transfer-Encoding": "identity", "Expect": "100-continue", "TE": "x"},
    {"Authorization": "Basic \xe9", "Proxy-Authorization": "x", "X-Remote-User": "publisher", "Remote-User": "x"},
    {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher",
     "X-Forwarded-Prefix": "//evil.example", "Forwarded": 'for="[";host=evil.example', "X-Original-URL": "/publisher",
     "X-Rewrite-URL": "/publisher", "X-Script-Name": "/publisher"},
    {"User-Agent": "\x00\r\n\t\x1b\xff" + MARK + "a" * 5_000, "Referer": "\xff" + MARK, "From": "x"},
    {"Sec-Fetch-Site": "\xff", "Sec-Fetch-Mode": "navigate", "Sec-Purpose": "prefetch", "Upgrade": "h2c"},
    {"X-HTTP-Method-Override": "DELETE", "X-Requested-With": "XMLHttpRequest", "Content-Type": "\xff;;=;charset=\xff"},
)  # fmt: skip

CONTENT_TYPES = (
    "", "text/plain", "application/json", "application/octet-stream", "\xff", "multipart/form-data",
    "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "b" * 5_000, "multipart/mixed; boundary=x",
)  # fmt: skip


@dataclass(frozen=True)
class Body:
    """A request's body and what it says that it is."""

    what: str
    body: bytes
    content_type: str = "application/x-www-form-urlencoded"
    length: int | None = field(default=None)


def bodies(fields: Mapping[str, str], token: str) -> Iterator[Body]:
    """A form with its token, spoilt in every way: field by field, and as a whole."""
    whole = {"csrf_token": token, **fields}
    for name in fields:
        others = {key: value for key, value in whole.items() if key != name}
        yield Body(f"no {name}", urlencoded(others))
        yield Body(f"{name} twice", urlencoded(whole) + b"&" + urlencoded({name: fields[name]}))
        yield Body(f"{name}[]", urlencoded({**others, f"{name}[]": fields[name]}))
        for what, value in VALUES.items():
            yield Body(
                f"{what} in {name}", urlencoded(others) + b"&" + name.encode() + b"=" + quote_from_bytes(value).encode()
            )
            if what in {"no UTF-8", "half a character", "NUL", "line ends", "a row of accents"}:
                yield multipart(f"{what} in {name}, in parts", [*others.items()], (name, value))
        yield multipart(f"{name} as a file", [*others.items()], (f'{name}"; filename="{name}', fields[name].encode()))
    yield from _wholes(whole)


def urlencoded(fields: Mapping[str, str]) -> bytes:
    """A form as browsers send it."""
    return "&".join(f"{name}={quote_from_bytes(value.encode())}" for name, value in fields.items()).encode()


def multipart(what: str, fields: list[tuple[str, str]], *raw: tuple[str, bytes], boundary: str = "x") -> Body:
    """A form in parts, the last of them byte by byte as given."""
    parts = [(name.encode(), value.encode()) for name, value in fields] + [
        (name.encode(), value) for name, value in raw
    ]
    body = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary.encode(), name, value)
        for name, value in parts
    )
    return Body(what, body + b"--%s--\r\n" % boundary.encode(), f"multipart/form-data; boundary={boundary}")


def _wholes(fields: Mapping[str, str]) -> Iterator[Body]:
    sent = urlencoded(fields)
    pairs = [*fields.items()]
    parted = multipart("in parts", pairs)
    yield Body("no body", b"")
    yield Body("raw bytes", sent + b"&x=\xff\xed\xa0\x80\0")
    yield Body("twenty thousand fields", sent + b"".join(b"&f%d=" % number for number in range(20_000)))
    yield Body("one field fifty thousand times", sent + b"&x" * 50_000)
    yield Body(
        "more fields than there are", sent + b"&role=publisher&state=active&id=1&confirmed=1&account_id=x&owner=x"
    )
    yield Body("five megabytes", sent + b"&x=" + b"a" * 5_000_000)
    yield Body("separators", b"&&&===;;;" * 1_000 + b"&" + sent)
    for content_type in CONTENT_TYPES:
        yield Body(f"as {content_type[:60]!r}", sent, content_type)
    yield Body("JSON", b'{"csrf_token": ["x"], "author_email": {"a": 1}}', "application/json")
    yield Body("deep JSON", b"[" * 100_000, "application/json")
    yield parted
    yield Body("parts cut off", parted.body[:-30], parted.content_type)
    yield Body("parts with another boundary", parted.body, "multipart/form-data; boundary=y")
    yield Body("parts without an end", parted.body.replace(b"--x--", b""), parted.content_type)
    yield Body("line feeds alone", parted.body.replace(b"\r\n", b"\n"), parted.content_type)
    yield Body("a part without a name", parted.body.replace(b'; name="csrf_token"', b""), parted.content_type)
    yield Body("a part without a head", b"--x\r\n\r\nx\r\n" + parted.body, parted.content_type)
    yield Body(
        "a part with a long head", b"--x\r\nA: " + b"a" * 70_000 + b"\r\n\r\nx\r\n" + parted.body, parted.content_type
    )
    yield multipart("two hundred parts and one", [*pairs, *((f"f{number}", "x") for number in range(201))])
    yield multipart("a file where none is taken", pairs, ('profile_img"; filename="../../x.svg', b"<svg/>"))
    yield multipart("two files", pairs, *[('profile_img"; filename="a.jpg', b"\xff\xd8\xff")] * 2)
    yield multipart("a file without a name", pairs, ('profile_img"; filename="', b"\xff\xd8\xff"))
    yield multipart(
        "names of other bytes", pairs, ("\udcff\"; filename*=utf-8''%ff".encode("latin-1", "replace").decode(), b"")
    )
    yield Body("a length that is none", sent, length=-1)
