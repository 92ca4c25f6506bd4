"""``byline page``: pages that the press keeps, of authors who get no account."""

from __future__ import annotations

import click

from byline.audit import OPERATOR
from byline.authors import managed_pages
from byline.cli.output import answer, as_json, installation


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
