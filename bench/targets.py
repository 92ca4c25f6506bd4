"""What is asked of each server: the same five requests of Byline and of its peers, with the same bytes in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.front_door import PASSWORD, Visitor, confirm, expect, form_to, log_in, register, shell
from bench.load import COUNT, Line, Load, run
from bench.peers.desk import AUTHORS, Sizes, cookie

if TYPE_CHECKING:
    from bench.servers import Server

LOGIN_FORM, ME, PUBLIC, SAVE, LOGIN = "login form", "logged-in page", "reader's page", "saving a page", "login"
STATUS = {LOGIN_FORM: 200, ME: 200, PUBLIC: 200, SAVE: 303, LOGIN: 303}
BIOGRAPHY = "\n\n".join(
    f"Ana Lima was born in {place} and writes about *rivers*, towns and the people who leave them; "
    f"her {number} novels have been [translated](https://example.org/{number}) into a dozen languages. "
    "She has taught, kept bees, edited a small magazine for **nine** years, and lives where the tram ends."
    for place, number in (("Porto", "first"), ("Lund", "later"), ("Trieste", "last"), ("Graz", "lost"))
)


@dataclass(slots=True)
class Target:
    """A server that runs and is full of people, and what each connection sends for each kind of request."""

    server: Server
    lines: dict[str, list[Line]]

    def load(self, kind: str, seconds: float, *, connections: int = AUTHORS) -> Load:
        """The load of one kind."""
        return Load(self.server.port, seconds, STATUS[kind], self.lines[kind][:connections])

    def note(self, kind: str, counts: list[int]) -> None:
        """Remember how far saving has come, for the next load."""
        lines = self.lines[kind]
        self.lines[kind] = [Line(line.head, line.body, count) for line, count in zip(lines, counts, strict=True)]


def open_accounts(server: Server) -> None:
    """Four authors, confirmed and approved, by Byline's own front door."""
    for number in range(AUTHORS):
        open_account(server, number)


def open_account(server: Server, number: int) -> None:
    """One of them."""
    visitor, address = Visitor(server.port), address_of(number)
    register(visitor, address, "Ana Lima")
    confirm(visitor, server.program.data / "mail", address)
    shell(server.program, "approve", address)
    visitor.leave()


def at_work(server: Server, number: int) -> Visitor:
    """The browser of one of them, who has logged in and saved a page."""
    visitor = Visitor(server.port)
    log_in(visitor, address_of(number))
    _save(visitor)
    expect(visitor.get("/"), 200)  # as a browser does; its page says "Saved", and the next one does not
    return visitor


def byline_target(server: Server) -> Target:
    """Byline, where those four have logged in and saved a page each."""
    visitors = [at_work(server, number) for number in range(AUTHORS)]
    editor = expect(visitors[0].get("/"), 200)
    slug = dict(form_to(editor, "/").fields)["author_slug"]
    stranger = Visitor(server.port)
    lines = {
        LOGIN_FORM: [Line(stranger.head("GET", "/login"))] * AUTHORS,
        ME: [Line(visitor.head("GET", "/")) for visitor in visitors],
        PUBLIC: [Line(stranger.head("GET", f"/authors/{slug}/"))] * AUTHORS,
        SAVE: [_saving(visitor) for visitor in visitors],
        LOGIN: [_logging_in(server, number) for number in range(AUTHORS)],
    }
    return Target(server, lines)


def peer_target(server: Server, model: Target | None) -> Target:
    """A peer, asked the same: the bodies are Byline's, where there is one to be compared with."""
    visitor = Visitor(server.port)
    form = "application/x-www-form-urlencoded"
    saving = model.lines[SAVE] if model else [Line(f"\r\nContent-Type: {form}", f"author_bio={'x' * 1_500}")] * AUTHORS
    login = model.lines[LOGIN] if model else [Line(f"\r\nContent-Type: {form}", "author_password=x")] * AUTHORS

    def posted(path: str, line: Line) -> Line:
        kind = next(part for part in line.head.split("\r\n") if part.startswith("Content-Type:"))
        return Line(f"{visitor.head('POST', path)}\r\n{kind}", line.body, line.count)

    lines: dict[str, list[Line]] = {LOGIN_FORM: [], ME: [], PUBLIC: [], SAVE: [], LOGIN: []}
    for number in range(AUTHORS):
        visitor.cookies.clear()
        lines[LOGIN_FORM].append(Line(visitor.head("GET", "/login")))
        lines[PUBLIC].append(Line(visitor.head("GET", "/authors/ana-lima/")))
        lines[LOGIN].append(posted("/login", login[number]))
        visitor.cookies["session"] = cookie(f"author{number}")
        lines[ME].append(Line(visitor.head("GET", "/")))
        lines[SAVE].append(posted("/", saving[number]))
    return Target(server, lines)


def sizes(target: Target) -> Sizes:
    """How many bytes the pages of a target have."""

    def body_bytes(kind: str) -> int:
        return run(target.load(kind, 0.05)).body_bytes

    return Sizes(body_bytes(LOGIN_FORM), body_bytes(ME), body_bytes(PUBLIC), len(BIOGRAPHY.encode()))


def _save(visitor: Visitor, text: str = BIOGRAPHY) -> None:
    page = expect(visitor.get("/"), 200)
    expect(visitor.submit(page, "/", author_bio=text), 303)


def _saving(visitor: Visitor) -> Line:
    """The editor's form with its text, and the version that it was made for as a number to count up: in the text, too,
    since a save that changes nothing makes no version.
    """
    before = expect(visitor.get("/"), 200)
    _save(visitor, f"{BIOGRAPHY} Again.")
    after = expect(visitor.get("/"), 200)
    old, new = dict(form_to(before, "/").fields), dict(form_to(after, "/").fields)
    counting = [name for name in new if new[name].isdigit() and new[name] != old[name]]
    if len(counting) != 1 or int(new[counting[0]]) != int(old[counting[0]]) + 1:
        raise RuntimeError(f"One save should raise one number in the editor's form by one, but it moved {counting}")
    name = counting[0]
    head, body = visitor.filled(after, "/", **{"author_bio": f"{BIOGRAPHY} {COUNT}", name: COUNT})
    return Line(head, body, int(new[name]))


def _logging_in(server: Server, number: int) -> Line:
    """The log-in form of a browser that holds no session."""
    visitor = Visitor(server.port)
    page = expect(visitor.get("/login"), 200)
    head, body = visitor.filled(page, "/login", author_email=address_of(number), author_password=PASSWORD)
    visitor.leave()
    return Line(head, body)


def address_of(number: int) -> str:
    return f"author{number}@example.org"
