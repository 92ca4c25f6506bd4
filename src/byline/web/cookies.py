"""The cookies: who this browser is logged in as, what it carries until then, and that it has logged in before.

Flask's ``session`` over a ``SessionInterface`` of our own. The first cookie names a session's record and has a MAC, so
that a forged one costs no store call; Flask-Login reads and writes it as ``_user_id``. The second is short-lived and
signed: the nonce of the CSRF token before a login, the name of a session that has ended, the tokens of links that were
opened (``secret_links``), and what ``flash`` leaves for the next page; never an address that was typed. It has no
record. The third holds the secret of a known device (``accounts/devices.py``) and outlives the logout.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from flask.sessions import SessionInterface, SessionMixin

from byline.accounts.devices import DEVICE_SECONDS
from byline.accounts.sessions import REMEMBERED_SECONDS

if TYPE_CHECKING:
    from flask import Flask, Request, Response

    from byline.ports import Ports

VISIT_SECONDS = 12 * 3600
MAX_COOKIE_LENGTH = 3_000
DEVICE = "_device"
"""Under which ``session`` keeps the secret of a known device."""
LOGGED_IN = "_user_id"
"""Under which Flask-Login keeps the name of the session, in Flask's session."""
_FLASHES = "_flashes"
_CARRIED = ("nonce", "ended", _FLASHES, "sent", "undo", "done", "confirmed", "links", "second", "passkey")


class BrowserSession(dict[str, Any], SessionMixin):
    """What the cookies said; Flask's keys, Flask-Login's and ours side by side."""

    def __init__(self, name: str | None, carried: dict[str, Any], device: str | None = None) -> None:
        super().__init__(carried)
        self.name_before = name
        self.device_before = device
        if device is not None:
            self[DEVICE] = device
        self.carried_before = carried
        if name is not None:
            self[LOGGED_IN] = name
        if _FLASHES in carried:  # ``flash`` adds to the list itself
            self[_FLASHES] = carried[_FLASHES].copy()

    @property
    def carried(self) -> dict[str, Any]:
        """What the short-lived cookie should hold now."""
        carried = {key: self[key] for key in _CARRIED if self.get(key)}
        if _FLASHES in carried:  # the newest alone: a cookie that grows too long would be lost with all that is in it
            carried[_FLASHES] = carried[_FLASHES][-1:]
        return carried


class Cookies(SessionInterface):
    """Reads and writes them; ``__Host-`` and Secure where the public address is https (RFC 6265bis, 4.1.3.2)."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        prefix = "__Host-" if ports.site.secure else ""
        self.login_name = f"{prefix}byline"
        self.visit_name = f"{prefix}byline_visit"
        self.device_name = f"{prefix}byline_device"

    def open_session(self, app: Flask, request: Request) -> BrowserSession:  # noqa: ARG002 - Flask's signature
        """Read the cookies; one that is not ours counts as absent."""
        cookies = request.cookies
        if not cookies:
            return BrowserSession(None, {})
        name = self._checked("login", _only(cookies.getlist(self.login_name)))
        carried = _only(cookies.getlist(self.visit_name))
        sent = _only(cookies.getlist(self.device_name))
        device = self._checked("device", sent)
        session = BrowserSession(name, self._carried(carried) if carried else {}, device)
        if device is not None and sent != self._signed("device", device):
            session.device_before = None  # signed by a key that ends in a month: it is signed anew, for its year
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        """Write the cookies that changed, and only these."""
        assert isinstance(session, BrowserSession)  # noqa: S101 - what open_session made
        name = session.get(LOGGED_IN)
        if name != session.name_before:
            if name is None:
                self._drop(response, self.login_name)
            else:
                age = REMEMBERED_SECONDS if session.permanent else None
                self._set(response, self.login_name, self._signed("login", name), age)
        device = session.get(DEVICE, session.device_before)  # the log-out forgets the session, not the device
        if device is not None and device != session.device_before:
            self._set(response, self.device_name, self._signed("device", device), DEVICE_SECONDS)
        carried = session.carried
        if carried != session.carried_before:
            if carried:
                self._set(response, self.visit_name, self._packed(carried), VISIT_SECONDS)
            else:
                self._drop(response, self.visit_name)

    def _checked(self, purpose: str, value: str | None) -> str | None:
        if not value or len(value) > MAX_COOKIE_LENGTH or not value.isascii():
            return None
        name, _, mac = value.rpartition(".")
        return name if self._ports.signer.verifies(mac, purpose, name) else None

    def _carried(self, value: str) -> dict[str, Any]:
        body = self._checked("visit", value)
        if body is None:
            return {}
        data = json.loads(base64.urlsafe_b64decode(body))
        until = data.pop("until")
        if (said := data.pop("said", None)) is not None:  # as written until November 2026
            data[_FLASHES] = [["message", said]]
        return data if self._ports.clock.now().timestamp() < until else {}

    def _packed(self, carried: dict[str, Any]) -> str:
        until = int(self._ports.clock.now().timestamp()) + VISIT_SECONDS
        # As UTF-8: a name of two hundred characters in ``\u`` escapes would not fit into a cookie.
        text = json.dumps({**carried, "until": until}, ensure_ascii=False, separators=(",", ":"))
        body = base64.urlsafe_b64encode(text.encode()).decode()
        return self._signed("visit", body)

    def _signed(self, purpose: str, value: str) -> str:
        return f"{value}.{self._ports.signer.mac(purpose, value)}"

    def _set(self, response: Response, name: str, value: str, age: int | None) -> None:
        response.set_cookie(
            name, value, max_age=age, path="/", secure=self._ports.site.secure, httponly=True, samesite="Lax"
        )

    def _drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self._ports.site.secure, httponly=True, samesite="Lax")


def _only(values: list[str]) -> str | None:
    """The one value; of two cookies of one name, one was planted, and nothing tells which."""
    return values[0] if len(values) == 1 else None
