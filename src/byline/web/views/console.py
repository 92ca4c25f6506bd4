"""The publisher's console: the queue, the authors, one author, and the first publisher's link."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

from flask import redirect, request, session
from werkzeug.exceptions import BadRequest, NotFound

from byline.accounts import publishers
from byline.accounts.model import State
from byline.accounts.records import account_from, account_key
from byline.accounts.states import MOVES, Event
from byline.authors import listing, pages
from byline.errors import DeadLink, Invalid, TooMany
from byline.messages import notices
from byline.messages.accounts import Wait
from byline.store.port import Cursor
from byline.web import activity, forms, identity
from byline.web.access import Who
from byline.web.answers import dead_link, minutes, too_many
from byline.web.context import ports
from byline.web.pages import Form
from byline.web.render import flash, render_page
from byline.web.views import editor, form_recovery, versions
from byline.web.views.registration import check_rate_limit, device

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account
    from byline.messages.message import Message
    from byline.profiles.model import Profile


def set_up(app: Flask) -> None:
    """The routes of this page."""
    at = "/publisher/authors/<account_id>"
    app.add_url_rule("/publisher", "queue", queue, methods=["GET"])
    app.add_url_rule("/publisher/authors", "authors", authors, methods=["GET"])
    app.add_url_rule(at, "author", author, methods=["GET"])
    app.add_url_rule(f"{at}/edit", "edit_for", edit_for, methods=["GET", "POST"])
    app.add_url_rule(f"{at}/history", "history_for", history_for, methods=["GET"])
    app.add_url_rule(f"{at}/history/<int:number>", "history_version_for", history_version_for, methods=["GET"])
    app.add_url_rule(f"{at}/history/<int:number>/restore", "history_restore_for", history_restore_for, methods=["POST"])
    app.add_url_rule(f"{at}/photo/<name>", "photo_for", photo_for, methods=["GET"])
    app.add_url_rule("/publisher/first/<token>", "first_publisher", first_publisher, methods=["GET", "POST"])


def queue() -> ResponseReturnValue:
    """Who waits for approval, longest first."""
    rows = _page(lambda after: listing.waiting(ports(), after=after))
    return render_page(
        "publisher/queue.html",
        waiting=[
            SimpleNamespace(
                id=row.account.id,
                name=row.account.name,
                email=row.account.address,
                confirmed_at=row.account.confirmed_at or row.account.created_at,
                asked_at=row.account.created_at,
                warnings=_warnings(row),
            )
            for row in rows.rows
        ],
        count=f"{len(rows.rows)}{'+' if rows.next else ''}",
        after=rows.next,
        undo=_undo(),
        register_url=f"{ports().site.url}/register",
    )


def authors() -> ResponseReturnValue:
    """The authors, by state, or those whose name or address begins as typed."""
    unreached = request.args.get("letters") == "undelivered"
    typed = request.args.get("q", "")[:200].replace("\0", "").encode("utf-8", "ignore").decode()
    try:
        state = State(request.args["state"]) if request.args.get("state") else None
    except ValueError as fault:
        raise NotFound from fault
    if unreached:
        rows = _page(lambda after: listing.undeliverable(ports(), after=after))
    elif typed.strip():
        rows = listing.search(ports(), typed, state=state)
    else:
        rows = _page(lambda after: listing.listed(ports(), state, after=after))
    return render_page(
        "publisher/authors.html",
        q=typed,
        state=state.value if state else "",
        unreached=unreached,
        people=[_listed(row) for row in rows.rows],
        after=rows.next,
        register_url=f"{ports().site.url}/register",
    )


def author(account_id: str) -> ResponseReturnValue:
    """One author: facts, what happened, and what can be done now."""
    account = the_account(account_id)
    profile = _profile(account)
    return render_page(
        "publisher/author.html",
        author=_facts(account, profile),
        may=allowed_actions(account),
        events=[
            SimpleNamespace(at=event.at, sentence=activity.sentence(event), by=event.by)
            for event in listing.events(ports(), account.id)
        ],
        undo=_undo(),
    )


def edit_for(account_id: str) -> ResponseReturnValue:
    """Edit an author's page on their behalf; a letter tells them."""
    who = identity.who(identity.visit())
    if who is Who.NOBODY:
        return form_recovery.text_without_session() or _nothing_here()
    if request.method == "POST":
        form_recovery.check_whose()
    if who is not Who.PUBLISHER:
        raise NotFound
    desk = _page_editor(account_id)
    return editor.save(desk) if request.method == "POST" else editor.edit(desk)


def history_for(account_id: str) -> ResponseReturnValue:
    """The versions of an author's page."""
    return versions.history(_page_editor(account_id))


def history_version_for(account_id: str, number: int) -> ResponseReturnValue:
    """One of them, beside the live one."""
    return versions.compared(_page_editor(account_id), number)


def history_restore_for(account_id: str, number: int) -> ResponseReturnValue:
    """Make it the live one again."""
    return versions.restore(_page_editor(account_id), number)


def photo_for(account_id: str, name: str) -> ResponseReturnValue:
    """An author's photo, as the editor shows it."""
    return editor.photo(_page_editor(account_id), name)


def first_publisher(token: str) -> ResponseReturnValue:
    """The link that a start prints while there is no publisher."""
    try:
        publishers.read_first_link(ports(), token)
        if request.method != "POST":
            return render_page("publisher/first.html", form=Form())
        check_rate_limit("register")
        wanted = forms.registration()
        entry = publishers.become_first(
            ports(),
            identity.visit(),
            token,
            address=wanted.address,
            name=wanted.name,
            password=wanted.password,
            device=device(),
        )
    except DeadLink as fault:
        return dead_link("first", fault.why)
    except Invalid as fault:
        return render_page("publisher/first.html", 422, form=_first_form(fault.faults))
    except TooMany as fault:
        form = _first_form({"": Wait(minutes(fault))})
        return too_many(fault, render_page("publisher/first.html", 429, form=form))
    identity.enter(entry)
    flash(notices.FIRST_PUBLISHER)
    return redirect("/publisher", 303)


def _first_form(faults: Mapping[str, Message]) -> Form:
    return Form(forms.typed("author_name", "author_email"), faults)


def the_account(account_id: str) -> Account:
    """The account that was read beside the publisher's own; 404 if there is none."""
    record = identity.me().prefetched.get(account_key(account_id))
    if record is None:
        raise NotFound
    account = account_from(record)
    if account.state is State.DELETED:
        raise NotFound
    return account


def _nothing_here() -> NoReturn:
    raise NotFound


def _page_editor(account_id: str) -> editor.PageEditor:
    return editor.PageEditor.of_author(identity.me().actor, account_id)


def _profile(account: Account) -> Profile | None:
    if account.profile_id is None:
        return None
    return pages.load_for(ports(), identity.me().actor, account.id).profile


def _page_url(account: Account, profile: Profile | None) -> str:
    if profile is None or profile.number == 0 or account.state is not State.ACTIVE:
        return ""
    return f"{ports().site.url}/authors/{profile.slug}/"


def _facts(account: Account, profile: Profile | None) -> SimpleNamespace:
    return SimpleNamespace(
        id=account.id,
        name=account.name,
        email=account.address,
        role=account.role.value,
        state=account.state.value,
        asked_at=account.created_at,
        confirmed_at=account.confirmed_at,
        decided_at=account.decided_at,
        decided_by=account.decided_by,
        note=account.note,
        bounced_at=account.bounced_at,
        complained_at=account.complained_at,
        page_url=_page_url(account, profile),
        saved_at=profile.saved_at if profile and profile.number else None,
    )


def _listed(row: listing.Row) -> SimpleNamespace:
    account = row.account
    return SimpleNamespace(
        id=account.id,
        name=account.name,
        email=account.address,
        state=account.state.value,
        role=account.role.value,
        page_url=_page_url(account, row.profile),
        undelivered=account.is_undeliverable,
        since=account.decided_at or account.created_at,
    )


def _warnings(row: listing.Row) -> list[Message]:
    warnings: list[Message] = [notices.NAMESAKE_WAITING] if row.namesakes else []
    return [*warnings, notices.EMAILS_NOT_DELIVERED] if row.account.is_undeliverable else warnings


def allowed_actions(account: Account) -> list[str]:
    """What this publisher can do with an account now, by the words of the buttons."""
    acts = {
        "approve": Event.APPROVED,
        "decline": Event.DECLINED,
        "suspend": Event.SUSPENDED,
        "restore": Event.REINSTATED,
    }
    own = account.id == identity.me().actor.account_id
    may = [act for act, event in acts.items() if (account.state, event) in MOVES and not (own and act == "suspend")]
    return [*may, "edit"] if account.profile_id and account.state is State.ACTIVE else may


def _undo() -> SimpleNamespace | None:
    """The decision that was just made, while it can be taken back."""
    account_id = session.pop("undo", "")
    sentence = session.get("said", "")
    if not account_id or not sentence:
        return None
    session.pop("said")
    return SimpleNamespace(sentence=sentence, action=f"/publisher/authors/{account_id}/undo")


def _page(read: Callable[[Cursor | None], listing.Rows]) -> listing.Rows:
    """A slice of a list; a cursor that is none is a bad request."""
    after = request.args.get("after")
    try:
        return read(Cursor(after) if after else None)
    except ValueError as fault:
        raise BadRequest from fault
