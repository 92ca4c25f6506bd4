"""A portal and the people who come to it, each through the front door with a browser of their own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.people import PASSWORD, code_in, path_in

from byline.accounts.addresses import address_hash, normalise
from byline.accounts.records import claim_key
from byline.audit import OPERATOR
from byline.authors import decisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.variants import Variant
    from tests.browser.visitor import Visitor
    from tests.server import Server

DESK = "desk@marram.example"
CONFIRM = "Confirm your email address"
GATE_ONE = "You must confirm your email address by clicking the link sent to you via email."
GATE_TWO = "You must wait to have your account approved by the publisher."


@dataclass
class Portal:
    """A portal with a publisher, as somebody with this look finds it. ``numbers`` make addresses nobody else has."""

    server: Server
    variant: Variant
    comes: Callable[[Server], Visitor]
    numbers: Iterator[int]

    def visitor(self) -> Visitor:
        """A browser that has not been here."""
        return self.comes(self.server)

    def address(self, name: str = "ana") -> str:
        """An address that nobody has."""
        return f"{name}{next(self.numbers)}@example.org"

    def publisher(self) -> Visitor:
        """The publisher, logged in."""
        desk = self.visitor()
        desk.goes_to("/login")
        logs_in(desk, DESK)
        assert desk.path == "/publisher"
        return desk

    def waiting(self, address: str, name: str = "Ana Lima") -> Visitor:
        """Somebody who registered and confirmed."""
        person = self.visitor()
        registers(person, address, name)
        person.goes_to(path_in(self.letter(address, CONFIRM), "/confirm/"))
        assert GATE_TWO in person.text
        return person

    def author(self, address: str, name: str = "Ana Lima") -> Visitor:
        """Somebody approved, with their empty editor before them."""
        person = self.waiting(address, name)
        self._approve(address)
        person.goes_to("/")
        assert person.heading == "Your page"
        return person

    def _approve(self, address: str) -> None:
        """What `byline approve` does, without starting a program for it."""
        ports = self.server.ports()
        with closing(ports.store):
            claim = claim_key(address_hash(normalise(address)))
            decisions.approve(ports, OPERATOR, str(ports.store.get(claim)[claim].data["account"]))

    def letter(self, to: str, subject: str) -> str:
        """The plain part of somebody's newest letter with this subject, as it is in the mailbox."""
        body = self.server.letter(to, subject=subject).get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")

    def code(self, to: str) -> str:
        """The six digits in the newest letter to an address that is to be confirmed."""
        return code_in(self.letter(to, CONFIRM))


def registers(person: Visitor, address: str, name: str = "Ana Lima") -> None:
    """Create an account, up to the first gate."""
    person.goes_to("/register")
    person.types({"Name": name, "Email address": address, "Password": PASSWORD})
    person.presses("Create account")
    assert GATE_ONE in person.text


def logs_in(
    person: Visitor, address: str, password: str = PASSWORD, *, remember: bool = False, status: int = 200
) -> None:
    """Fill in the log-in form and send it."""
    if person.heading != "Log in":
        person.goes_to("/login")
    person.types({"Email address": address, "Password": password})
    if remember:
        person.page.get_by_label("Keep me logged in on this device").check()
    person.presses("Log in", within="main", status=status)
