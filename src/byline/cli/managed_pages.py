"""``byline page``: pages that the press keeps, of authors who get no account."""

from __future__ import annotations

import click

from byline.audit import OPERATOR
from byline.authors import handover, managed_pages, named
from byline.cli.output import answer, as_json, installation
from byline.errors import NotFound
from byline.messages.catalogue import LANGUAGES


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
        raise NotFound
    invited = handover.invite(ports, OPERATOR, author_id, email=email, note=note, language=language or "")
    answer(
        {"address": invited.address, "name": invited.name, "page_address": page_address},
        f"{invited.address} is invited to take over the page of {invited.name}, within 30 days.",
        json_wanted=as_json,
    )
