"""Bare Flask as a function, with a plain botocore client: a signed cookie, one batch of reads, as many bytes."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

import botocore.session
from apig_wsgi import make_lambda_handler
from flask import Flask, Response, abort, request

app = Flask(__name__, static_folder=None)
_secret = os.environ["PEER_SECRET"].encode()
_table = os.environ["PEER_TABLE"]
_keys = [{"k": {"S": key}} for key in json.loads(os.environ["PEER_KEYS"])]
_page = Path(os.environ["PEER_PAGE"]).read_bytes()
_dynamodb: Any = botocore.session.get_session().create_client("dynamodb")


@app.get("/")
def me() -> Response:
    """The page of whoever the cookie names."""
    name, _, mac = request.cookies.get("session", "").partition(".")
    if not hmac.compare_digest(mac, hmac.digest(_secret, name.encode(), hashlib.sha256).hex()):
        abort(403)
    found = _dynamodb.batch_get_item(RequestItems={_table: {"Keys": _keys, "ConsistentRead": True}})
    if len(found["Responses"][_table]) != len(_keys):
        abort(404)
    return Response(_page, mimetype="text/html")


web = make_lambda_handler(app, binary_support=True)
