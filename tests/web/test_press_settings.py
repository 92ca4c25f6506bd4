"""The press's own looks: a publisher sets them in the console, and everything that people see follows."""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw
from tests.environment import make_world
from tests.people import Portal, csrf_of, make_portal
from tests.web.forms_of import form_with

from byline.looks import accent, tokens

if TYPE_CHECKING:
    from pathlib import Path

    from tests.environment import World
    from tests.people import Person
    from werkzeug.test import TestResponse

    from byline.store.port import Store

SETTINGS = "/publisher/settings"
FULL = {
    "site_name": "Dune House",
    "publisher_name": "Dune House Press",
    "contact": "office@dune.example",
    "accent": "#0a5c8a",
    "press_url": "https://dune.example/",
    "header_label": ["Books", "Shop"],
    "header_url": ["https://books.dune.example/", "shop.dune.example"],
    "imprint": "Dune House Press\n1 Sand Street\nMarram",
    "imprint_url": "https://dune.example/imprint",
}


def png(size: tuple[int, int] = (400, 100), colour: str = "#aa2211") -> bytes:
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((10, 10, size[0] - 10, size[1] - 10), fill=colour)
    body = io.BytesIO()
    image.save(body, "PNG", pnginfo=None)
    return body.getvalue()


def svg(inside: str = '<rect width="200" height="60" fill="#a21"/>', root: str = "") -> bytes:
    head = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<?xml version="1.0"?>\n<svg {head} viewBox="0 0 200 60" {root}>{inside}</svg>'.encode()


def fields_of(page: TestResponse) -> dict[str, object]:
    """What the form holds, as a browser would send it."""
    form = page.text[page.text.index('<form class="flow"') :]
    found: dict[str, object] = {}
    for tag in re.findall(r"<input [^>]*>", form[: form.index("</form>")]):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes["type"] in {"file", "checkbox"}:
            continue
        if attributes["name"].startswith("header_"):
            found.setdefault(attributes["name"], []).append(attributes["value"])  # type: ignore[attr-defined]
        else:
            found[attributes["name"]] = attributes["value"]
    return found | dict(re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL))


def save(publisher: Person, **changes: object) -> TestResponse:
    """Send the form with some fields changed; bytes are files."""
    data = fields_of(publisher.get(SETTINGS)) | {
        name: (io.BytesIO(value), f"{name}.png") if isinstance(value, bytes) else value
        for name, value in changes.items()
    }
    return publisher.client.post(SETTINGS, data=data, content_type="multipart/form-data")


def faults_in(page: TestResponse) -> set[str]:
    """The fields that are marked as wrong."""
    return set(re.findall(r'id="([\w-]+)-error"', page.text))


def readers_pages(world: World) -> dict[str, str]:
    found = (world.ports.files.get(path) for path in world.ports.files.paths("authors/"))
    return {file.path: file.body.decode() for file in found if file and file.path.endswith(".html")}


def test_everything_that_readers_see_follows_what_a_publisher_sets(portal: Portal) -> None:
    portal.author().save(author_bio="Here.")
    publisher = portal.publisher()
    portal.world.work()

    assert save(publisher, **FULL, logo=png(), icon=svg()).status_code == 303
    portal.world.work()

    pages = readers_pages(portal.world)
    assert {"authors/index.html", "authors/ana-lima/index.html"} <= pages.keys()
    for path, page in pages.items():
        assert "Dune House" in page, path
        assert "Marram Press" not in page, path
        assert re.search(
            r'<img src="/authors/byline\.[0-9a-f]{32}\.png" width="\d+" height="48" alt="Dune House">', page
        )
        for address in ("https://books.dune.example/", "https://shop.dune.example", "https://dune.example/imprint"):
            assert f'href="{address}"' in page
        assert '<a href="https://dune.example/">dune.example</a>' in page
        assert "Dune House Press<br>1 Sand Street<br>Marram" in page
        assert 'href="mailto:office@dune.example"' in page
        assert len(re.findall(r'<link rel="stylesheet" href="([^"]+)">', page)) == 2
        for address in re.findall(r'"(/authors/byline\.[^"]+)"', page):
            answer = publisher.get(address)
            assert answer.status_code == 200, address
            assert "immutable" in answer.headers["Cache-Control"]


def test_the_portal_and_its_emails_follow_too(portal: Portal) -> None:
    publisher = portal.publisher()
    save(publisher, **FULL, logo=png())

    stranger = portal.person("new@example.org", "New")
    page = stranger.get("/register").text
    assert 'alt="Dune House"' in page
    assert "1 Sand Street" in page
    assert 'href="https://dune.example/"' in page
    sheet = re.findall(r'<link rel="stylesheet" href="(/authors/byline\.[^"]+)">', page)
    assert "--accent: #0a5c8a" in stranger.get(sheet[0]).text
    stranger.register()
    portal.world.work()

    (email,) = portal.world.mailer.to("new@example.org")
    assert (email.sender_name, email.reply_to) == ("Dune House", "office@dune.example")
    assert "Dune House" in email.html
    assert "#0a5c8a" in email.html
    assert "https://dune.example/" in email.html
    assert "https://dune.example/" in email.text
    assert "1 Sand Street" in email.text
    assert "<img" not in email.html


def test_what_is_emptied_falls_back_to_the_settings_of_the_server(portal: Portal) -> None:
    publisher = portal.publisher()
    save(publisher, **FULL)
    save(publisher, **dict.fromkeys(FULL, ""))
    portal.world.work()

    assert "Dune House" not in publisher.get("/publisher").text
    assert "Marram Press" in portal.person().get("/").text
    assert "Marram Press" in readers_pages(portal.world)["authors/index.html"]


def test_a_preview_shows_what_was_typed_and_saves_nothing(portal: Portal) -> None:
    publisher = portal.publisher()

    page = save(publisher, **FULL, logo=png(), logo_dark=svg(), intent="preview")

    assert page.status_code == 200
    assert "Preview: not saved yet" in page.text
    sample = page.text[page.text.index('class="samples"') :]
    assert sample.count("Dune House") >= 3
    assert "Marram Press" in portal.person().get("/").text
    style = re.search(r'href="(/publisher/settings/preview/[^"]+)"', page.text)
    assert style
    assert "--accent: #0a5c8a" in publisher.get(style[1]).text

    # The pictures need not be chosen again.
    again = publisher.client.post(SETTINGS, data=fields_of(page))
    assert again.status_code == 303
    assert 'alt="Dune House"' in portal.person().get("/").text
    assert "prefers-color-scheme: dark" in portal.person().get("/").text


def test_a_logo_can_be_taken_away_again(portal: Portal) -> None:
    publisher = portal.publisher()
    save(publisher, logo=png())
    assert "<picture" in portal.person().get("/").text

    save(publisher, logo_removed="1")

    assert "<picture" not in portal.person().get("/").text


def test_a_picture_that_cannot_be_used_leaves_the_one_that_is_there(portal: Portal) -> None:
    publisher = portal.publisher()
    save(publisher, logo=png())
    before = fields_of(publisher.get(SETTINGS))["logo_kept"]
    assert before

    page = save(publisher, logo=b"GIF89a")
    assert (page.status_code, faults_in(page)) == (422, {"logo"})
    assert fields_of(page)["logo_kept"] == before

    assert publisher.client.post(SETTINGS, data=fields_of(page)).status_code == 303
    assert fields_of(publisher.get(SETTINGS))["logo_kept"] == before


def test_a_logo_that_was_replaced_is_there_for_a_day_longer(portal: Portal, tmp_path: Path) -> None:
    publisher = portal.publisher()
    save(publisher, logo=png())
    portal.world.work()
    (old,) = tmp_path.rglob(f"byline.{fields_of(publisher.get(SETTINGS))['logo_kept']}.png")
    os.utime(old, (1_000_000_000, 1_000_000_000))

    assert save(publisher, logo=png(colour="#11aa22")).status_code == 303
    portal.world.work()

    assert old.stat().st_mtime > 1_000_000_000


def test_an_email_address_that_few_mail_servers_answer_to_is_refused(portal: Portal) -> None:
    publisher = portal.publisher()
    page = save(publisher, contact="büro@dune.example")
    assert (page.status_code, faults_in(page)) == (422, {"contact"})
    assert fields_of(page)["contact"] == "büro@dune.example"
    assert save(publisher, contact="office@düne.example").status_code == 303


def test_the_page_tells_how_many_readers_pages_are_written(portal: Portal) -> None:
    for number in range(3):
        portal.author(f"a{number}@example.org", f"Author {number}").save(author_bio="Here.")
    publisher = portal.publisher()
    portal.world.work()
    save(publisher, site_name="Dune House")

    assert "about to be rewritten" not in publisher.get(SETTINGS).text
    portal.world.work()

    assert "All 3 readers' pages show these settings." in publisher.get(SETTINGS).text


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"accent": "red; } body { display: none"}, "accent"),
        ({"accent": "#12345"}, "accent"),
        ({"press_url": "javascript:alert(1)"}, "press_url"),
        ({"press_url": "http://dune.example/"}, "press_url"),
        ({"press_url": "https://user@dune.example/"}, "press_url"),
        ({"imprint_url": "data:text/html,x"}, "imprint_url"),
        ({"header_label": ["Books"], "header_url": ["javascript:alert(1)"]}, "header_url-1"),
        ({"header_label": ["", "Books"], "header_url": ["", ""]}, "header_url-2"),
        ({"header_label": [""], "header_url": ["https://dune.example"]}, "header_label-1"),
        ({"header_label": ["x" * 41], "header_url": ["https://dune.example"]}, "header_label-1"),
        ({"contact": "nobody"}, "contact"),
        ({"site_name": "x" * 81}, "site_name"),
        ({"site_name": "Dune\u202e House"}, "site_name"),
        ({"imprint": "x" * 1001}, "imprint"),
        ({"logo": b"GIF89a"}, "logo"),
        ({"logo": b"\x89PNG\r\n\x1a\n" + b"x" * 100}, "logo"),
        ({"logo": png((20, 20))[:60]}, "logo"),
        ({"icon": b"<html><script>alert(1)</script></html>"}, "icon"),
        ({"logo": svg("<text>Dune</text>")}, "logo"),
        ({"logo": svg('<image href="file:///etc/passwd" width="9" height="9"/>')}, "logo"),
        ({"logo": svg("")}, "logo"),
        ({"logo": b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg()[22:]}, "logo"),
        ({"logo_kept": "0" * 32}, "logo"),
        ({"logo_kept": "../../secret"}, "logo"),
    ],
)
def test_what_cannot_be_used_is_refused_and_everything_typed_stays(
    portal: Portal, changes: dict[str, object], fault: str
) -> None:
    publisher = portal.publisher()

    page = save(publisher, **{**FULL, **changes})

    assert page.status_code == 422
    assert faults_in(page) == {fault}
    kept = {name: value for name, value in {**FULL, **changes}.items() if isinstance(value, str)}
    sent = fields_of(page)
    for name, value in kept.items():
        if not name.endswith("_kept") and value.isascii() and not re.search(r"[<>&']", value):
            assert str(sent[name]) == value
    assert "Marram Press" in portal.person().get("/").text


def test_nothing_of_a_hostile_drawing_but_its_shapes_comes_out(portal: Portal) -> None:
    publisher = portal.publisher()
    hostile = svg(
        '<script>alert(1)</script><style>@import url("https://evil.example/x.css");</style>'
        '<a xlink:href="javascript:alert(1)"><rect width="9" height="9"/></a><foo/>'
        '<rect width="200" height="60" fill="url(https://evil.example/#a)" style="fill:#a21" onclick="alert(1)"/>',
        root='onload="alert(1)"',
    )

    assert save(publisher, logo=hostile).status_code == 303

    page = portal.person().get("/").text
    address = re.search(r'<img src="(/authors/byline\.[0-9a-f]{32}\.png)"', page)
    assert address
    answer = publisher.get(address[1])
    assert answer.content_type == "image/png"
    assert answer.data.startswith(b"\x89PNG")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert not [path for path in portal.world.ports.files.paths() if path.endswith(".svg")]


@pytest.mark.parametrize("typed", ["#ffff00", "#ffffff", "#000000", "#f2b705", "#808080", "#abc"])
def test_a_colour_that_is_hard_to_read_is_adjusted_and_that_is_said(portal: Portal, typed: str) -> None:
    publisher = portal.publisher()

    page = save(publisher, accent=typed, intent="preview")

    colour = accent.normalise(typed)
    assert colour
    for shown, theme in ((accent.light(colour), tokens.LIGHT), (accent.dark(colour), tokens.DARK)):
        for ground in (theme["paper"], theme["sheet"], theme["sunken"], shown["tint"]):
            assert accent.contrast(shown["accent"], ground) >= 4.5
            assert accent.contrast(shown["accent-strong"], ground) >= 4.5
        assert accent.contrast(shown["on-accent"], shown["accent"]) >= 4.5
    is_adjusted = accent.light(colour)["accent"] != colour
    assert ("could not be read well" in page.text) == is_adjusted


def test_the_second_of_two_publishers_is_told_and_loses_nothing(portal: Portal) -> None:
    first, second = portal.publisher(), portal.publisher("two@marram.example", "Tova Berg")
    theirs = fields_of(second.get(SETTINGS)) | {"site_name": "Second House"}
    assert save(first, site_name="First House").status_code == 303

    page = second.client.post(SETTINGS, data=theirs)

    assert page.status_code == 409
    assert "Another publisher changed these settings" in page.text
    assert fields_of(page)["site_name"] == "Second House"
    assert re.search(r"<dt>Name of the site</dt><dd[^>]*>First House</dd>", page.text)
    assert "First House" in portal.person().get("/").text
    assert second.client.post(SETTINGS, data=fields_of(page)).status_code == 303
    assert "Second House" in portal.person().get("/").text


def test_the_second_of_two_publishers_sees_the_logo_that_the_first_one_saved(portal: Portal) -> None:
    first, second = portal.publisher(), portal.publisher("two@marram.example", "Tova Berg")
    theirs = fields_of(second.get(SETTINGS)) | {"site_name": "Second House"}
    assert save(first, logo=png()).status_code == 303
    digest = fields_of(first.get(SETTINGS))["logo_kept"]

    page = second.client.post(SETTINGS, data=theirs)

    assert page.status_code == 409
    assert re.search(rf'<dt>Logo</dt><dd[^>]*><img src="/authors/byline\.{digest}\.png" alt="[^"]+"></dd>', page.text)


def test_only_publishers_get_there(portal: Portal) -> None:
    stranger, author = portal.person("nil@example.org"), portal.author()

    answer = stranger.get(SETTINGS)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/publisher/settings")
    for path in (SETTINGS, f"{SETTINGS}/preview/none.css"):
        assert author.get(path).status_code == 404
    token = csrf_of(author.get("/"))
    assert author.client.post(SETTINGS, data={"csrf_token": token, "site_name": "Mine"}).status_code == 404
    assert "Mine" not in portal.person().get("/").text


def test_a_change_is_in_the_audit_events_and_one_that_changes_nothing_is_not(portal: Portal) -> None:
    publisher = portal.publisher()
    save(publisher, site_name="Dune House")
    save(publisher, site_name="Dune House")

    account = portal.account(publisher.address)
    page = publisher.get(f"/publisher/authors/{account.id}").text
    assert page.count("Changed how the site looks.") == 1


def test_a_page_costs_no_read_of_its_own_for_it(tmp_path: Path, store: Store) -> None:
    from tests.store_wrappers import CountingStore

    counted = CountingStore(store)
    portal = make_portal(make_world(tmp_path, counted, throttle=False))
    publisher, author = portal.publisher(), portal.author()
    author.get("/")
    save(publisher, site_name="Dune House")
    for seconds in (0, 40):
        portal.world.clock.forward(seconds=seconds)
        counted.reset()
        assert "Dune House" in author.get("/account").text
        assert (counted.reads, counted.commits) == (1, 0)
    fields = fields_of(publisher.get(SETTINGS)) | {"site_name": "Another House"}
    counted.reset()
    assert publisher.client.post(SETTINGS, data=fields).status_code == 303
    assert (counted.reads, counted.commits) == (1, 1)


def test_what_was_typed_outlives_the_session(portal: Portal) -> None:
    publisher = portal.publisher()
    fields = fields_of(publisher.get(SETTINGS)) | {"site_name": "Dune House", "imprint": "One\nTwo"}
    portal.world.clock.forward(hours=2)

    login = publisher.client.post(SETTINGS, data=fields)
    assert "author_password" in login.text
    again = form_with(login, "author_email", "kept")
    page = publisher.client.post(
        "/login", data={**again, "author_email": publisher.address, "author_password": publisher.password}
    )

    assert fields_of(page)["site_name"] == "Dune House"
    assert fields_of(page)["imprint"] == "One\nTwo"
    assert "Marram Press" in portal.person().get("/").text
    assert publisher.client.post(SETTINGS, data=fields_of(page)).status_code == 303
    assert "Dune House" in portal.person().get("/").text


def test_a_publisher_who_is_suspended_meanwhile_changes_nothing(portal: Portal) -> None:
    from byline.audit import OPERATOR
    from byline.authors import decisions

    portal.publisher("other@marram.example", "Otto Berg")
    publisher = portal.publisher()
    fields = fields_of(publisher.get(SETTINGS)) | {"site_name": "Dune House"}
    decisions.suspend(portal.world.ports, OPERATOR, portal.account(publisher.address).id)

    assert publisher.client.post(SETTINGS, data=fields).status_code != 303
    assert "Marram Press" in portal.person().get("/").text


def test_a_backup_has_the_looks_and_the_logo(portal: Portal, tmp_path: Path) -> None:
    from byline import wiring
    from byline.audit import OPERATOR
    from byline.transfer import backups

    save(portal.publisher(), **FULL, logo=png())
    stream = io.BytesIO()
    backups.write(portal.world.ports, OPERATOR, stream, made_by="-", scratch=wiring.scratch_store)
    stream.seek(0)
    other = make_world(tmp_path / "other")
    backups.restore(other.ports, OPERATOR, stream)

    reader = make_portal(other).person()
    page = reader.get("/").text
    for address in re.findall(r'"(/authors/byline\.[^"]+)"', page):
        assert reader.get(address).status_code == 200
    assert page.count("/authors/byline.") == 2


def test_another_process_follows_within_half_a_minute(portal: Portal) -> None:
    from dataclasses import replace

    from byline.looks.branding import LastBranding
    from byline.web.app import create_app

    other = create_app(replace(portal.world.ports, branding=LastBranding())).test_client()
    assert "Marram Press" in other.get("/").text
    save(portal.publisher(), site_name="Dune House")
    assert "Marram Press" in other.get("/").text
    portal.world.clock.forward(seconds=31)

    assert "Dune House" in other.get("/").text
