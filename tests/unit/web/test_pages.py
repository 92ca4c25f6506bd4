"""A page that is kept as a frame says exactly what it would say if it were rendered anew for each visitor."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from byline.settings import Site
from byline.web.pages import Blanks, Form, Pages

SECRET = "kN3v-guessed_by_nobody"
CONTEXT = {"me": None, "notice": None, "here": "/reset", "unproven": False, "undelivered": ""}
AT = datetime(2026, 3, 9, 14, 5, 0, tzinfo=UTC)
TEXTS = st.text() | st.sampled_from(
    ['"><script>', "&amp;", f"{SECRET}.0.", f"{SECRET}.1.{SECRET}.", "\n'", "{{ csrf }}"]
)


def pages() -> Pages:
    return Pages(
        Site("Marram Press", "http://127.0.0.1:8000", "Marram", "desk@marram.example"), mailbox=False, secret=SECRET
    )


@given(address=TEXTS, token=TEXTS)
def test_a_frame_filled_in_is_the_page_rendered_anew(address: str, token: str) -> None:
    kept = pages()
    blanks = kept.blanks()
    framed = {"form": Form({"author_email": blanks(address)}), "csrf": blanks(token), **CONTEXT}
    plain = {"form": Form({"author_email": address}), "csrf": token, **CONTEXT}

    for _ in range(2):  # made, and kept
        assert kept.render("password/reset_request.html", framed, blanks) == kept.render(
            "password/reset_request.html", plain
        )


def test_what_one_visitor_typed_is_in_no_other_visitors_page() -> None:
    kept = pages()

    def shown(address: str) -> str:
        blanks = kept.blanks()
        context = {"form": Form({"author_email": blanks(address)}), "csrf": blanks("t"), **CONTEXT}
        return kept.render("password/reset_request.html", context, blanks)

    assert "ana@example.org" in shown("ana@example.org")
    assert "ana@example.org" not in shown("bo@example.org")
    assert "bo@example.org" in shown("bo@example.org")


def test_no_mark_is_left_in_a_page() -> None:
    blanks = Blanks(SECRET)
    frame = blanks.frame(f"<p>{blanks('Ana')}</p><p>{blanks('Bo')}{blanks('Cem')}</p>")

    assert blanks.fill(frame) == "<p>Ana</p><p>BoCem</p>"


def test_a_blank_time_reads_like_the_time() -> None:
    kept = pages()
    account = {"me": SimpleNamespace(email="a", name="A", role="author", state="active", has_page=True), "csrf": ""}
    rest = {"page_url": "", "everywhere": False, "notice": None, "here": "/account"}
    rest |= {"unproven": False, "undelivered": ""}
    blanks = kept.blanks()
    framed = {**account, **rest, "confirmed_at": blanks.day(AT), "approved_at": blanks.day(AT)}
    plain = {**account, **rest, "confirmed_at": AT, "approved_at": AT}

    assert kept.render("account/account.html", framed, blanks) == kept.render("account/account.html", plain)
    moment = blanks.moment(AT)
    assert blanks.fill(blanks.frame(f"{moment.day} {moment.strftime('')}")) == "9 March 2026, 14:05"


def test_frames_are_kept_by_many_threads_at_once_and_never_too_many() -> None:
    kept = pages()

    def shows(thread: int) -> list[str]:
        shown = []
        for number in range(200):
            here = f"/{thread}/{number % 40}"
            blanks = kept.blanks()
            context = {"form": Form(), "csrf": blanks(f"token {here}"), **CONTEXT, "here": here}
            shown.append(kept.render("password/reset_request.html", context, blanks))
        return shown

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            pages_shown = list(threads.map(shows, range(8)))
    finally:
        sys.setswitchinterval(interval)

    for thread, texts in enumerate(pages_shown):
        assert all(f'value="token /{thread}/{number % 40}"' in text for number, text in enumerate(texts))
    assert len(kept._frames) <= 32 + 8
