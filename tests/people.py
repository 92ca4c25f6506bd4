"""People for the tests: they walk in by the front door, read their letters and press the buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from byline.web.app import create_app

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from tests.environment import World
    from werkzeug.test import TestResponse

PASSWORD = "eleven herons on a slow barge"


@dataclass
class Person:
    """A browser with somebody in front of it."""

    world: World
    client: FlaskClient
    address: str
    name: str
    password: str = PASSWORD

    def get(self, path: str, **options: object) -> TestResponse:
        answer = self.client.get(path, **options)  # type: ignore[arg-type]
        if "/~" in answer.headers.get("Location", ""):  # the token of a link leaves the address
            return self.get(answer.headers["Location"], **options)
        return answer

    def post(
        self, path: str, data: dict[str, object] | None = None, *, form: str | None = None, **options: object
    ) -> TestResponse:
        """Send a form, with the token of the page it stands on (``form``: the page, else the address itself)."""
        token = csrf_of(self.get(form or path))
        return self.client.post(path, data={"csrf_token": token, **(data or {})}, **options)  # type: ignore[arg-type]

    def register(self) -> TestResponse:
        data = {"author_email": self.address, "author_name": self.name, "author_password": self.password}
        return self.post("/register", data)  # type: ignore[arg-type]

    def log_in(self, *, remember: bool = False, password: str | None = None) -> TestResponse:
        data: dict[str, object] = {"author_email": self.address, "author_password": password or self.password}
        if remember:
            data["remember_me"] = "1"
        return self.post("/login", data)

    def log_out(self) -> TestResponse:
        return self.post("/logout")

    def confirm(self) -> TestResponse:
        """Open the link of the newest letter in this browser."""
        self.world.work()
        return self.get(path_in(self.world.mailer.to(self.address)[-1].text, "/confirm/"))

    def letter(self) -> str:
        """The newest letter's plain part."""
        self.world.work()
        return self.world.mailer.to(self.address)[-1].text

    def save(self, **fields: object) -> TestResponse:
        """Save one's own page with some fields changed."""
        page = self.get("/")
        rights = {"photo_rights": "1"} if "profile_img" in fields else {}
        return self.client.post("/", data={**form_of(page), **rights, **fields}, content_type="multipart/form-data")


@dataclass
class Portal:
    """An application and the people who come to it."""

    world: World
    app: Flask

    def person(self, address: str = "ana@example.org", name: str = "Ana Lima") -> Person:
        """Somebody with a browser of their own, who has not been here."""
        return Person(self.world, self.app.test_client(), address, name)

    def publisher(
        self, address: str = "desk@marram.example", name: str = "Ines Vale", *, is_excused: bool = True
    ) -> Person:
        """A publisher, logged in. One who is excused needs no second factor however far a test goes ahead in time."""
        from byline.accounts import publishers
        from byline.accounts.addresses import normalise
        from byline.audit import OPERATOR

        publishers.add(self.world.ports, OPERATOR, address=normalise(address), name=name, password=PASSWORD)
        person = self.person(address, name)
        assert person.log_in().status_code == 303
        if is_excused:
            self._excuse(address)
        return person

    def _excuse(self, address: str) -> None:
        from dataclasses import replace
        from datetime import timedelta

        from byline.accounts.records import account_record
        from byline.store.port import Replace

        account, later = self.account(address), self.world.clock.now() + timedelta(days=5_000)
        excused = replace(account, factor_due_at=later, version=account.version + 1)
        if account.factor_due_at is not None:
            self.world.ports.store.commit(Replace(account_record(excused)))

    def waiting(self, address: str = "ana@example.org", name: str = "Ana Lima") -> Person:
        """Somebody who has confirmed and waits."""
        person = self.person(address, name)
        assert person.register().status_code == 303
        assert person.confirm().status_code == 303
        return person

    def author(self, address: str = "ana@example.org", name: str = "Ana Lima") -> Person:
        """An approved author, logged in, who has saved nothing."""
        person = self.waiting(address, name)
        self.approve(address)
        return person

    def approve(self, address: str) -> None:
        from byline.audit import OPERATOR
        from byline.authors import decisions

        decisions.approve(self.world.ports, OPERATOR, self.account(address).id)

    def account(self, address: str):  # noqa: ANN201 - byline.accounts.model.Account
        from byline.accounts.addresses import address_hash, normalise
        from byline.accounts.records import account_from, account_key, claim_key

        key = claim_key(address_hash(normalise(address)))
        account_id = str(self.world.ports.store.get(key)[key].data["account"])
        return account_from(self.world.ports.store.get(account_key(account_id))[account_key(account_id)])

    def password_hash(self, address: str) -> str | None:
        """The hash of the password that opens an account."""
        return self.with_credentials(address).credentials.password_hash

    def with_credentials(self, address: str):  # noqa: ANN201 - byline.accounts.credentials.AccountWithCredentials
        from byline.accounts.credentials import find_with_credentials

        found = find_with_credentials(self.world.ports, self.account(address).id)
        assert found
        return found


def make_portal(world: World, **options: object) -> Portal:
    """The application of a world."""
    return Portal(world, create_app(world.ports, mailbox_at=world.mailer, **options))  # type: ignore[arg-type]


def csrf_of(page: TestResponse) -> str:
    """The CSRF token of the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]*)"', page.get_data(as_text=True))
    assert found, page.get_data(as_text=True)[:2000]
    return found[1]


def path_in(text: str, prefix: str) -> str:
    """The path of the link in a letter that begins with this."""
    found = re.search(r"https?://[^/\s]+(" + re.escape(prefix) + r"\S+)", text)
    assert found, text
    return found[1]


def code_in(text: str) -> str:
    """The six digits of a letter."""
    found = re.search(r"(?m)^\s*(\d{3} ?\d{3})\s*$", text)
    assert found, text
    return found[1]


def form_of(page: TestResponse) -> dict[str, object]:
    """What the editor's form holds, as a browser would send it."""
    html = page.get_data(as_text=True)
    form = html[html.index('<form class="editor"') :]
    form = form[: form.index("</form>")]
    data: dict[str, object] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        attributes = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if "name" not in attributes or attributes["type"] == "file":
            continue
        if attributes["type"] in {"radio", "checkbox"} and " checked" not in tag:
            continue
        name, value = attributes["name"], attributes.get("value", "")
        if name.startswith(("link_", "book_")):
            rows = data.setdefault(name, [])
            assert isinstance(rows, list)
            rows.append(value)
        else:
            data[name] = value
    data.pop("book_cover_kept", None)
    names = r'<(?:input type="hidden"|select [^>]*) name="book_cover_kept"'
    kept = re.findall(names + r'(?: value="([^"]*)")?>(?:\s*<option value="([^"]*)")?', form)
    data["book_cover_kept"] = [value or chosen for value, chosen in kept]
    for name in ("link_own", "link_network"):
        chosen = re.findall(rf'<select [^>]*name="{name}">(.*?)</select>', form, re.DOTALL)
        data[name] = [found[1] if (found := re.search(r'value="([^"]*)" selected', each)) else "" for each in chosen]
    for name, value in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        data[name] = unescape(value)
    return data
