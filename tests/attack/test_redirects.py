"""No redirect, letter or page leads where a stranger wants, and nothing of this machine is shown to other machines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

import pytest
from tests.attack.route_walk import WHO, Walk, check_headers, ways
from tests.environment import make_world
from tests.people import PASSWORD, csrf_of, make_portal, path_in

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.mail.mime import to_mime
from byline.web.redirects import inside

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\x01//evil.example",
    "/\x7f/evil.example",
    "/\u2028/evil.example",
    "\u3000//evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "HTTPS://evil.example",
    "//evil.example:443/x",
    "//ana@evil.example",
    "//[::1]/",
    "//[evil",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "//evil\uff0eexample",
    "/\uff0fevil.example",
    "\uff0f\uff0fevil.example",
    "evil.example",
    "./evil.example",
    "http://127.0.0.1:8000@evil.example",
    "http://127.0.0.1:8000.evil.example",
    "/a" * 300,
    "?next=//evil.example",
    "#//evil.example",
    "",
]
INSIDE = ["/", "/account", "/history/2?seen=1", "/a//b", "/%2F%2Fevil.example", "/%5Cevil.example", "/..//evil.example"]


def as_a_browser_reads(location: str, base: str) -> str:
    """Where a browser goes: control characters dropped, backslashes taken for slashes (WHATWG, URL)."""
    text = re.sub(r"[\t\n\r]", "", location.strip("".join(map(chr, range(0x21))))).replace("\\", "/")
    return urljoin(base, text)


def log_in(person: Person, next_: str, *, by_page: bool) -> TestResponse:
    page = person.get(f"/login?next={quote(next_.encode('utf-8', 'surrogatepass'))}")
    data = {"csrf_token": csrf_of(page), "author_email": person.address, "author_password": PASSWORD}
    if by_page:
        found = re.search(r'name="next" value="([^"]*)"', page.text)
        return person.client.post("/login", data={**data, **({"next": found[1]} if found else {})})
    return person.client.post("/login", data={**data, "next": next_})


@pytest.mark.parametrize("by_page", [True, False])
def test_after_a_log_in_a_browser_stays_on_this_site(portal: Portal, by_page: bool) -> None:
    author = portal.author()
    author.log_out()
    for wanted in [*ELSEWHERE, *INSIDE]:
        answer = log_in(author, wanted, by_page=by_page)
        if "\0" in wanted and not by_page:
            assert answer.status_code == 400
            continue
        assert answer.status_code == 303, ascii(wanted)
        location = answer.headers["Location"]
        assert all(" " < letter < "\x7f" for letter in location), ascii(wanted)
        for url in ("http://127.0.0.1:8000/login", "https://authors.marram.example/login"):
            gone = urlsplit(as_a_browser_reads(location, url))
            assert gone[:2] == urlsplit(url)[:2], ascii(wanted)
        assert location == (wanted if wanted in INSIDE else "/"), ascii(wanted)
        author.log_out()


def test_what_is_inside_is_said_by_one_function_and_saying_it_twice_changes_nothing() -> None:
    for wanted in [*ELSEWHERE, *INSIDE]:
        assert inside(inside(wanted)) == inside(wanted) == (wanted if wanted in INSIDE else "/")


def test_no_address_to_go_on_at_is_longer_than_512_characters() -> None:
    longest = f"/{'a' * 511}"
    assert inside(longest) == longest
    assert inside(f"{longest}a") == "/"


@pytest.mark.parametrize("path", ["/account", "/change_password", "/history", "/history/3"])
def test_who_must_log_in_comes_back_to_the_page_they_wanted(portal: Portal, path: str) -> None:
    author = portal.author()
    author.log_out()
    answer = author.get(path + "?a=//evil.example")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/login?next={path}?a%3D//evil.example"
    page = author.get(answer.headers["Location"])
    found = re.search(r'name="next" value="([^"]*)"', page.text)
    assert found
    data = {"csrf_token": csrf_of(page), "author_email": author.address, "author_password": PASSWORD, "next": found[1]}
    assert author.client.post("/login", data=data).headers["Location"] == f"{path}?a=//evil.example"


POISON = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil.example",
    "X-Forwarded-Port": "666",
    "X-Original-Host": "evil.example",
    "X-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=https",
}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://authors.marram.example"])
def test_links_in_letters_begin_with_the_public_address_whatever_the_host_header_says(tmp_path: Path, url: str) -> None:
    portal = make_portal(make_world(tmp_path, url=url, throttle=False))
    client = portal.app.test_client(use_cookies=False)
    current: dict[str, str] = {}

    def ask(method: str, path: str, **data: str) -> TestResponse:
        """As a browser would that was made to believe in another host: the cookies go along all the same."""
        headers = {**POISON, "Cookie": "; ".join(f"{name}={value}" for name, value in current.items())}
        answer = client.open(path, method=method, data=data or None, base_url=url, headers=headers)
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            current[name] = value
        return answer

    def post(path: str, form: str, **data: str) -> None:
        page = ask("GET", form)
        if page.status_code == 303:  # the token of a link leaves the address
            page = ask("GET", page.headers["Location"])
        answer = ask("POST", path, csrf_token=csrf_of(page), **data)
        assert answer.status_code == 303, f"{path}: {answer.status}"
        assert answer.headers["Location"].startswith("/")
        portal.world.work()

    typed = {"author_email": "ana@example.org", "author_name": "Ana", "author_password": PASSWORD}
    post("/register", "/register", **typed)
    portal.world.clock.forward(minutes=3)
    post("/confirm/again", "/")
    post("/confirm/address", "/", author_email="new@example.org")
    opened = ask("GET", path_in(portal.world.mailer.sent[-1].text, "/confirm/"))
    assert (opened.status_code, opened.headers["Location"]) == (303, "/")
    post("/reset", "/reset", author_email="new@example.org")
    link = path_in(portal.world.mailer.sent[-1].text, "/reset/")
    post(link, link, new_password="quite another password")
    post("/register", "/logout", **{**typed, "author_email": "new@example.org"})
    publishers.add(portal.world.ports, OPERATOR, address=normalise("inv@example.org"), name="In Vited", password=None)
    portal.world.work()

    assert len({mail.subject for mail in portal.world.mailer.sent}) >= 5
    for mail in portal.world.mailer.sent:
        assert "evil" not in mail.text + mail.html + mail.subject
        for address in re.findall(r"https?://[^\s\"'<]+", mail.text + mail.html):
            assert address.startswith(f"{url}/"), address


@pytest.mark.parametrize("who", WHO)
def test_no_page_repeats_the_host_header(tmp_path: Path, who: str) -> None:
    walk = Walk(tmp_path, who)
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in POISON.items()}
    for route in ways(walk, "GET"):
        answer = walk.send("poison", route, walk.address(route), **environ)
        assert "evil" not in answer.get_data(as_text=True) + str(answer.headers), route.rule


LINE_ENDS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "%0d%0a", "\r\n\t", "\0"]


@pytest.mark.parametrize("end", LINE_ENDS)
def test_nobody_writes_into_the_headers_of_a_letter(portal: Portal, end: str) -> None:
    publisher, person = portal.publisher(), portal.person("new@example.org", "Nora")
    portal.waiting("wim@example.org", "Wim")
    injected = f"{end}Bcc: mal@evil.example{end}{end}Hello"
    before = len(portal.world.mailer.sent)
    for address, name in (
        (f"new@example.org{injected}", "Nora"),
        (f"new{injected}@example.org", "Nora"),
        ("new@example.org", f"Nora{injected}"),
    ):
        data: dict[str, object] = {"author_email": address, "author_name": name, "author_password": PASSWORD}
        answer = person.post("/register", data)
        assert answer.status_code in {303, 400, 422}
        if answer.status_code == 303:
            assert end == "%0d%0a"  # plain letters of a name
            person.log_out()
    for address in (f"ana@example.org{injected}", f"ana{injected}@example.org"):
        assert person.post("/reset", {"author_email": address}).status_code in {400, 422}
    at = f"/publisher/authors/{portal.account('wim@example.org').id}"
    publisher.post(f"{at}/decline", {"note": f"No.{injected}"}, form=f"{at}/decline")
    portal.world.clock.forward(minutes=1)
    portal.world.work()

    for mail in portal.world.mailer.sent[before:]:
        assert mail.to in {"wim@example.org", "new@example.org", "desk@marram.example"}
        message = to_mime(mail, sender="Marram Press <byline@marram.example>", reply_to=None, host="marram.example")
        assert set(message.keys()) == {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        }  # fmt: skip
        head = message.as_bytes().partition(b"\r\n\r\n")[0]
        assert b"evil" not in head


def test_no_word_that_anybody_typed_reaches_an_address_that_nobody_has_proven(portal: Portal) -> None:
    words = ("Zanzibar", "Quagga", "Xylem and a phone number")
    person = portal.person("first@example.org", "Zanzibar Quagga")
    person.password = words[2]
    browser = {"User-Agent": "Zanzibar/1.0", "Accept-Language": "Quagga", "Referer": "http://127.0.0.1:8000/Quagga"}
    data = {"author_email": person.address, "author_name": person.name, "author_password": person.password}
    person.post("/register", data, headers=browser)  # type: ignore[arg-type]
    portal.world.work()
    portal.world.clock.forward(minutes=3)
    person.post("/confirm/again", form="/", headers=browser)
    portal.world.work()
    person.post("/confirm/address", {"author_email": "second@example.org"}, form="/", headers=browser)
    portal.world.work()
    for address in ("first@example.org", "second@example.org", "third@example.org"):
        person.post("/reset", {"author_email": address}, headers=browser)
    portal.world.work()

    sent = portal.world.mailer.sent
    assert [mail.to.partition("@")[0] for mail in sent] == ["first", "first", "second", "first", "second"]
    for mail in [*sent, *portal.world.mailer.rehearsed]:
        assert not any(word in mail.subject + mail.text + mail.html for word in words)


THERE = ("/mailbox", "/mailbox/{}", "/mailbox/{}/html")


def letters(portal: Portal, client_url: str, **environ: str) -> set[int]:
    """The statuses of the pages that show letters."""
    client = portal.app.test_client()
    name = portal.world.mailer.sent[0].message_id
    answers = [client.get(path.format(name), base_url=client_url, environ_overrides=environ) for path in THERE]
    for answer in answers:
        check_headers(answer)
        assert answer.status_code == 200 or "Ana" not in answer.text
    return {answer.status_code for answer in answers}


def test_letters_are_shown_on_this_machine_and_to_this_machine_only(portal: Portal) -> None:
    portal.author()
    here = "http://127.0.0.1:8000"
    assert letters(portal, here) == {200}
    assert letters(portal, "http://localhost:8000") == {200}
    assert letters(portal, "http://[::1]:8000", REMOTE_ADDR="::1") == {200}
    for remote in ("192.0.2.7", "10.0.0.1", "::ffff:192.0.2.7", "2001:db8::1", "", "unknown", "127.0.0.1, x"):
        assert letters(portal, here, REMOTE_ADDR=remote) == {404}, remote
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:8000", "localhost.evil.example"):
        assert letters(portal, f"http://{host}") == {404}, host
    forged = {"HTTP_X_FORWARDED_FOR": "127.0.0.1", "HTTP_X_REAL_IP": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"}
    assert letters(portal, here, REMOTE_ADDR="192.0.2.7", **forged) == {404}


@pytest.mark.parametrize(
    "sign",
    [
        *(
            "HTTP_FORWARDED",
            "HTTP_X_FORWARDED_FOR",
            "HTTP_X_FORWARDED_HOST",
            "HTTP_X_FORWARDED_PROTO",
            "HTTP_X_FORWARDED",
        ),
        *(
            "HTTP_X_REAL_IP",
            "HTTP_X_CLIENT_IP",
            "HTTP_X_CLUSTER_CLIENT_IP",
            "HTTP_X_ORIGINAL_FORWARDED_FOR",
            "HTTP_VIA",
        ),
        *("HTTP_CF_CONNECTING_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_FASTLY_CLIENT_IP", "HTTP_CDN_LOOP"),
    ],
)
def test_letters_are_shown_to_nobody_whom_a_proxy_brings_though_nothing_was_set(portal: Portal, sign: str) -> None:
    portal.author()

    for value in ("203.0.113.9", "127.0.0.1", ""):
        assert letters(portal, "http://127.0.0.1:8000", **{sign: value}) == {404}


def test_letters_are_not_shown_in_the_protocol_that_only_a_plain_proxy_speaks(portal: Portal) -> None:
    portal.author()

    assert letters(portal, "http://127.0.0.1:8000", SERVER_PROTOCOL="HTTP/1.0") == {404}


def test_behind_a_proxy_letters_are_shown_to_nobody_from_outside(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path), proxies=1)
    portal.author()
    for forwarded in ("192.0.2.7", "127.0.0.1, 192.0.2.7", "::1, 192.0.2.7", "localhost,192.0.2.7"):
        assert letters(portal, "http://127.0.0.1:8000", HTTP_X_FORWARDED_FOR=forwarded) == {404}
    forged = {"HTTP_X_FORWARDED_FOR": "192.0.2.7", "HTTP_X_FORWARDED_HOST": "127.0.0.1:8000"}
    assert letters(portal, "http://evil.example", **forged) == {404}


def test_where_the_public_address_is_not_this_machine_there_is_no_mailbox(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path, url="https://authors.marram.example"))
    portal.person().client.get("/login", base_url="https://authors.marram.example")
    publishers.add(portal.world.ports, OPERATOR, address=normalise("inv@example.org"), name="Ana", password=None)
    portal.world.work()

    for url in ("https://authors.marram.example", "http://127.0.0.1:8000", "http://localhost"):
        assert letters(portal, url) == {404}
    assert "mailbox" not in portal.app.test_client().get("/", base_url="https://authors.marram.example").text


@pytest.mark.parametrize("who", WHO)
def test_no_cache_keeps_a_page_about_anybody(tmp_path: Path, who: str) -> None:
    walk = Walk(tmp_path, who)
    routes = [*ways(walk, "GET"), *ways(walk, "POST")]
    with_token = tuple(route.rule.partition("<token>")[0] for route in routes if "<token>" in route.rule)
    for route in routes:
        answer = walk.send("cache", route, walk.address(route))
        assert answer.headers["Cache-Control"] == "no-store", route.rule
        assert "Cookie" in answer.headers["Vary"], route.rule
        token_page = route.rule.startswith(with_token)
        assert answer.headers["Referrer-Policy"] == ("no-referrer" if token_page else "same-origin"), route.rule


def test_readers_pages_are_cached_and_say_nothing_of_whoever_reads(portal: Portal) -> None:
    author = portal.author()
    author.save(author_bio="Here.")
    portal.world.work()
    stranger = portal.app.test_client(use_cookies=False)
    for path in ("/authors/", "/authors/ana-lima/", "/authors/ana-lima/index.json", "/sitemap.xml"):
        mine, on_behalf = author.get(path), stranger.get(path, query_string="a=1&a=2")
        assert mine.data == on_behalf.data
        assert mine.status_code == 200
        assert mine.headers["Cache-Control"].startswith("public, ")
        assert "Set-Cookie" not in mine.headers
        assert "example.org" not in mine.text
        check_headers(mine)


def test_under_https_every_answer_says_so_for_a_year(tmp_path: Path) -> None:
    url = "https://authors.marram.example"
    portal = make_portal(make_world(tmp_path, url=url))
    client = portal.app.test_client()
    for path in ("/", "/login", "/no-such-page", "/authors/", "/static/none.css", "/account", "/healthz"):
        answer = client.get(path, base_url=url)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", path
    assert "Strict-Transport-Security" not in make_portal(make_world(tmp_path / "x")).app.test_client().get("/").headers
