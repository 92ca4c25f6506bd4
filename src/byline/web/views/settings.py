"""The press's settings: how it appears on readers' pages, in the portal and in emails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import NotFound

from byline.accounts import required_factors
from byline.authors import digest, review_policy
from byline.errors import Stale
from byline.looks import accent, tokens
from byline.messages import notices
from byline.messages.branding import BRANDING_CHANGED_IN_BETWEEN, DAYS_MALFORMED, WAITING_TIME_SAVED, AccentAdjusted
from byline.messages.questions import YEARLY_QUESTION_IS_OFF, YEARLY_QUESTION_IS_ON
from byline.messages.retention import RETENTION_SAVED
from byline.press import changes, retention, waiting_time, yearly_question
from byline.security_events import MONTHS
from byline.site import branding as site_branding
from byline.web import branding_form, form_recovery, identity
from byline.web.access import CONSOLE, open_to, press_settings
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.page_form import seen
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from byline.looks.branding import Branding
    from byline.messages.message import Message
    from byline.site.branding import ShownBranding

bp = Blueprint("settings", __name__)


@dataclass(frozen=True, slots=True)
class Sample:
    """The branding of ``publisher/settings.html`` in use; ``is_saved``: it is what everybody sees."""

    name: str
    imprint: str
    contact: str
    brand: ShownBranding
    style: str
    adjusted: Message | None
    is_saved: bool


def _form(form: Form) -> Response:
    live, version = changes.load(ports(), identity.me().actor)
    return _page(form, live, seen=form.values["seen"] or str(version))


@bp.route("/publisher/settings", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=press_settings, upload=True, form=_form)
def branding() -> ResponseReturnValue:
    """Set the names, logo, colour, links and imprint; ``preview`` shows them in use, and saves nothing."""
    actor = identity.me().actor
    live, version = changes.load(ports(), actor)
    if request.method != "POST":
        return _page(branding_form.form_of(live), live, seen=str(version))
    typed, is_preview = branding_form.change(), single("intent") == "preview"
    edited = seen() or 0
    checked = changes.check(ports(), actor, typed)
    if checked.faults:
        form = branding_form.form_of(checked.branding, typed, faults=checked.faults, status=422)
        return _page(form, checked.branding, seen=str(edited))
    if is_preview:
        return _page(branding_form.form_of(checked.branding, typed), checked.branding, seen=str(edited), is_saved=False)
    try:
        is_changed = changes.save(ports(), actor, checked.branding, seen=edited)
    except Stale as fault:
        now, _ = changes.load(ports(), actor.without_prefetched())
        faults = {"": BRANDING_CHANGED_IN_BETWEEN}
        form = branding_form.form_of(checked.branding, typed, faults=faults, status=409)
        theirs = branding_form.differences(now, checked.branding)
        return _page(form, checked.branding, seen=str(fault.live), is_saved=False, theirs=theirs)
    flash(notices.BRANDING_SAVED if is_changed else notices.BRANDING_UNCHANGED)
    return redirect(url_for("settings.branding"), 303)


def _days_form(form: Form) -> Response:
    live, version = changes.load(ports(), identity.me().actor)
    return _page(branding_form.form_of(live), live, seen=str(version), days=form)


@bp.post("/publisher/settings/waiting-time")
@open_to(CONSOLE, extra_keys=press_settings, form=_days_form)
def usual_days() -> ResponseReturnValue:
    """Set after how many days the queue marks who waits."""
    typed = single("usual_days").strip()
    days = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(waiting_time.MOST_DAYS)) else 0
    if not 1 <= days <= waiting_time.MOST_DAYS:
        return _days_form(Form({"usual_days": typed}, {"usual_days": DAYS_MALFORMED}, status=422))
    flash(WAITING_TIME_SAVED if waiting_time.save(ports(), identity.me().actor, days) else notices.BRANDING_UNCHANGED)
    return redirect(url_for("settings.branding"), 303)


@bp.post("/publisher/settings/yearly-question")
@open_to(CONSOLE, extra_keys=press_settings, decision=True)
def ask_yearly() -> ResponseReturnValue:
    """Set whether authors are asked once a year if their page is still right."""
    wanted = single("yearly_question")
    # A form without a choice changes nothing.
    if wanted in {"on", "off"} and yearly_question.save(ports(), identity.me().actor, on=wanted == "on"):
        flash(YEARLY_QUESTION_IS_ON if wanted == "on" else YEARLY_QUESTION_IS_OFF)
    else:
        flash(notices.BRANDING_UNCHANGED)
    return redirect(url_for("settings.branding"), 303)


@bp.post("/publisher/settings/retention")
@open_to(CONSOLE, extra_keys=press_settings, decision=True)
def keep_logins() -> ResponseReturnValue:
    """Set for how many months logins are kept."""
    typed = single("months")
    wanted = next((months for months in MONTHS if str(months) == typed), None)
    # A form without a choice changes nothing.
    is_changed = wanted is not None and retention.save(ports(), identity.me().actor, wanted)
    flash(RETENTION_SAVED if is_changed else notices.BRANDING_UNCHANGED)
    return redirect(url_for("settings.branding"), 303)


@bp.get("/publisher/settings/preview/<name>")
@open_to(CONSOLE)
def style(name: str) -> ResponseReturnValue:
    """The stylesheet of the samples: both themes at once, with the colour that the address names."""
    colour = "" if name == "none.css" else accent.normalise(name.removesuffix(".css"))
    if colour is None:
        raise NotFound
    themes = (("light", tokens.LIGHT, accent.light), ("dark", tokens.DARK, accent.dark))
    rules = [
        f".sample.{theme} {{ color-scheme: {theme};{_colours({**plain, **(derived(colour) if colour else {})})} }}"
        for theme, plain, derived in themes
    ]
    return Response("\n".join(rules), mimetype="text/css")


def _colours(values: dict[str, str]) -> str:
    return "".join(f" --{name}: {value};" for name, value in values.items() if value.startswith("#"))


def _page(
    form: Form,
    branding: Branding,
    *,
    seen: str,
    is_saved: bool = True,
    theirs: Sequence[tuple[str, str]] = (),
    days: Form | None = None,
) -> Response:
    from byline.site import rebuild  # noqa: PLC0415 - other pages need none of it

    usual = days or Form({"usual_days": str(waiting_time.usual_days(ports(), identity.me().actor))})
    return render_page(
        "publisher/settings.html",
        max(form.status, usual.status),
        days=usual,
        form=form,
        seen=seen,
        owner=form_recovery.owner_of("settings"),
        theirs=theirs,
        rows=branding_form.link_rows(form),
        pictures=branding_form.chosen_pictures(form),
        imprint_max=changes.MOST_IMPRINT,
        sample=_sample(branding, is_saved=is_saved),
        progress=rebuild.read_progress(ports(), identity.me().actor),
        review_policy=review_policy.shown(ports(), identity.me().actor),
        factor_policy=required_factors.load(ports(), identity.me().actor),
        digest=digest.is_on(ports(), identity.me().actor),
        yearly_question=yearly_question.is_on(ports(), identity.me().actor),
        retention=retention.shown(ports(), identity.me().actor),
    )


def _sample(branding: Branding, *, is_saved: bool) -> Sample:
    site, colour = ports().site.with_branding(branding), branding.accent
    light = accent.light(colour)["accent"] if colour else ""
    adjusted = AccentAdjusted(colour, light, accent.dark(colour)["accent"]) if light != colour else None
    style = url_for("settings.style", name=f"{colour.removeprefix('#') or 'none'}.css")
    return Sample(site.name, site.imprint, site.contact, site_branding.shown(site), style, adjusted, is_saved)
