"""A person with a browser: pages, forms, cookies and letters, by the front door and nothing else.

A form is sent back as a browser would: every field as it came, with what the person typed over it.
"""

from __future__ import annotations

import email
import email.policy
import re
import subprocess
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from bench.load import Answer, Connection

if TYPE_CHECKING:
    from pathlib import Path

    from bench.servers import Program

PASSWORD = "nine slow herons over Lund"  # noqa: S105 - made up
LONGEST_WAIT_SECONDS = 30
_BOUNDARY = "----byline-measurement"
_TEXT_INPUTS = {"text", "email", "password", "url", "number", "search", "hidden"}


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where it goes, how, and what its fields hold."""

    action: str
    multipart: bool
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]

    def body(self, typed: dict[str, str]) -> str:
        """What a browser sends for it; fields that were not on the page are added at the end."""
        known = {name for name, _ in self.fields}
        pairs = [(name, typed.get(name, value)) for name, value in self.fields]
        pairs += [(name, value) for name, value in typed.items() if name not in known]
        if not self.multipart:
            return urlencode(pairs)
        parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in pairs]
        parts += [
            f'Content-Disposition: form-data; name="{name}"; filename=""\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
            for name in self.files
        ]
        return "".join(f"--{_BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{_BOUNDARY}--\r\n"

    @property
    def content_type(self) -> str:
        """The header that goes with the body."""
        return f"multipart/form-data; boundary={_BOUNDARY}" if self.multipart else "application/x-www-form-urlencoded"


class Visitor:
    """A browser of its own: it keeps cookies and one connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._connection: Connection | None = None

    def get(self, path: str) -> Answer:
        """Open a page; redirects are not followed."""
        return self._ask(f"{self.head('GET', path)}\r\n\r\n")

    def submit(self, page: Answer, action: str, **typed: str) -> Answer:
        """Send the form of a page that goes to ``action``."""
        head, body = self.filled(page, action, **typed)
        return self._ask(f"{head}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}")

    def filled(self, page: Answer, action: str, **typed: str) -> tuple[str, str]:
        """That form as it would be sent: the head without Content-Length, and the body."""
        form = form_to(page, action)
        return f"{self.head('POST', action)}\r\nContent-Type: {form.content_type}", form.body(typed)

    def head(self, method: str, path: str) -> str:
        """The head of a request, with the headers that a browser's request for this site has."""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "User-Agent: measurement",
            "Accept: text/html",
        ]
        if method == "POST":
            lines += [f"Origin: http://127.0.0.1:{self.port}", "Sec-Fetch-Site: same-origin"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        return "\r\n".join(lines)

    def leave(self) -> None:
        """Hang up and forget the cookies."""
        self.cookies.clear()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection; the cookies stay, and the next request opens another."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def keep(self, answer: Answer) -> None:
        """Take the cookies of an answer."""
        for line in answer.headers("Set-Cookie"):
            pair, *attributes = line.split(";")
            name, _, value = pair.strip().partition("=")
            if any(attribute.strip().lower() == "max-age=0" for attribute in attributes) or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value

    def _ask(self, request: str) -> Answer:
        if self._connection is None:
            self._connection = Connection(self.port)
        answer = self._connection.ask(request.encode())
        self.keep(answer)
        return answer


def form_to(page: Answer, action: str) -> Form:
    """The form of a page that goes to an address; a page without one is an error."""
    reader = _Forms()
    reader.feed(page.text)
    for form in reader.forms:
        if urlsplit(form.action).path == action:
            return form
    raise RuntimeError(f"The page ({page.status}) has no form that goes to {action}: {page.text[:3000]}")


def register(visitor: Visitor, address: str, name: str, password: str = PASSWORD) -> Answer:
    """Ask for an account; the browser is then logged in to the proposal."""
    answer = visitor.submit(
        visitor.get("/register"), "/register", author_email=address, author_name=name, author_password=password
    )
    return expect(answer, 303)


def confirm(visitor: Visitor, mail: Path, address: str) -> None:
    """Type the code of the newest letter to the address into the waiting page."""
    code = _code(_letter(mail, address))
    expect(visitor.submit(visitor.get("/"), "/confirm", code=code), 303)


def log_in(visitor: Visitor, address: str, password: str = PASSWORD) -> None:
    """Log in by the form."""
    page = visitor.get("/login")
    expect(visitor.submit(page, "/login", author_email=address, author_password=password), 303)


def shell(program: Program, *words: str, typed: str = "") -> None:
    """Run one of Byline's commands on the folder of a server, as an operator would."""
    command, environ = [program.command[0], *words], program.environ | {"BYLINE_DATA": str(program.data)}
    done = subprocess.run(command, env=environ, input=typed, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"byline {' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}")


def expect(answer: Answer, status: int) -> Answer:
    """The answer, if it has this status."""
    if answer.status != status:
        raise RuntimeError(f"{answer.status} instead of {status}: {answer.text[:3000]}")
    return answer


def _letter(mail: Path, address: str) -> str:
    """The text of the newest letter to an address, waited for: letters leave after the answer."""
    ends = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < ends:
        for path in sorted(mail.glob("*.eml"), reverse=True):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if str(letter["To"]).strip("<> ") == address:
                text = letter.get_body(("plain",))
                assert text is not None
                return str(text.get_content())
        time.sleep(0.02)
    raise RuntimeError(f"No letter to {address} within {LONGEST_WAIT_SECONDS} seconds")


def _code(text: str) -> str:
    without_links = re.sub(r"https?://\S+", "", text)
    found = re.search(r"(?<!\d)\d{3}[ -]?\d{3}(?!\d)", without_links)
    if found is None:
        raise RuntimeError(f"The letter holds no code of six digits: {text}")
    return found[0]


class _Forms(HTMLParser):
    """Collects the forms of a page; buttons are not pressed, unchecked boxes not sent."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: tuple[str, bool] | None = None
        self._fields: list[tuple[str, str]] = []
        self._files: list[str] = []
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._open = (given.get("action", ""), given.get("enctype") == "multipart/form-data")
            self._fields, self._files = [], []
        elif tag == "input" and name and self._open:
            kind = given.get("type", "text")
            if kind == "file":
                self._files.append(name)
            elif kind in _TEXT_INPUTS or (kind in {"checkbox", "radio"} and "checked" in given):
                self._fields.append((name, given.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self._textarea = name
            self._fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given):
            self._fields.append((self._select, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            name, text = self._fields[-1]
            self._fields[-1] = (name, text + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            name, text = self._fields[-1]
            self._fields[-1] = (name, text.removeprefix("\n"))
            self._textarea = None
        elif tag == "select":
            self._select = None
        elif tag == "form" and self._open:
            self.forms.append(Form(*self._open, tuple(self._fields), tuple(self._files)))
            self._open = None
