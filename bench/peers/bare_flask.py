"""The same desk behind bare Flask: one route for each address, Flask as it comes, nothing added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, redirect, request

if TYPE_CHECKING:
    from bench.peers.desk import Desk
    from werkzeug.wrappers import Response as AnyResponse


def application(desk: Desk) -> Flask:
    """The Flask application on a desk."""
    app = Flask(__name__, static_folder=None)

    def person() -> str | None:
        return desk.person(request.headers.get("Cookie", ""))

    @app.get("/login")
    def login_form() -> Response:
        return Response(desk.login_form, mimetype="text/html")

    @app.post("/login")
    def log_in() -> AnyResponse:
        assert request.form["author_password"]
        answer = redirect("/", 303)
        answer.headers["Set-Cookie"] = desk.log_in("author0")
        return answer

    @app.get("/")
    def me() -> AnyResponse:
        who = person()
        return Response(desk.me(who), mimetype="text/html") if who else redirect("/login")

    @app.post("/")
    def save() -> AnyResponse:
        who = person()
        if who is None:
            return redirect("/login")
        assert request.form["author_bio"]
        desk.save(who)
        return redirect("/", 303)

    @app.get("/authors/<slug>/")
    def public(slug: str) -> Response:
        assert slug
        return Response(desk.public(), mimetype="text/html")

    return app
