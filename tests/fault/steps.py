"""The steps of the scenarios. Each is taken by somebody who looks first where they stand.

So a step can be taken again by who never got an answer: they find it done and go on, or do it then. Nothing here
knows what the records say; people see pages and letters only. The same steps are taken on a real server.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Protocol

from PIL import Image
from tests.people import code_in as code_of
from tests.people import csrf_of, form_of, path_in

from byline.profiles.names import sort_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.people import Person

    from byline.mail.port import Mail

    Step = Callable[["Setting"], None]

ANA, BO, DESK = "ana@example.org", "bo@example.org", "desk@marram.example"
GATE_ONE = "You must confirm your email address by clicking the link sent to you via email."
GATE_TWO = "You must wait to have your account approved by the publisher."
CONFIRM, RESET, CHANGED = "Confirm your email address", "Choose a new password", "Your password was changed"
NEW_PASSWORD, NEWEST_PASSWORD = "quite another long password", "and one more, longer still"
NAMES = {ANA: "Ana Lima", BO: "Bo Lund", DESK: "Ines Vale"}


class Setting(Protocol):
    """Where the story is played: people, letters, and a worker whose time can be moved."""

    def person(self, name: str, address: str = "", full_name: str = "") -> Person: ...

    def letters(self, to: str, subject: str) -> Sequence[Mail]: ...

    def work(self, **later: float) -> None: ...


def where(person: Person) -> str:
    """Where somebody stands, by what they see: nobody, unconfirmed, waiting, author, publisher."""
    page = person.get("/")
    if page.status_code in {302, 303}:
        return "publisher" if page.headers["Location"].endswith("/publisher") else "nobody"
    assert page.status_code == 200, page.text
    signs = {"unconfirmed": GATE_ONE, "waiting": GATE_TWO, "author": '<form class="editor"'}
    return next((word for word, sign in signs.items() if sign in page.text), "nobody")


def registers(address: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(address, address, NAMES[address])
        if where(person) == "nobody":
            assert person.register().status_code == 303
        assert where(person) == "unconfirmed"

    return step


def asks_for_the_letter_again(address: str) -> Step:
    def step(setting: Setting) -> None:
        setting.work(minutes=2)
        assert setting.person(address).post("/confirm/again", form="/").status_code == 303

    return step


def uses_another_address(name: str, address: str) -> Step:
    """Whoever registered as ``name`` meant ``address``."""

    def step(setting: Setting) -> None:
        person = setting.person(name)
        if where(person) == "nobody":
            person.address = address
            person.log_in()
        if where(person) == "nobody":
            assert person.register().status_code == 303
        if address not in person.get("/").text:
            assert person.post("/confirm/address", {"author_email": address}, form="/").status_code == 303
        person.address = address
        assert where(person) == "unconfirmed"

    return step


def confirms_by_link(name: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        _back_in(person)
        if where(person) == "unconfirmed":
            letter = setting.letters(person.address, CONFIRM)[-1]
            assert person.get(path_in(letter.text, "/confirm/")).status_code == 303
        assert where(person) == "waiting"

    return step


def confirms_by_code(name: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        _back_in(person)
        if where(person) == "unconfirmed":
            letter = setting.letters(person.address, CONFIRM)[-1]
            assert person.post("/confirm", {"code": code_of(letter.text)}, form="/").status_code == 303
        assert where(person) == "waiting"

    return step


def confirms_on_a_phone(name: str) -> Step:
    """By the link of the letter, in a browser that did not register: the password confirms."""

    def step(setting: Setting) -> None:
        person = setting.person(name)
        phone = setting.person(f"{name}'s phone", person.address, person.name)
        if where(phone) == "nobody":
            link = path_in(setting.letters(person.address, CONFIRM)[-1].text, "/confirm/")
            page = phone.get(link)
            if page.status_code == 200:
                fields = {"csrf_token": csrf_of(page), "author_password": person.password}
                assert phone.client.post(link, data=fields).status_code == 303
            else:
                assert page.status_code == 410
                assert phone.log_in(password=person.password).status_code == 303
        assert where(phone) == "waiting"

    return step


def the_worker_runs(**later: float) -> Step:
    return lambda setting: setting.work(**later)


def approves(address: str) -> Step:
    return _decides(address, "approve", "active")


def restores(address: str) -> Step:
    return _decides(address, "restore", "active")


def suspends(address: str) -> Step:
    return _decides(address, "suspend", "suspended")


def declines(address: str) -> Step:
    return _decides(address, "decline", "declined", note="Not now, but write to us again in autumn.")


def saves(name: str, bio: str, *, photo: bool = False) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        _back_in(person)
        form = form_of(person.get("/"))
        if form["author_bio"] != bio:
            if photo:
                form |= {"profile_img": (_photo(), "me.jpg"), "photo_rights": "1"}
            answer = person.client.post("/", data={**form, "author_bio": bio}, content_type="multipart/form-data")
            assert answer.status_code == 303
        assert bio in person.get("/").text

    return step


def submits(name: str, bio: str) -> Step:
    """Press the button of an author whose texts are reviewed."""

    def step(setting: Setting) -> None:
        person = setting.person(name)
        _back_in(person)
        page = person.get("/")
        if form_of(page)["author_bio"] != bio or "Waiting for review" not in page.text:
            form = {**form_of(page), "author_bio": bio, "intent": "publish"}
            assert person.client.post("/", data=form, content_type="multipart/form-data").status_code == 303
        assert "Waiting for review" in person.get("/").text

    return step


def reviews_everyone() -> Step:
    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        if 'value="all" checked' not in desk.get("/publisher/settings").text:
            answer = desk.post("/publisher/settings/review", {"review": "all"}, form="/publisher/settings")
            assert answer.status_code == 303
        assert 'value="all" checked' in desk.get("/publisher/settings").text

    return step


def answers(what: str, **fields: object) -> Step:
    """Answer the one text that waits: "publish", "change" or "reject"."""

    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        found = re.search(r'href="(/publisher/reviews/[^"?]+)\?', desk.get("/publisher/reviews").text)
        if found:
            at = found[1]
            page = desk.get(at if what == "publish" else f"{at}/{what}").text
            form = next(each for each in page.split("<form")[1:] if f"{at}/{what}" in each).partition("</form>")[0]
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
            assert desk.client.post(f"{at}/{what}", data={**hidden, **fields}).status_code == 303
        assert "No text waits for review" in desk.get("/publisher/reviews").text

    return step


def drafts(name: str, bio: str, *, photo: bool = False) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        _back_in(person)
        form = form_of(person.get("/"))
        if form["author_bio"] != bio:
            form |= {"author_bio": bio, "intent": "draft"} | ({"profile_img": (_photo(), "me.jpg")} if photo else {})
            assert person.client.post("/", data=form, content_type="multipart/form-data").status_code == 303
        assert form_of(person.get("/"))["author_bio"] == bio

    return step


def publishes_the_draft(name: str, bio: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        _back_in(person)
        form = form_of(person.get("/"))
        assert form["author_bio"] == bio
        if form["draft_seen"]:
            form |= {"intent": "publish", "photo_rights": "1"}
            assert person.client.post("/", data=form, content_type="multipart/form-data").status_code == 303
        form = form_of(person.get("/"))
        assert (form["author_bio"], form["draft_seen"]) == (bio, "")

    return step


def renames(name: str, slug: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        _back_in(person)
        if form_of(person.get("/"))["author_slug"] != slug:
            assert person.save(author_slug=slug).status_code == 303
        assert form_of(person.get("/"))["author_slug"] == slug

    return step


def edits_for(address: str, bio: str) -> Step:
    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        at = f"{_author_of(desk, address)}/edit"
        form = form_of(desk.get(at))
        if form["author_bio"] != bio:
            answer = desk.client.post(at, data={**form, "author_bio": bio}, content_type="multipart/form-data")
            assert answer.status_code == 303

    return step


def changes_the_password(name: str, new: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        if where(person) == "nobody" and person.log_in(password=new).status_code != 303:
            assert person.log_in().status_code == 303
            assert where(person) != "nobody"
        fields: dict[str, object] = {"old_password": person.password, "new_password": new}
        answer = person.post("/change_password", fields)
        assert answer.status_code == 303 or "This is not your password" in answer.text
        person.password = new

    return step


def asks_for_a_reset(name: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        assert person.post("/reset", {"author_email": person.address}).status_code == 303

    return step


def resets(name: str, new: str) -> Step:
    def step(setting: Setting) -> None:
        person = setting.person(name)
        link = path_in(setting.letters(person.address, RESET)[-1].text, "/reset/")
        page = person.get(link)
        if page.status_code == 200:
            fields = {"csrf_token": csrf_of(page), "new_password": new, "author_name": person.name}
            assert person.client.post(link, data=fields).status_code == 303
        else:
            assert page.status_code == 410
            assert person.log_in(password=new).status_code == 303
        person.password = new

    return step


def _decides(address: str, act: str, state: str, **fields: object) -> Step:
    def step(setting: Setting) -> None:
        desk = as_publisher(setting)
        at = _author_of(desk, address)
        page = desk.get(at).text
        if f'"{at}/{act}"' in page:
            form = at if act == "approve" else f"{at}/{act}"
            assert desk.post(f"{at}/{act}", dict(fields), form=form).status_code == 303
        # Of who is active no state is written: what can be done says it.
        sign = f'"{at}/suspend"' if state == "active" else f'class="state {state}"'
        assert sign in desk.get(at).text

    return step


def _photo() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (400, 500), "teal").save(file, "JPEG")
    file.seek(0)
    return file


def _back_in(person: Person) -> None:
    """Log in again, if this browser was logged out."""
    if where(person) == "nobody":
        assert person.log_in().status_code == 303


def as_publisher(setting: Setting) -> Person:
    desk = setting.person(DESK, DESK, NAMES[DESK])
    _back_in(desk)
    return desk


def _author_of(desk: Person, address: str) -> str:
    """The address of the console's page about an author."""
    page = desk.get("/publisher/authors").text
    listed = sort_name(NAMES[address]) if address in NAMES else address
    for row in page.split("<li>")[1:]:
        if address in row or f">{listed}<" in row:
            return re.search(r'href="(/publisher/authors/[0-9a-f]+)"', row)[1]  # type: ignore[index]
    raise AssertionError(f"{address} is not in the list: {page}")
