"""Commands that run the portal: serve, deliver, republish, check."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from byline.accounts import addresses, publishers
from byline.audit import OPERATOR
from byline.cli.checks.finding import Finding, report
from byline.cli.checks.run import findings
from byline.cli.output import answer, as_json, installation, require_existing
from byline.errors import Misconfigured
from byline.jobs.worker import DeliveryStats, release_left_jobs, retry_dead_letters, run_due_jobs
from byline.service_addresses import FolderAddress
from byline.settings import Settings
from byline.site import inventory
from byline.site.rebuild import rebuild_if_changed
from byline.store import formats
from byline.transfer.copy_lock import refuse_locked
from byline.wiring import connect, handlers, rebuild_outdated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from socket import socket

    from byline.ports import Ports


@click.command()
@click.option("--host", help="The address to listen on (BYLINE_HOST, 127.0.0.1).")
@click.option("--port", type=int, help="The port to listen on (BYLINE_PORT, 8000).")
@click.option("--data", type=click.Path(file_okay=False), help="The data folder (BYLINE_DATA, ./data).")
def serve(host: str | None, port: int | None, data: str | None) -> None:
    """Start the portal."""
    settings, listener = configure(host, port, data)
    with listener:
        start(settings, listener)


def configure(host: str | None, port: int | None, data: str | None) -> tuple[Settings, socket]:
    """The settings of a portal to start, and its socket; options win over the environment.

    ``Misconfigured`` if it cannot listen: before anything is made or said.
    """
    from byline.cli import server  # noqa: PLC0415 - other commands need no web

    for name, value in (("HOST", host), ("PORT", port), ("DATA", data)):
        if value is not None:
            os.environ[f"BYLINE_{name}"] = str(value)
    settings = Settings.from_environ(os.environ)
    return settings, server.listen(settings.host, settings.port)


def start(settings: Settings, listener: socket, *, first_words: str = "") -> None:
    """Say where the portal is, then serve until stopped."""
    from byline.cli import server  # noqa: PLC0415 - as above

    connected = connect(settings)
    refuse_locked(connected.ports.store, connected.ports.files)
    if change := formats.coming_change(connected.ports.store):
        click.echo(f"The store moves {change}: only a backup from before this start leads back.")
    formats.upgrade(connected.ports.store)
    link = publishers.first_link(connected.ports)
    connected.ports.store.close()
    if first_words:
        click.echo(first_words)
    click.echo(f"{settings.site.name} is at {settings.site.url}/")
    if link:
        click.echo(f"Make the first publisher (works once, for 24 hours): {link}")
    if isinstance(settings.mail, FolderAddress):
        click.echo(f"Emails are at {settings.site.url}/mailbox and in {settings.mail.path}")
    click.echo(f"Data is in {settings.data}. Stop with Ctrl+C.")
    sys.stdout.flush()
    server.serve(settings, listener)


@click.command("deliver")
@click.option("--again", is_flag=True, help="Retry dead letters, too.")
@as_json
def deliver_once(*, again: bool, as_json: bool) -> None:
    """Run the jobs that are due, once.

    For cron, where no server runs.
    """
    ports = installation().ports
    release_left_jobs(ports)
    rebuild_outdated(ports)
    if again:
        retry_dead_letters(ports)
    _run_jobs(ports, json_wanted=as_json)


@click.command()
@as_json
def republish(*, as_json: bool) -> None:
    """Write all readers' pages again.

    That is for files that were lost or moved. A change of the site's name or address does this without the command.
    """
    ports = installation().ports
    rebuild_if_changed(ports, anyway=True)
    lost = inventory.take_inventory(ports, OPERATOR, lambda _: None).missing_photos
    _run_jobs(ports, missing=lost, json_wanted=as_json)


@click.command()
@click.option("--deep", is_flag=True, help="Read every record, and look for every file that one names.")
@click.option("--email-to", metavar="ADDRESS", help="Send a real email to ADDRESS.")
@as_json
def check(*, deep: bool, email_to: str | None, as_json: bool) -> None:
    """Say what is wrong with this installation.

    Each line says what to do about it. Exit code 1 if anything is wrong.
    """
    to = addresses.normalise(email_to) if email_to else None
    try:
        settings = Settings.from_environ(os.environ)
    except Misconfigured as fault:
        report([Finding("settings", str(fault), wrong=True)], json_wanted=as_json)
    require_existing(settings)
    report(findings(settings, deep=deep, email_to=to), json_wanted=as_json)


def _run_jobs(ports: Ports, *, json_wanted: bool, missing: Sequence[str] = ()) -> None:
    """Run due jobs, and those that they make due, and print how many; exit code 1 if photos are ``missing``."""
    table = handlers()
    total = DeliveryStats()
    while True:
        tally = run_due_jobs(ports, table, limit=100)
        total += tally
        if not tally.done:
            break
    data = {"done": total.done, "put_off": total.retried, "given_up": total.dead_letters}
    text = f"{total.done} done, {total.retried} to retry, {total.dead_letters} failed for good."
    if missing:
        lines = "\n".join(missing)
        text += f"\nThese photos are lost; pages with them stay as they were. Copy them from a backup:\n{lines}"
    answer(data | ({"missing": list(missing)} if missing else {}), text, json_wanted=json_wanted)
    if missing:
        sys.exit(1)
