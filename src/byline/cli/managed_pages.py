"""``byline page``: pages that the press keeps, of authors who get no account."""

from __future__ import annotations

import click

from byline.audit import OPERATOR
from byline.authors import handover, managed_pages, merge_undo, merging, named
from byline.authors.merging import TAKES_BOTH, Choice, Field
from byline.cli.output import answer, as_json, installation
from byline.errors import Invalid, NotFound
from byline.messages.catalogue import LANGUAGES
from byline.messages.exports import NoSuchAuthor
from byline.messages.merging import NOT_KEPT_BY_PRESS, TOO_LATE_TO_UNDO_MERGE


@click.group()
def page() -> None:
    """Pages that the press keeps."""


@page.command("add")
@click.argument("name")
@click.option("--sort-name", default="", help="What the name is sorted as; otherwise it follows from the name.")
@as_json
def add(name: str, *, sort_name: str, as_json: bool) -> None:
    """Add a page for NAME, an author who gets no account.

    Nothing is published yet: a publisher writes the page in the console, and publishes it there. No email is sent.
    """
    ports = installation().ports
    added = managed_pages.create(ports, OPERATOR, name=name, sort_name=sort_name)
    address = f"{ports.site.url}/publisher/authors/{added.id}"
    answer(
        {"id": added.id, "name": added.content.name, "page_address": added.slug, "console": address},
        f"{added.content.name} has a page now, and nothing of it is published: {address}",
        json_wanted=as_json,
    )


@page.command("invite")
@click.argument("page_address")
@click.argument("email")
@click.option("--note", default="", help="A personal note for the email, of at most 2,000 characters.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of the email; otherwise the site's.")
@as_json
def invite(page_address: str, email: str, *, note: str, language: str | None, as_json: bool) -> None:
    """Invite EMAIL to take over the page at PAGE_ADDRESS.

    Until the invitation is accepted the press goes on keeping the page. The running server, or `byline deliver`, sends
    the email.
    """
    ports = installation().ports
    author_id = named.find(ports, [page_address]).get(page_address)
    if author_id is None:
        raise Invalid({"": NoSuchAuthor(page_address)})
    invited = handover.invite(ports, OPERATOR, author_id, email=email, note=note, language=language or "")
    answer(
        {"address": invited.address, "name": invited.name, "page_address": page_address},
        f"{invited.address} is invited to take over the page of {invited.name}, within 30 days.",
        json_wanted=as_json,
    )


@page.command("merge")
@click.argument("lost")
@click.argument("stays")
@click.option(
    "--take",
    type=click.Choice([field.value for field in Field]),
    multiple=True,
    help="What comes from the page LOST; all else stays. May be given several times.",
)
@click.option(
    "--both",
    type=click.Choice(sorted(field.value for field in TAKES_BOTH)),
    multiple=True,
    help="What comes from both pages. May be given several times.",
)
@click.option("--undo", "undone", is_flag=True, help="Take the merge back, so that both are as they were.")
@as_json
def merge(lost: str, stays: str, *, take: tuple[str, ...], both: tuple[str, ...], undone: bool, as_json: bool) -> None:
    """Merge the page LOST, which the press keeps, into the page STAYS.

    Both are page addresses. LOST leads to STAYS from then on. Its id and versions are kept, and for 30 days, until the
    page that stays is saved again, `--undo` with the same two page addresses takes the merge back.
    """
    ports = installation().ports
    ids = named.find(ports, [lost, stays])
    for page_address in (lost, stays):
        if page_address not in ids:
            raise Invalid({"": NoSuchAuthor(page_address)})
    if undone and ids[lost] != ids[stays]:
        raise Invalid({"": TOO_LATE_TO_UNDO_MERGE})
    if undone:
        profile = merge_undo.undo(ports, OPERATOR, ids[stays])
        text = f"{profile.content.name} has the page {profile.slug} again. The page {stays} is as it was."
    else:
        choices = {Field(each): Choice.LOST for each in take} | {Field(each): Choice.BOTH for each in both}
        try:
            profile = merging.merge(ports, OPERATOR, ids[lost], ids[stays], choices)
        except NotFound as fault:
            raise Invalid({"": NOT_KEPT_BY_PRESS}) from fault
        text = f"{lost} leads to {profile.slug}, the page of {profile.content.name}, from now on."
    answer(
        {"id": profile.id, "name": profile.content.name, "page_address": profile.slug},
        text,
        json_wanted=as_json,
    )
