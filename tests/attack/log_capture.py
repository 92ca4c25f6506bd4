"""Somebody who reads the log, and an ear between browsers and portal that knows what must not stand in it."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SHORTEST = 6
"""What is shorter stands in any log by chance, and tells nobody anything."""
_SHORTEST_KEY = 20
"""Parts of addresses and cookies of this length are keys, or names of records."""
_NAME = re.compile(r"[0-9a-f]{24}")
"""What a record is called by chance: it opens nothing, and tells who it is about only to whoever reads the store."""
_WORDS = frozenset({"active", "declined", "html", "markdown", "suspended", "waiting"})
"""What forms send that is the portal's own."""
_HIDDEN = re.compile(r'<input type="hidden" name="[^"]+" value="([^"]+)"')
_ADDRESS = re.compile(r"[^\s\"'<>:;,/]+@[\w-]+(?:\.[\w-]+)+")
_HASH = re.compile(r"\$argon2\w*\$|scrypt:|pbkdf2:")


@dataclass
class LogCapture:
    """Hears everything that goes to and fro: what people type, what they are given, and what is written to them."""

    known: dict[str, str] = field(default_factory=dict)
    """What must not stand in a log, and what it is."""

    def keep(self, what: str, *texts: str) -> None:
        """Take note of texts, line by line, and of the keys that stand in them."""
        for line in (line.strip() for text in texts for line in text.splitlines()):
            if len(line) >= _SHORTEST and line not in _WORDS and not _NAME.fullmatch(line):
                self.known.setdefault(line, what)
            for part in re.split(r"[^\w-]+", line):
                if len(part) >= _SHORTEST_KEY and not _NAME.fullmatch(part):
                    self.known.setdefault(part, f"part of {what}")

    def letter(self, to: str, text: str) -> None:
        """Take note of a letter."""
        self.keep("whom a letter was to", to)
        for link in re.findall(r"https?://\S+", text):
            self._hear_path(link)
        codes = [code.replace(" ", "") for code in re.findall(r"(?m)^\s*(\d{3} ?\d{3})\s*$", text)]
        self.keep("a code", *codes, *(f"{code[:3]} {code[3:]}" for code in codes))

    def between(self, app: WSGIApplication) -> WSGIApplication:
        """The application, with this ear in front of it."""

        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            self._hear_question(environ, body)
            environ["wsgi.input"] = io.BytesIO(body)

            def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
                self._hear_headers(Headers(headers))
                return start_response(status, headers, exc_info)  # type: ignore[arg-type]

            answer = b"".join(app(environ, start))  # type: ignore[arg-type]
            self.keep("a hidden field", *map(unescape, _HIDDEN.findall(answer.decode(errors="replace"))))
            return [answer]

        return wrapped

    def _hear_question(self, environ: WSGIEnvironment, body: bytes) -> None:
        self._hear_path(environ["PATH_INFO"].encode("latin-1").decode(errors="replace"))
        self.keep("a question", *(value for _, value in parse_qsl(environ.get("QUERY_STRING", ""))))
        self.keep("who asks", environ.get("REMOTE_ADDR", ""))
        with Request({**environ, "wsgi.input": io.BytesIO(body)}) as asked:
            for name, value in asked.form.items(multi=True):
                self.keep(f"what was typed as {name}", value)
            for file in asked.files.values():
                self.keep("a file's name", file.filename or "")

    def _hear_headers(self, headers: Headers) -> None:
        for cookie in headers.getlist("Set-Cookie"):
            self.keep("a cookie", cookie.partition(";")[0].partition("=")[2])
        self._hear_path(headers.get("Location", "").partition("?")[0])

    def _hear_path(self, path: str) -> None:
        keys = [part for part in path.split("/") if len(part) >= _SHORTEST_KEY or "@" in part]
        self.keep("a key in a link", *keys)


def told(log: str, known: dict[str, str]) -> list[str]:
    """What a log tells of anybody: one sentence for each thing that must not stand in it. However it is written."""
    plain = "\n".join(_read(line) for line in log.splitlines())
    texts = f"{log}\n{plain}\n{unquote(plain)}"
    found = [f"{what}: {secret}" for secret, what in known.items() if _stands(secret, texts)]
    found += [f"an address: {address}" for address in _ADDRESS.findall(texts)]
    found += [f"a hash: {found[0]}" for found in _HASH.finditer(texts)]
    return sorted(set(found))


def _stands(secret: str, texts: str) -> bool:
    if secret.isdigit():  # a code: as a number of its own, not as a part of one, or of an id
        return re.search(rf"(?<![\w.:-]){secret}(?![\w:-])", texts) is not None
    return secret.casefold() in texts.casefold()


def _read(line: str) -> str:
    """A line as a person reads it: what JSON writes in escapes, spelt out."""
    try:
        return json.dumps(json.loads(line), ensure_ascii=False)
    except ValueError:
        return line
