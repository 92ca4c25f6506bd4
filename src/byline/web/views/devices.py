"""The known devices of one's own account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, url_for

from byline.accounts import device_list
from byline.messages import browsers
from byline.messages import devices as notices
from byline.web import form_recovery, identity
from byline.web.access import ACCOUNT, open_to, own_recovery, retention
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.messages.message import Message

bp = Blueprint("devices", __name__)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A row of ``account/devices.html``."""

    id: str
    name: str
    browser: Message
    first_at: datetime | None
    last_at: datetime | None
    is_this: bool


def _form(form: Form) -> Response:
    rows = [
        DeviceRow(
            each.device.id,
            each.device.name,
            browsers.in_words(each.device.browser),
            each.device.created_at,
            each.device.seen_at,
            each.is_this,
        )
        for each in device_list.read(ports(), identity.account_session(), secret=client().device_secret)
    ]
    return render_page(
        "account/devices.html",
        form.status,
        rows=rows,
        form=form,
        most_name=device_list.MOST_NAME,
        now=ports().clock.now(),
        owner=form_recovery.owner_of("devices"),
    )


@bp.get("/account/devices")
@open_to(ACCOUNT, extra_keys=own_recovery)
def overview() -> ResponseReturnValue:
    """The browsers that logged in to the account before."""
    return _form(Form())


@bp.post("/account/devices/rename")
@open_to(ACCOUNT, extra_keys=retention, form=_form)
def rename() -> ResponseReturnValue:
    """Give one a name."""
    is_there = device_list.rename(ports(), identity.account_session(), single("device"), single("device_name"))
    flash(notices.DEVICE_SAVED if is_there else notices.NO_SUCH_DEVICE)
    return redirect(url_for("devices.overview"), 303)


@bp.post("/account/devices/remove")
@open_to(ACCOUNT, extra_keys=retention, decision=True)
def remove() -> ResponseReturnValue:
    """Let one be unknown from now on."""
    was_there = device_list.remove(ports(), identity.account_session(), single("device"))
    flash(notices.DEVICE_FORGOTTEN if was_there else notices.NO_SUCH_DEVICE)
    return redirect(url_for("devices.overview"), 303)
