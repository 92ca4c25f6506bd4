"""A stolen copy of the store opens nothing: no session, no known device, no second factor, no link and no password."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.attack.test_secret_links import links
from tests.environment import make_world
from tests.people import PASSWORD, make_portal, path_in
from tests.soft_authenticator import Passkey
from tests.web.test_passkeys import SECURITY, URL, asked, device, log_in
from tests.web.test_second_factors import seed_of, set_up

from byline.accounts import seeds
from byline.accounts.addresses import address_hash
from byline.accounts.authenticator_records import authenticator_from, authenticator_key
from byline.accounts.devices import device_id, known_device
from byline.accounts.records import device_key
from byline.accounts.webauthn import decoded
from byline.store.all_records import all_records

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal

    from byline.store.port import Record

ANA = "ana@example.org"


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return make_portal(make_world(tmp_path, url=URL, throttle=False))


class Secrets:
    """What the people of a portal hold: in cookies, in apps, on paper, in their heads and in their mailboxes."""

    def __init__(self) -> None:
        self.found: dict[str, bytes] = {"the password": PASSWORD.encode()}

    def keep(self, what: str, secret: str | bytes) -> None:
        self.found[what] = secret.encode() if isinstance(secret, str) else secret

    def keep_cookies(self, person: Person) -> None:
        """The random part of the cookies of a session and of a known device."""
        for name, what in (("byline", "session"), ("byline_device", "known device")):
            cookie = person.client.get_cookie(name)
            assert cookie
            signed, _, mac = cookie.value.rpartition(".")
            self.keep(f"the secret of the {what}", signed.rpartition(".")[2])
            self.keep(f"the MAC of the {what}", mac)

    def in_store(self, records: list[Record]) -> list[str]:
        """What of it a thief finds in the store, plain or in one of the usual encodings."""
        stored = json.dumps([[str(each.key), each.data, str(each.entry)] for each in records]).encode()
        return [what for what, secret in self.found.items() if any(form in stored for form in _forms(secret))]


def _forms(secret: bytes) -> set[bytes]:
    encodings = (base64.b64encode, base64.urlsafe_b64encode, base64.b32encode, base64.b16encode)
    forms = {secret, secret.lower(), secret.replace(b"-", b""), *(each(secret).rstrip(b"=") for each in encodings)}
    return forms | {secret.hex().encode(), json.dumps(secret.decode("latin-1")).strip('"').encode()}


def records_of(portal: Portal) -> list[Record]:
    return list(all_records(portal.world.ports.store))


@pytest.fixture
def people(portal: Portal) -> tuple[Person, Secrets]:
    """An author with everything that opens her account, and with a link of every kind on its way."""
    secrets = Secrets()
    for name, link in links(portal).items():
        secrets.keep(f"the link of {name}", link.rpartition("/")[2])
    new = portal.person("new@example.org", "Neo")
    new.register()
    secrets.keep("the link that confirms", path_in(new.letter(), "/confirm/").rpartition("/")[2])
    ana = portal.person(ANA)
    ana.log_in(remember=True)
    for number, code in enumerate(set_up(portal, ana)):
        secrets.keep(f"recovery code {number}", code)
    phone = Passkey.new("phone")
    answer = json.dumps(device().create(asked(ana, "register")["challenge"], phone))
    assert ana.post("/passkeys/register/finish", {"answer": answer}, form=SECURITY).status_code == 303
    secrets.keep("the private key of the passkey", phone.private.private_numbers().private_value.to_bytes(32, "big"))
    record = portal.world.ports.store.one(authenticator_key(portal.account(ANA).id))
    assert record
    sealed, about = authenticator_from(record).sealed, portal.account(ANA).id
    secrets.keep("the seed of the app", seeds.decrypt(portal.world.ports, sealed, about))
    ana.post("/account/security/authenticator/begin", form=SECURITY)
    [key] = re.findall(r'<code class="key">([^<]+)', ana.get("/account/security/authenticator").text)
    secrets.keep("the seed of an app that is being set up", seed_of(key))
    secrets.keep_cookies(ana)
    return ana, secrets


def test_no_secret_stands_in_the_store(portal: Portal, people: tuple[Person, Secrets]) -> None:
    _, secrets = people
    assert len(secrets.found) > 26

    assert secrets.in_store(records_of(portal)) == []


def test_a_secret_that_stood_there_would_be_found(portal: Portal) -> None:
    portal.waiting()
    record = records_of(portal)[0]
    for form in (str, str.upper, lambda text: base64.b64encode(text.encode()).decode()):
        secrets = Secrets()
        secrets.keep("planted", "The-Secret-Itself")
        planted = replace(record, data={"note": form("The-Secret-Itself")})
        assert secrets.in_store([planted]) == (["planted"] if form is not str.upper else [])


def test_a_hash_that_stands_in_the_store_is_not_taken_for_what_it_is_a_hash_of(
    portal: Portal, people: tuple[Person, Secrets]
) -> None:
    """Cookies are signed as the portal would sign them, so that nothing but the hash keeps the thief out."""
    assert people
    signer, ids = portal.world.ports.signer, [(each.key.kind, each.key.id) for each in records_of(portal)]
    account, stored = portal.account(ANA), portal.with_credentials(ANA).credentials
    sessions = [record_id for kind, record_id in ids if kind == "session"]
    assert len(sessions) > 2
    for each in sessions:
        thief, name = portal.person(), f"a.{account.id}.{account.profile_id}.{each}"
        thief.client.set_cookie("byline", f"{name}.{signer.mac('login', name)}")
        assert thief.get("/account").status_code == 302
    store, address_key = portal.world.ports.store, address_hash(account.address)
    devices = [record_id.rpartition("/")[2] for kind, record_id in ids if kind == "device"]
    assert len(devices) > 2
    for each in devices:
        found = store.get(device_key(address_key, device_id(each)))
        assert known_device(found, address_key, each, account, portal.world.ports) is None
    thief = portal.person()
    assert thief.log_in(password=stored.password_hash).status_code == 422
    thief.log_in()
    for code in stored.recovery_codes:
        assert thief.post("/login/verify", {"code": code}).status_code == 422
    [passkey] = stored.passkeys
    forged = Passkey(decoded(passkey), Passkey.new("forged").private)
    assert log_in(portal.person(), forged).status_code == 422
