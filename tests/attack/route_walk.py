"""What every walk over the application needs: its routes, everybody there can be, and what every answer must carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.access_table import TABLE
from tests.attack.hostile_input import MARK
from tests.environment import make_world
from tests.people import PASSWORD, csrf_of, make_portal, path_in
from werkzeug.test import create_environ, run_wsgi_app
from werkzeug.wrappers import Response

from byline.accounts import publishers, recovery
from byline.accounts.actors import actor_of
from byline.accounts.model import ReviewRule
from byline.accounts.recovery_records import WAITS, Purpose, Recovery, recovery_record
from byline.audit import OPERATOR
from byline.authors import (
    decisions,
    digest,
    invitations,
    invitees,
    pages,
    questions,
    review_policy,
    reviews,
    still_right,
)
from byline.profiles.editing import PageChange
from byline.store.port import Create, Record
from byline.store.sqlite import SqliteStore
from byline.web.access import Answer, Who

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from tests.attack.hostile_input import Body
    from tests.people import Person, Portal

    from byline.audit import Actor

EVERYBODY = ("nobody", "unconfirmed", "waiting", "declined", "suspended", "author", "another author", "publisher")
COLUMN = {
    "nobody": Who.NOBODY,
    "unconfirmed": Who.UNCONFIRMED,
    "waiting": Who.WAITING,
    "declined": Who.NOBODY,
    "suspended": Who.NOBODY,
    "author": Who.AUTHOR,
    "another author": Who.AUTHOR,
    "publisher": Who.PUBLISHER,
}
TYPES = {
    *(f"text/{kind}; charset=utf-8" for kind in ("html", "plain", "css", "javascript")),
    "application/json",
    "application/xml; charset=utf-8",
    "image/jpeg",
}
WHO = ("nobody", "unconfirmed", "waiting", "author", "publisher")
STATUSES = {200, 302, 303, 308, 400, 403, 404, 405, 409, 410, 413, 422, 429}
TYPED = {"author_email": "new@example.org", "author_name": "Nora Noe", "author_password": "a password nobody shows"}
EDITOR = {
    "author_name": "Tara Getz",
    "tell_author": "1",
    "author_sort_name": "Getz, Tara",
    "author_slug": "a-new-address",
    "author_bio": "Words.",
    "bio_format": "markdown",
    "remove_img": "",
    "link_label": "Books",
    "link_url": "https://books.example.org/",
    "link_own": "yes",
    "link_network": "instagram",
    "link_position": "1",
    "book_position": "1",
    "book_cover_kept": "c0ffee",
    "author_summary": "Words in short.",
    "photo_alt": "A sheep",
    "photo_credit": "Bo Berg",
    "photo_focus": "40,60",
    "photo_crop": "4:5",
    "photo_rights": "1",
    "book_title": "A book",
    "book_subtitle": "A novel",
    "book_publisher": "A press",
    "book_year": "2019",
    "book_isbn": "978-3-16-148410-0",
    "book_url": "https://books.example.org/a-book",
    "seen": "1",
    "draft_seen": "",
    "intent": "publish",
    "owner": "a.b.c",
    "copy": "m1x2",
}
FORMS = {
    "registration.register": TYPED,
    "login.log_in": {
        "author_email": "target@example.org",
        "author_password": "a password nobody shows",
        "remember_me": "1",
        "makes_passkeys": "1",
        "next": "/account",
        "kept": '{"fields":{},"links":[],"seen":0,"author":"x"}',
        "kept_for": "x",
        "kept_seal": "x",
    },
    "login.log_out": {},
    "confirmation.link": {"author_password": "a password nobody shows"},
    "confirmation.code": {"code": "000000"},
    "confirmation.send_again": {},
    "confirmation.use_other_address": {"author_email": "target@example.org"},
    "registration.delete": {},
    "passkeys.begin_login": {},
    "passkeys.finish_login": {"answer": '{"id": "x"}', "next": "/account"},
    "passkeys.begin_adding": {"conditional": "1"},
    "passkeys.finish_adding": {"answer": '{"id": "x"}', "name": "My phone"},
    "passkeys.rename": {"passkey_name": "My phone"},
    "passkeys.remove": {"author_password": "a password nobody shows"},
    "password.request_reset": {"author_email": "target@example.org"},
    "password.reset": {"new_password": "short", "author_name": "Nora Noe"},
    "invitation.accept": {"new_password": "short", "author_name": "Nora Noe"},
    "security.end_session": {"session": "A" * 43, "owner": "a.b.c"},
    "security.end_others": {"owner": "a.b.c"},
    "login.verify": {"code": "000000", "next": "/account"},
    "factors.begin": {"owner": "a.b.c"},
    "factors.authenticator": {"code": "000000", "owner": "a.b.c"},
    "factors.remove": {"author_password": "a password nobody shows"},
    "factors.renew_codes": {},
    "security.verify": {"code": "000000", "author_password": "a password nobody shows", "next": "/account"},
    "address_change.change": {"author_email": "target@example.org", "code": "000000"},
    "address_change.confirm": {},
    "address_change.undo": {},
    "password.change": {"old_password": "a password nobody shows", "new_password": "another long password here"},
    "first_publisher.become": {**TYPED, "author_password": "short"},
    "own_page.edit": EDITOR,
    "author.edit": EDITOR,
    "own_page.restore": {"seen": "1"},
    "own_page.end_redirect": {"slug": "an-old-address"},
    "author.end_redirect": {"slug": "an-old-address"},
    "author.restore": {"seen": "1"},
    "publisher.approve_many": {"author": "0" * 24, "owner": "a.b.c"},
    "publisher.undo_many": {},
    "questions.ask": {"question": "Which books?", "owner": "a.b.c"},
    "questions.answer": {"answer": "Two, so far."},
    "managed_pages.new": {
        "author_name": "Edith Karr",
        "author_sort_name": "Karr, Edith",
        "same_name": "1",
        "owner": "a.b.c",
    },
    "handover.invite": {
        "author_email": "edith@example.org",
        "note": "Yours from now on.",
        "language": "de",
        "owner": "a.b.c",
    },
    "merging.merge": {
        "into": "target@example.org",
        "seen": "1",
        "seen_lost": "1",
        **dict.fromkeys(("name", "summary", "biography", "photo", "books", "links"), "stays"),
        "owner": "a.b.c",
    },
    "merging.undo": {"owner": "a.b.c"},
    "managed_pages.unpublish": {"owner": "a.b.c"},
    "reminders.remind": {"owner": "a.b.c"},
    "still_right.confirm": {},
    "recovery.stop_own": {},
    "recovery.start": {},
    "recovery.start_address": {"author_email": "target@example.org", "owner": "a.b.c"},
    "recovery.stop_for": {},
    "recovery.stop": {},
    "recovery.finish": {"new_password": "short"},
    "digest.switch_off": {},
    "digest.switch": {"digest": "off", "owner": "a.b.c"},
    "devices.rename": {"device": "x", "device_name": "My laptop", "owner": "a.b.c"},
    "devices.remove": {"device": "x", "owner": "a.b.c"},
    "settings.keep_logins": {"months": "6", "owner": "a.b.c"},
    "factor_settings.save": {"grace_days": "9", "factor_for": "all", "owner": "a.b.c"},
    "settings.ask_yearly": {"yearly_question": "on", "owner": "a.b.c"},
    "settings.usual_days": {"usual_days": "9", "owner": "a.b.c"},
    "decisions.approve": {},
    "decisions.decline": {"note": "Not ours.", "preview": "1"},
    "decisions.suspend": {},
    "decisions.reinstate": {},
    "decisions.undo": {},
    "decisions.clear_bounce": {},
    "exports.export": {
        "format": "json",
        "authors": "target@example.org",
        "author": "",
        "start": "",
        "part": "1",
        "intent": "download",
        "owner": "a.b.c",
    },
    "imports.authors": {
        "table_text": "email,biography\ntarget@example.org,Other words.",
        "shown": "+2",
        "intent": "import",
        "owner": "a.b.c",
    },
    "invitations.overview": {
        "people": "Nora Noe <nora@example.org>\nBo",
        "note": "Welcome!",
        "language": "de",
        "row": "2",
        "row_name": "Bo Lund",
        "row_email": "bea@example.org",
        "intent": "preview",
        "owner": "a.b.c",
    },
    "invitations.remind": {"author_email": "invited@example.org"},
    "invitations.renew": {"author_email": "invited@example.org", "to": "team"},
    "invitations.revoke": {"author_email": "invited@example.org"},
    "team.overview": {"author_name": "Nora Noe", "author_email": "nora@example.org", "owner": "a.b.c"},
    "team.appoint": {},
    "team.remove": {},
    "reviews.publish": {"number": "3", "seen": "1"},
    "reviews.edit": {**EDITOR, "draft_seen": "review-3"},
    "reviews.ask_for_change": {"number": "3", "note": "Not yet."},
    "reviews.reject": {"number": "3", "note": "Not ours."},
    "review_settings.site": {"review": "all"},
    "review_settings.author": {"review": "always"},
    "settings.branding": {
        "site_name": "Dune House",
        "publisher_name": "Dune House Press",
        "contact": "office@dune.example",
        "accent": "#0a5c8a",
        "press_url": "https://dune.example/",
        "header_label": "Books",
        "header_url": "https://books.dune.example/",
        "imprint": "Dune House Press",
        "imprint_url": "https://dune.example/imprint",
        "logo_kept": "0" * 32,
        "logo_dark_kept": "",
        "icon_kept": "",
        "logo_removed": "1",
        "logo_dark_removed": "1",
        "icon_removed": "1",
        "seen": "0",
        "intent": "preview",
        "owner": "a.b.c",
    },
}
NEVER_SHOWN = ("a password nobody shows", PASSWORD)


@dataclass(frozen=True)
class Route:
    """One address of the application and one method that it takes."""

    endpoint: str
    method: str
    rule: str

    def at(
        self, *, account: str, profile: str = "", number: str = "1", link: str = "no-such-link", name: str = ""
    ) -> str:
        """The address with something in the place of each of its variable parts."""
        return (
            self.rule.replace("<account_id>", account)
            .replace("<profile_id>", profile or account)
            .replace("<int:number>", number)
            .replace("<token>", link)
            .replace("<name>", name or f"{'0' * 32}-320.jpg")
            .replace("<email_id>", link)
        )


def routes(app: Flask) -> list[Route]:
    """Every address with every method of its own."""
    return [
        Route(route.endpoint, method, route.rule)
        for route in app.url_map.iter_rules()
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def somebody(portal: Portal, who: str) -> Person:
    """A browser that belongs to this kind of person, however far their account let it come."""
    match who:
        case "unconfirmed":
            person = portal.person("una@example.org", "Una Berg")
            person.register()
            return person
        case "waiting":
            return portal.waiting("wim@example.org", "Wim Aas")
        case "declined":
            person = portal.waiting("dee@example.org", "Dee Roe")
            decisions.decline(portal.world.ports, OPERATOR, portal.account("dee@example.org").id, note="Not ours.")
            return person
        case "suspended":
            person = portal.author("sol@example.org", "Sol Ek")
            decisions.suspend(portal.world.ports, OPERATOR, portal.account("sol@example.org").id)
            return person
        case "author":
            person = portal.author("ana@example.org", "Ana Lima")
            person.save(author_bio="Here.")
            return person
        case "another author":
            return portal.author("bo@example.org", "Bo Lund")
        case "publisher":
            return portal.publisher()
        case _:
            return portal.person("nil@example.org", "Nil")


def check_headers(answer: Response, what: str = "") -> None:
    """What every answer carries, be it a page, a file, a redirect or an error (ASVS 5.0, 3.4)."""
    headers = answer.headers
    policy = {part.strip().split(" ")[0]: part.strip() for part in headers["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == "default-src 'none'", what
    is_framed = headers["X-Frame-Options"] == "SAMEORIGIN"  # the preview beside the editor, and nothing else
    assert not is_framed or "/preview" in what, what
    assert policy["frame-ancestors"] == ("frame-ancestors 'self'" if is_framed else "frame-ancestors 'none'"), what
    runs_scripts = policy.get("script-src", "'none'") != "'none'"
    assert not runs_scripts or policy["require-trusted-types-for"] == "require-trusted-types-for 'script'", what
    assert not runs_scripts or policy["report-uri"] == "report-uri /csp-report", what
    assert "allow-duplicates" not in headers["Content-Security-Policy"], what
    assert "unsafe-eval" not in headers["Content-Security-Policy"], what
    assert not any("unsafe" in policy.get(kind, "") for kind in ("script-src", "object-src", "base-uri")), what
    assert headers["X-Content-Type-Options"] == "nosniff", what
    assert headers["X-Frame-Options"] == ("SAMEORIGIN" if is_framed else "DENY"), what
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", what
    shared = [name for name in headers if name[0].lower().startswith("access-control-")]
    assert shared in ([], [("Access-Control-Allow-Origin", "*")]), what
    assert not shared or not what or " /authors" in f" {what}", what
    assert headers["Cross-Origin-Resource-Policy"] == ("cross-origin" if shared else "same-origin"), what
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, what
    assert headers["Cache-Control"], what
    for name in set(headers.keys()) - {"Set-Cookie", "Vary"}:
        assert len(headers.getlist(name)) == 1, f"{what}: {name} twice"
    assert all(letter >= " " for _, value in headers for letter in value), what
    if answer.data:
        assert headers["Content-Type"] in TYPES, what


def target_actor(portal: Portal) -> Actor:
    """The author whose page the walk is about."""
    return actor_of(portal.account("target@example.org"))


def asked_once_a_year(portal: Portal, address: str) -> str:
    """The token of a link by which an author can confirm their page."""
    ports, account, now = portal.world.ports, portal.account(address), portal.world.clock.now()
    ports.store.commit(Create(Record(still_right.key(account.id), {"asked": now.isoformat()})))
    profile = pages.load_for(ports, OPERATOR, account.id).profile
    return still_right.link_for(ports, account, profile, now).rpartition("/")[2]


def waiting_recovery(portal: Portal, address: str) -> dict[str, str]:
    """The tokens of a recovery that was started three days ago, by the routes that they are of."""
    ports, account = portal.world.ports, portal.account(address)
    started_at = ports.clock.now() - WAITS
    found = Recovery(account.id, "5f", Purpose.FACTORS, OPERATOR.account_id, started_at, account.generation)
    ports.store.commit(Create(recovery_record(found)))
    purposes = {"recovery.stop": recovery.STOP, "recovery.finish": recovery.FINISH}
    return {name: recovery.link_for(ports, each, found).rpartition("/")[2] for name, each in purposes.items()}


class Walk:
    """One kind of person in a portal that has a target, a registration and working links; each request finds it new."""

    def __init__(self, folder: Path, who: str) -> None:
        store = SqliteStore(":memory:")
        portal = make_portal(make_world(folder, store, throttle=False))
        self.links = {"first_publisher.become": (publishers.first_link(portal.world.ports) or "").rpartition("/")[2]}
        portal.author("target@example.org", "Tara Getz").save(author_bio="The target's own words.")
        portal.person("target@example.org").post("/reset", {"author_email": "target@example.org"})
        self.links["password.reset"] = path_in(portal.person("target@example.org").letter(), "/reset/")[
            len("/reset/") :
        ]
        invitations.invite(portal.world.ports, OPERATOR, invitees.from_text("Ivo Noe <invited@example.org>"))
        letter = portal.person("invited@example.org").letter()
        self.links["invitation.accept"] = path_in(letter, "/invitation/")[len("/invitation/") :]
        asked = portal.waiting("asked@example.org", "Asta Quill")
        questions.ask(portal.world.ports, OPERATOR, portal.account(asked.address).id, text="How many books?")
        self.links["questions.answer"] = path_in(asked.letter(), "/question/")[len("/question/") :]
        desk = portal.publisher("digest@example.org", "Della Gest")
        ports, at = portal.world.ports, portal.world.clock.now()
        self.links["digest.switch_off"] = digest.off_link(ports, portal.account(desk.address), at).rpartition("/")[2]
        self.links["still_right.confirm"] = asked_once_a_year(portal, "target@example.org")
        self.links |= waiting_recovery(portal, "target@example.org")
        other = portal.person("other@example.org", "Olga Oro")
        other.register()
        self.links["confirmation.link"] = path_in(other.letter(), "/confirm/")[len("/confirm/") :]
        self.portal = portal
        self.who = who
        self.target = portal.account("target@example.org").id
        review_policy.save_for(portal.world.ports, OPERATOR, self.target, ReviewRule.ALWAYS)
        pages.save_own(portal.world.ports, target_actor(portal), PageChange(bio="<p>Waiting words.</p>"))
        [text] = reviews.waiting(portal.world.ports, OPERATOR).rows
        self.review = (text.profile.id, text.review.number)
        person = somebody(portal, who)
        self.token = csrf_of(person.get("/login" if who == "nobody" else "/logout"))
        current = [person.client.get_cookie(name) for name in ("byline", "byline_visit")]
        self.cookie = "; ".join(f"{cookie.key}={cookie.value}" for cookie in current if cookie)
        [self._connection] = store._idle
        self._before = self._connection.serialize()

    def put_back(self) -> None:
        """Make the store what it was at the beginning."""
        self._connection.deserialize(self._before)

    def is_unchanged(self) -> bool:
        """Whether nothing was written since it was put back."""
        return self._connection.serialize() == self._before

    def address(self, route: Route) -> str:
        """Where a route is here, with a link that works."""
        return route.at(
            account=self.target, profile=self.review[0], link=self.links.get(route.endpoint, "no-such-link")
        )

    def send(self, what: str, route: Route, path: str, body: Body | None = None, **environ: str) -> Response:
        """Put everything back as it was, send it, and look at what comes back."""
        self.put_back()
        asked = create_environ(path, method=route.method, data=body and body.body)
        asked["HTTP_COOKIE"] = self.cookie
        if body is not None:
            asked["CONTENT_TYPE"] = body.content_type
            asked["CONTENT_LENGTH"] = str(len(body.body) if body.length is None else body.length)
        # Not by a test client: it reads the Host header itself, and stumbles over the worst ones.
        content, status, headers = run_wsgi_app(self.portal.app, {**asked, **environ}, buffered=True)
        answer = Response(content, status, headers)
        check(answer, f"{self.who}: {route.method} {path[:80]}: {what}")
        assert answer.data or route.method in {"HEAD", "OPTIONS"}, what
        return answer

    def again(self, path: str) -> Response:
        """What the same person then finds at an address."""
        asked = {**create_environ(path), "HTTP_COOKIE": self.cookie}
        content, status, headers = run_wsgi_app(self.portal.app, asked, buffered=True)
        answer = Response(content, status, headers)
        check(answer, f"{self.who}: GET {path}: afterwards")
        return answer


def check(answer: Response, what: str) -> None:
    """A status that the documents know, all headers, nothing to be carried out, no password."""
    assert answer.status_code in STATUSES, f"{what}: {answer.status}"
    check_headers(answer, what)
    text = answer.get_data(as_text=True)
    assert MARK not in text, what
    assert not any(word in text for word in NEVER_SHOWN), what
    assert "Traceback" not in text, what
    location = answer.headers.get("Location", "/")
    assert location.startswith("/"), f"{what}: to {location}"
    assert not location.startswith(("//", "/\\")), f"{what}: to {location}"
    if answer.status_code >= 400 and answer.data:
        assert "<h1>" in text, what
    if answer.status_code in {429, 503}:
        assert int(answer.headers["Retry-After"]) > 0, what


def ways(walk: Walk, method: str, *, passing: bool | None = None) -> Iterator[Route]:
    """The routes of a method; only those that let this person pass, or only the others."""
    for route in routes(walk.portal.app):
        lets_pass = TABLE[route.endpoint].answers[COLUMN[walk.who]] is Answer.PASS
        if route.method == method and passing in {None, lets_pass}:
            yield route
