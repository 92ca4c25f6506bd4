"""The steps of the publisher's desk: pages that the press keeps, handed over and merged; as in ``steps``."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from tests.fault.steps import as_publisher, where
from tests.people import csrf_of, form_of, path_in

from byline.profiles.names import sort_name

if TYPE_CHECKING:
    from tests.fault.steps import Setting, Step
    from tests.people import Person

EDITH = "edith@example.org"
INVITED = "You are invited as an author"


def keeps_a_page(name: str) -> Step:
    """Add a page that has no account."""

    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        if _page_of(desk, name) is None:
            assert desk.post("/publisher/pages/new", {"author_name": name, "same_name": "1"}).status_code == 303

    return step


def writes_the_page(name: str, bio: str, intent: str = "publish", **fields: object) -> Step:
    """Save a page of the press, or its draft."""

    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        at = f"{_kept(desk, name)}/edit"
        form = form_of(desk.get(at))
        if form["author_bio"] != bio or (intent == "publish" and form["draft_seen"]):
            form |= {"author_bio": bio, "intent": intent, **fields}
            assert desk.client.post(at, data=form, content_type="multipart/form-data").status_code == 303
        assert form_of(desk.get(at))["author_bio"] == bio

    return step


def takes_from_readers(name: str) -> Step:
    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        at = _kept(desk, name)
        if "Not published" not in desk.get(at).text:
            assert desk.post(f"{at}/unpublish", form=at).status_code == 303
        assert "Not published" in desk.get(at).text

    return step


def offers_the_page(name: str, address: str) -> Step:
    """Invite the author of a page to take it over."""

    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        at = _kept(desk, name)
        if f"{address} was invited" not in desk.get(at).text:
            answer = desk.post(f"{at}/invite", {"author_email": address, "note": "It is yours."})
            assert answer.status_code == 303
        assert f"{address} was invited" in desk.get(at).text

    return step


def accepts(address: str, name: str) -> Step:
    """Open the link of the invitation, and choose a password."""

    def step(setting: Setting) -> None:
        person = setting.person(address, address, name)
        if where(person) == "nobody":
            link = path_in(setting.letters(address, INVITED)[-1].text, "/invitation/")
            page = person.get(link)
            if page.status_code == 200:
                fields = {"csrf_token": csrf_of(page), "author_name": name, "new_password": person.password}
                assert person.client.post(link, data=fields).status_code == 303
            else:
                assert page.status_code == 410
                assert person.log_in().status_code == 303
        assert where(person) == "author"

    return step


def merges(lost: str, stays: str, **choices: object) -> Step:
    """Merge one page into another; the choices say whose fields stay."""

    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        into = _page_of(desk, stays)
        assert into
        if "Undo the merge" not in desk.get(into).text:
            at = f"{_kept(desk, lost)}/merge"
            page = desk.get(f"{at}?into={into.rpartition('/')[2]}").text
            form = next(each for each in re.findall(r"<form .*?</form>", page, re.DOTALL) if at in each.split(">")[0])
            hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
            data = {**{key: unescape(value) for key, value in hidden}, **choices}
            assert desk.client.post(at, data=data).status_code == 303
        assert "Undo the merge" in desk.get(into).text

    return step


def undoes_the_merge(stays: str) -> Step:
    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        into = _page_of(desk, stays)
        assert into
        if "Undo the merge" in desk.get(into).text:
            assert desk.post(f"{into}/unmerge", form=into).status_code == 303
        assert "Undo the merge" not in desk.get(into).text

    return step


def _kept(desk: Person, name: str) -> str:
    found = _page_of(desk, name)
    assert found, f"{name} is not in the list"
    return found


def _page_of(desk: Person, name: str) -> str | None:
    """The address of the console's page about somebody whose page is in the list."""
    listed = f">{sort_name(name)}<"
    for row in desk.get("/publisher/authors").text.split("<li>")[1:]:
        found = re.search(r'href="(/publisher/authors/[0-9a-f]{24})"', row)
        if listed in row and found:
            return found[1]
    return None
