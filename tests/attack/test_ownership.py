"""Whatever id of somebody else's is put wherever one can be put: nothing of theirs is shown, and nothing changes."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.attack.route_walk import EDITOR, FORMS, Route, routes
from tests.people import PASSWORD, csrf_of, form_of, path_in

from byline.profiles import records as profile_records

if TYPE_CHECKING:
    from tests.people import Person, Portal

SECRET = "A first version that Bo took back."
NAMES = (
    "id", "account", "account_id", "author", "author_id", "profile", "profile_id", "user", "user_id", "session",
    "photo", "photo_id", "digest", "version", "number", "by", "saved_by", "old_slugs", "_user_id", "subject",
    "place", "for",
)  # fmt: skip
POWERS = {
    "role": "publisher", "state": "active", "confirmed": "1", "confirmed_at": "2020-01-01", "email_confirmed": "1",
    "publisher_confirmed": "1", "approved": "1", "is_publisher": "1", "is_admin": "1", "generation": "9",
    "address": "x@y.org", "password_hash": "x", "decided_at": "2020-01-01", "refusals": "0", "version": "9",
    "expires_at": "9999999999",
}  # fmt: skip


@pytest.fixture
def bo(portal: Portal) -> Person:
    """Somebody with an earlier version, a photo, an old address and a letter under way."""
    bo = portal.author("bo@example.org", "Bo Lund")
    photo = BytesIO()
    Image.new("RGB", (400, 400), "teal").save(photo, "PNG")
    bo.save(author_bio=SECRET, profile_img=(BytesIO(photo.getvalue()), "me.png"))
    bo.save(author_bio="What Bo shows.", author_slug="bo-the-poet")
    bo.save(author_bio="What Bo shows now.")
    portal.world.work()
    return bo


@pytest.fixture
def ana(portal: Portal, bo: Person) -> Person:
    """An author with a page of one version, who would like to have more than that."""
    ana = portal.author()
    ana.save(author_bio="Here.")
    portal.world.work()
    return ana


def ids(portal: Portal) -> dict[str, str]:
    """Everything of Bo's by which something of his is named."""
    account = portal.account("bo@example.org")
    profile = profile_of(portal)
    assert profile.content.photo
    return {
        "account": account.id,
        "profile": profile.id,
        "version": f"{profile.id}/000001",
        "slug": profile.slug,
        "old slug": "bo-lund",
        "photo": profile.content.photo.digest,
        "address": account.address,
    }


def profile_of(portal: Portal):  # noqa: ANN201 - byline.profiles.model.Profile
    account = portal.account("bo@example.org")
    key = profile_records.key(account.profile_id or "")
    return profile_records.from_record(portal.world.ports.store.get(key)[key])


def his(portal: Portal) -> dict[str, object]:
    """All that is kept of Bo, in the store and in the files."""
    found = ids(portal).values()
    records = portal.world.ports.store.scan(limit=1000).records
    mine = {f"{record.key}": record for record in records if any(one in f"{record.key} {record.data}" for one in found)}
    files = portal.world.ports.files
    return {
        **{key: record for key, record in mine.items() if "kind='job'" not in key and "kind='counter'" not in key},
        **{path: files.get(path) for path in files.paths() if "bo-" in path or ids(portal)["profile"] in path},
    }


def his_words(portal: Portal) -> tuple[str, ...]:
    return (SECRET, "bo@example.org", ids(portal)["photo"])


def place(route: Route, odd: str) -> list[str]:
    """The address with this in the place of one variable part after the other."""
    parts = re.findall(r"<[^>]+>", route.rule)
    return [Route("", "", route.rule.replace(part, odd)).at(account="0" * 24) for part in parts] or [route.rule]


def test_his_ids_in_every_address_show_her_nothing(portal: Portal, ana: Person) -> None:
    before = his(portal)
    names = [f"{ids(portal)['photo']}-{width}.jpg" for width in (96, 160, 320, 400, 640)]
    for route in routes(portal.app):
        if route.method == "GET" and not route.rule.startswith("/mailbox"):
            for odd in [*ids(portal).values(), *names, "2", "3"]:
                for path in place(route, odd):
                    answer = ana.get(path, query_string=dict.fromkeys(NAMES, odd))
                    assert answer.status_code in {200, 303, 404, 410}, path
                    assert not any(word in answer.text for word in his_words(portal)), path
    assert his(portal) == before


def test_his_photo_is_not_her_photo(portal: Portal, ana: Person, bo: Person) -> None:
    src = re.search(r'src="(/photo/[^"]+)"', bo.get("/").text)
    assert src
    assert bo.get(src[1]).status_code == 200
    assert ana.get(src[1]).status_code == 404
    publisher = portal.publisher()
    of = {name: f"/publisher/authors/{portal.account(f'{name}@example.org').id}" for name in ("ana", "bo")}
    assert publisher.get(of["bo"] + src[1]).status_code == 200
    assert publisher.get(of["ana"] + src[1]).status_code == 404


def test_his_ids_in_every_field_and_every_form_change_nothing_of_his(portal: Portal, ana: Person) -> None:
    before = his(portal)
    for route in routes(portal.app):
        if route.method != "POST" or route.endpoint in {"login.log_out", "login.log_in", "registration.register"}:
            continue
        for odd in ids(portal).values():
            extra = {**dict.fromkeys(NAMES, odd), **POWERS}
            for path in place(route, odd):
                token = csrf_of(ana.get("/logout"))
                fields = {**FORMS[route.endpoint], "csrf_token": token, "seen": "1"}
                if "author_slug" in fields:
                    fields["author_slug"] = "ana-lima"
                answer = ana.client.post(path, data={**extra, **fields})
                assert answer.status_code in {200, 303, 400, 404, 409, 410, 422}, path
                assert not any(word in answer.text for word in his_words(portal) if word != odd), path  # what she typed
    portal.world.work()
    assert his(portal) == before
    assert ana.get("/publisher").status_code == 404


def test_she_cannot_take_his_page_address_nor_one_he_had(portal: Portal, ana: Person) -> None:
    before = his(portal)
    for taken in ("bo-the-poet", "bo-lund", "Bo Lund", "BO_LUND", " bo--lund "):
        answer = ana.save(author_slug=taken)
        assert answer.status_code == 422
        assert "This page address is taken" in answer.text
    assert his(portal) == before


def test_an_editor_sealed_for_him_is_not_hers(portal: Portal, ana: Person, bo: Person) -> None:
    before = his(portal)
    sealed = {key: value for key, value in form_of(bo.get("/")).items() if key != "csrf_token"}
    answer = ana.client.post("/", data={**sealed, "csrf_token": csrf_of(ana.get("/")), "author_slug": "ana-lima"})
    assert answer.status_code in {303, 409}  # her own page, whatever the seal says
    answer = ana.client.post("/", data={**sealed, "csrf_token": "old"})
    assert answer.status_code == 400
    assert his(portal) == before


def test_a_text_kept_for_him_is_dropped_when_she_logs_in(portal: Portal, ana: Person, bo: Person) -> None:
    before = his(portal)
    form = {**form_of(bo.get("/")), "author_bio": "A draft of Bo's that nobody saw."}
    stranger = portal.person()
    page = stranger.client.post("/", data=form)
    kept = dict(re.findall(r'name="(kept\w*)" value="([^"]*)"', page.text))
    assert set(kept) == {"kept", "kept_for", "kept_seal"}
    kept = {
        name: value.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&") for name, value in kept.items()
    }
    account = portal.account("ana@example.org")
    for changed in (
        kept,
        {**kept, "kept_for": account.id},
        {**kept, "kept": kept["kept"].replace(portal.account("bo@example.org").id, account.id)},
        {**kept, "kept_seal": kept["kept_seal"][::-1]},
        {**kept, "kept_seal": ""},
        {**kept, "kept_seal": "\u00e9"},
    ):
        browser = portal.person()
        data = {**changed, "author_email": "ana@example.org", "author_password": PASSWORD}
        answer = browser.post("/login", data)  # type: ignore[arg-type]
        assert answer.status_code == 303
        for path in ("/", "/history"):
            assert "A draft of Bo" not in browser.get(path).text
    assert his(portal) == before


def test_what_somebody_may_do_is_not_taken_from_the_form_they_register_with(portal: Portal) -> None:
    person = portal.person("new@example.org", "Nora")
    data = {"author_email": person.address, "author_name": person.name, "author_password": PASSWORD, **POWERS}
    assert person.post("/register", data).status_code == 303  # type: ignore[arg-type]
    assert "You must confirm" in person.get("/").text
    assert person.confirm().status_code == 303
    account = portal.account("new@example.org")
    assert (account.role.value, account.state.value, account.generation) == ("author", "waiting", 1)
    assert "You must wait" in person.get("/").text

    form = portal.person("other@example.org")
    form.post("/reset", {"author_email": "other@example.org"})
    assert person.get("/publisher").status_code == 404


def test_his_links_do_nothing_for_her_that_they_would_not_do_for_anybody(portal: Portal, ana: Person) -> None:
    carl = portal.person("carl@example.org", "Carl")
    carl.register()
    link = path_in(carl.letter(), "/confirm/")
    before = portal.account("ana@example.org")
    for path in (link, link[:-1], link.replace("/confirm/", "/reset/"), link.replace("/confirm/", "/publisher/first/")):
        page = ana.get(path)
        assert page.status_code in {200, 410}
        answer = ana.client.post(
            path, data={"csrf_token": csrf_of(ana.get("/logout")), "author_password": carl.password}
        )
        assert answer.status_code in {200, 410}
    assert portal.account("ana@example.org") == before
    assert "You must confirm" in carl.get("/").text


def test_the_editor_of_an_author_is_a_publishers_for_that_author_alone(portal: Portal, ana: Person) -> None:
    publisher, before = portal.publisher(), his(portal)
    at = {name: f"/publisher/authors/{portal.account(f'{name}@example.org').id}" for name in ("ana", "bo")}
    form = form_of(publisher.get(f"{at['bo']}/edit"))

    # A form that was made for Bo, sent to Ana's address: what it holds lands on the page that the address names.
    data = {**EDITOR, "csrf_token": form["csrf_token"], "owner": form["owner"], "author_slug": "ana-lima"}
    answer = publisher.client.post(f"{at['ana']}/edit", data=data)
    assert answer.status_code == 303
    portal.world.work()
    assert his(portal) == before
    answer = publisher.client.post(f"{at['ana']}/edit", data={**form, "csrf_token": "old"})
    assert answer.status_code == 400
    for number in (2, 3):
        assert publisher.get(f"{at['bo']}/history/{number}").status_code == 200
    assert publisher.get(f"{at['ana']}/history/3").status_code == 404
