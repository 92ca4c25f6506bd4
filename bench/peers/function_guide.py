"""A function as guides to Flask on Lambda have it: Flask-Login, and ``boto3.resource`` made anew for each call."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import boto3
from apig_wsgi import make_lambda_handler
from flask import Flask, Response, abort
from flask_login import LoginManager, UserMixin, login_required

app = Flask(__name__, static_folder=None)
app.secret_key = os.environ["PEER_SECRET"]
login_manager = LoginManager()
login_manager.init_app(app)
_profile = next(key for key in json.loads(os.environ["PEER_KEYS"]) if key.startswith("profile#"))
_page = Path(os.environ["PEER_PAGE"]).read_bytes()


class Author(UserMixin):
    """Who is logged in: an item of the table."""

    def __init__(self, key: str, item: dict[str, Any]) -> None:
        self.id = key
        self.item = item


@login_manager.user_loader
def load(key: str) -> Author | None:
    """The account that the session names."""
    item = _item(key)
    return Author(key, item) if item else None


@app.get("/")
@login_required
def me() -> Response:
    """The author's own page."""
    if not _item(_profile):
        abort(404)
    return Response(_page, mimetype="text/html")


def _item(key: str) -> dict[str, Any]:
    table: Any = boto3.resource("dynamodb").Table(os.environ["PEER_TABLE"])
    item: dict[str, Any] = table.get_item(Key={"k": key}).get("Item", {})
    return item


web = make_lambda_handler(app, binary_support=True)
