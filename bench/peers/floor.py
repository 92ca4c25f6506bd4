"""The floor: a bare WSGI function. What the server, the cookie and the rows cost, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from bench.peers.desk import Desk

_HTML = ("Content-Type", "text/html; charset=utf-8")
_TO_START = (("Location", "/"), ("Content-Length", "0"))


def application(desk: Desk) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The WSGI function on a desk."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path, posted = environ["PATH_INFO"], environ["REQUEST_METHOD"] == "POST"
        if posted:
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        if path == "/login":
            if posted:
                start(
                    "303 See Other",
                    [("Location", "/"), ("Set-Cookie", desk.log_in("author0")), ("Content-Length", "0")],
                )
                return []
            body = desk.login_form
        elif path == "/":
            person = desk.person(environ.get("HTTP_COOKIE", ""))
            if person is None:
                start("302 Found", [("Location", "/login"), ("Content-Length", "0")])
                return []
            if posted:
                desk.save(person)
                start("303 See Other", [*_TO_START])
                return []
            body = desk.me(person)
        else:
            body = desk.public()
        start("200 OK", [_HTML, ("Content-Length", str(len(body)))])
        return [body]

    return answer
