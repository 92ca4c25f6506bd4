"""The five classes of account pre-hijacking: someone prepares an account for an address that is another person's.

Each test bears the name of its class (Sudhodanan and Paverd, "Pre-hijacked accounts", 2022). The rule is that whoever
proves the mailbox wins, and that everything set before that dies with what it was set in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.people import PASSWORD, path_in

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.authors import invitations, invitees

if TYPE_CHECKING:
    from tests.people import Person, Portal

ANA, MALLORY = "ana@example.org", "mallory@example.org"
THEIRS = "what the stranger chose first"
FACTOR_PAGES = (
    "/account/security",
    "/account/security/authenticator",
    "/account/sessions",
    "/account/devices",
    "/change_password",
)


def prepared(portal: Portal) -> Person:
    """A stranger who has registered with the address of somebody else, and stays logged in."""
    mallory = portal.person(ANA, "Mallory")
    mallory.password = THEIRS
    assert mallory.register().status_code == 303
    return mallory


def by_invitation(portal: Portal) -> Person:
    """The owner comes by an invitation of the press."""
    invitations.invite(portal.world.ports, OPERATOR, invitees.from_text(f"Ana Lima <{ANA}>"))
    ana = portal.person(ANA, "Ana Lima")
    return chosen(ana, path_in(ana.letter(), "/invitation/"))


def by_reset(portal: Portal) -> Person:
    """The owner comes by "Forgot your password?"."""
    ana = portal.person(ANA, "Ana Lima")
    ana.post("/reset", {"author_email": ANA})
    return chosen(ana, path_in(ana.letter(), "/reset/"))


def by_appointment(portal: Portal) -> Person:
    """The owner comes by an invitation to be a publisher."""
    publishers.add(portal.world.ports, OPERATOR, address=normalise(ANA), name="Ana Lima", password=None)
    ana = portal.person(ANA, "Ana Lima")
    return chosen(ana, path_in(ana.letter(), "/invitation/"))


def by_registering(portal: Portal) -> Person:
    """The owner registers, too."""
    ana = portal.person(ANA, "Ana Lima")
    ana.register()
    assert ana.confirm().status_code == 303
    return ana


def chosen(ana: Person, link: str) -> Person:
    """Choose a password at the page behind a link."""
    page = ana.get(link)
    answer = ana.post(page.headers.get("Location", link), {"author_name": "Ana Lima", "new_password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return ana


WAYS = [by_invitation, by_reset, by_appointment, by_registering]


@pytest.mark.parametrize("way", WAYS)
def test_classic_federated_merge(portal: Portal, way) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    mallory = prepared(portal)
    way(portal)

    intruder = portal.person(ANA)
    intruder.log_in(password=THEIRS)
    assert "Ana Lima" not in intruder.get("/").text
    assert intruder.get("/account").status_code in {302, 403}
    assert mallory.get("/account").status_code in {302, 403}


@pytest.mark.parametrize("way", WAYS)
def test_unexpired_session_identifier(portal: Portal, way) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    mallory = prepared(portal)
    way(portal)

    for path in ("/", "/account", "/history", "/publisher"):
        assert "Ana Lima" not in mallory.get(path).text


@pytest.mark.parametrize("way", WAYS)
def test_trojan_identifier(portal: Portal, way) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    mallory = prepared(portal)
    for path in FACTOR_PAGES:
        assert mallory.get(path).status_code == 403
    begun = mallory.post("/account/security/authenticator/begin", form="/")
    assert begun.status_code == 403
    asked = mallory.post("/passkeys/register/begin", form="/")
    assert asked.status_code in {403, 404}
    way(portal)

    credentials = portal.with_credentials(ANA).credentials
    assert not credentials.has_second_factor
    assert credentials.recovery_codes == ()
    assert mallory.get("/account/security").status_code in {302, 403}


@pytest.mark.parametrize("way", WAYS)
def test_unexpired_email_change(portal: Portal, way) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    mallory = prepared(portal)
    portal.world.work()
    of_victim = path_in(portal.world.mailer.to(ANA)[-1].text, "/confirm/")
    mallory.post("/confirm/address", {"author_email": MALLORY}, form="/")
    portal.world.work()
    of_change = path_in(portal.world.mailer.to(MALLORY)[-1].text, "/confirm/")
    way(portal)

    mallory.get(of_victim)
    mallory.get(of_change)
    assert portal.account(ANA).name == "Ana Lima"
    assert portal.account(ANA).id != portal.account(MALLORY).id


def test_non_verifying_identity_provider(portal: Portal) -> None:
    """There is no provider of identities; what comes nearest is an address that the press has typed or imported."""
    invitations.invite(portal.world.ports, OPERATOR, invitees.from_text(f"Ana Lima <{ANA}>"))
    portal.world.work()
    mallory = portal.person(ANA, "Mallory")
    mallory.password = THEIRS
    mallory.register()
    assert mallory.get("/account").status_code == 403

    ana = portal.person(ANA, "Ana Lima")
    [sent] = [mail for mail in portal.world.mailer.to(ANA) if "/invitation/" in mail.text]
    chosen(ana, path_in(sent.text, "/invitation/"))
    assert ana.get("/account").status_code == 200
    assert mallory.get("/account").status_code in {302, 403}
    intruder = portal.person(ANA)
    intruder.log_in(password=THEIRS)
    assert intruder.get("/account").status_code in {302, 403}
