"""The text of an editor that outlived its session: whose it is, and how it goes along through a log-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.exceptions import BadRequest

from byline.links import constant_time_equal
from byline.web import forms, identity
from byline.web.context import ports
from byline.web.csrf import OfAnother
from byline.web.forms import single
from byline.web.views.login_form import form_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

FIELDS = ("author_name", "author_sort_name", "author_slug", "author_bio", "remove_img")


def form_owner(editor_id: str, author_id: str) -> str:
    """What a form says of who edits whose page, sealed: it is believed when the session it came from is over."""
    return f"{editor_id}.{author_id}.{ports().signer.mac('owner', editor_id, author_id)}"


def owners() -> tuple[str, str] | None:
    """The ids of who edited and of whose page it is, in the form that was sent; ``None`` if it is no form of ours."""
    sent = single("owner")
    editor_id, _, rest = sent.partition(".")
    author_id = rest.partition(".")[0]
    return (editor_id, author_id) if constant_time_equal(sent, form_owner(editor_id, author_id)) else None


def check_whose() -> None:
    """``OfAnother`` if a form without this session's token is from a session of another account.

    Nothing of the text is shown again: whoever is logged in now may be somebody else than who typed it.
    """
    sent = owners()
    if sent is not None and sent[0] != identity.me().actor.account_id:
        raise OfAnother


def text_without_session() -> Response | None:
    """The log-in with the text of a form that outlived its session; ``None`` if it is no form of ours."""
    sent = owners()
    if sent is None:
        return None
    editor_id, author_id = sent
    return form_page(kept=keep_text(editor_id, {**typed_text(), "author": author_id}))


def keep_text(account_id: str, text: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Hidden fields that carry a text through a log-in, sealed for the account it was written by."""
    body = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
    return (
        ("kept", body),
        ("kept_for", account_id),
        ("kept_seal", ports().signer.mac("kept", account_id, body)),
    )


def recovered_text() -> tuple[tuple[str, str], ...]:
    """The hidden fields that came back, if they are the ones that were sent."""
    body, account_id, seal = single("kept"), single("kept_for"), single("kept_seal")
    body = body.replace("\r\n", "\n")
    if not body or not constant_time_equal(seal, ports().signer.mac("kept", account_id, body)):
        return ()
    return (("kept", body), ("kept_for", account_id), ("kept_seal", seal))


def typed_text() -> dict[str, Any]:
    """Everything typed into the form that was sent, as it goes along."""
    return {"fields": typed(), "links": [list(row) for row in forms.link_rows()], "seen": forms.seen() or 0}


def text_from(kept: Mapping[str, Any]) -> tuple[dict[str, str], list[tuple[str, str]], int]:
    """The fields, the rows of links and the number of the version in a text that came back from a log-in."""
    try:
        rows = [(str(label), str(url)) for label, url in kept["links"]]
        return dict(kept["fields"]), rows, int(kept["seen"])
    except (KeyError, TypeError, ValueError) as fault:
        raise BadRequest from fault


def typed() -> dict[str, str]:
    """What was typed into the fields of the form that was sent; the links are apart."""
    return {name: single(name).replace("\r\n", "\n") for name in FIELDS if name in request.form}
