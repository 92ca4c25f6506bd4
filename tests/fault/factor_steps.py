"""Steps about second factors: set up, lost, recovered."""

from __future__ import annotations

import base64
import re
from html import unescape
from typing import TYPE_CHECKING

from tests.fault.steps import _author_of, as_publisher
from tests.people import csrf_of, path_in

from byline.accounts import totp

if TYPE_CHECKING:
    from tests.fault.steps import Setting, Step

STARTED, READY = "Your account is to be recovered", "You can recover your account now"


def sets_up_an_app(name: str) -> Step:
    """Nobody dies in it: its one answer has the recovery codes, and who did not get it has to log in with the app."""

    def step(setting: Setting) -> None:
        person = setting.person(name)
        assert person.post("/account/security/authenticator/begin", form="/account/security").status_code == 303
        page = person.get("/account/security/authenticator").text
        typed = unescape(re.findall(r'<code class="key">([^<]+)', page)[0]).replace(" ", "")
        seed = base64.b32decode(typed + "=" * (-len(typed) % 8))
        code = totp.code_at(seed, totp.step_of(person.world.clock.now()))
        assert person.post("/account/security/authenticator", {"code": code}).status_code == 200

    return step


def starts_the_recovery(address: str) -> Step:
    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        at = _author_of(desk, address)
        if f'"{at}/recovery"' in desk.get(at).text:
            assert desk.post(f"{at}/recovery", form=f"{at}/recovery").status_code == 303
        assert "A recovery of this account is under way" in desk.get(at).text

    return step


def stops_the_recovery(name: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        link = path_in(setting.letters(person.address, STARTED)[-1].text, "/recovery/stop/")
        page = person.get(link, follow_redirects=True)
        assert page.status_code in {200, 410}
        if page.status_code == 200:
            assert person.client.post(page.request.path, data={"csrf_token": csrf_of(page)}).status_code == 303

    return step


def finds_no_link(name: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        assert not setting.letters(person.address, READY)
        person.log_in()
        assert "code" in person.get("/login/verify").text

    return step


def finishes_the_recovery(name: str, new: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        link = path_in(setting.letters(person.address, READY)[-1].text, "/recovery/")
        page = person.get(link, follow_redirects=True)
        if page.status_code == 200:
            fields = {"csrf_token": csrf_of(page), "new_password": new}
            assert person.client.post(page.request.path, data=fields).status_code == 303
        else:
            assert page.status_code == 410
            assert person.log_in(password=new).headers["Location"] == "/"
        person.password = new

    return step
