"""All checks, side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from byline.authors import status
from byline.cli.checks import machine
from byline.cli.checks.deep import check_everything
from byline.cli.checks.finding import Check, Finding, run_side_by_side
from byline.cli.checks.mail import check_mail
from byline.cli.checks.public_address import check_public_address
from byline.cli.checks.settings_checks import check_settings
from byline.cli.checks.store import check_store
from byline.press.branding import reread
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.accounts.model import Address
    from byline.ports import Ports
    from byline.settings import Settings


def findings(settings: Settings, *, deep: bool = False, email_to: Address | None = None) -> list[Finding]:
    """Check settings, machine, store, jobs, files, email and the public address; ``deep``: every record and file too.

    All but the deep ones end within ten seconds. ``email_to`` gets a real email.
    """
    opened: list[Ports] = []

    def open_all() -> Iterator[Finding]:
        opened.append(connect(settings, makes=False).ports)
        yield from ()

    found = [*check_settings(settings), *machine.check_readers(settings), *machine.check_space(settings)]
    found += run_side_by_side([("start", f"The store at {machine.describe(settings.store)}", open_all)])
    if not opened:
        return found
    (ports,) = opened
    checks: list[tuple[str, str, Check]] = [
        ("store", f"The store at {machine.describe(settings.store)}", partial(check_store, ports)),
        ("files", f"The place for files, {machine.describe(settings.files)},", partial(_check_files, ports)),
        ("mail", machine.describe(settings.mail), partial(check_mail, ports, settings, email_to)),
        ("BYLINE_URL", settings.site.url, partial(check_public_address, ports)),
    ]
    checks += [
        ("clock", f"The clock of {machine.describe(each)}", partial(machine.check_clock, each))
        for each in machine.clocks(settings)
    ]
    found += run_side_by_side([*checks, ("settings", "What publishers set", partial(_check_branding, ports, settings))])
    return [*found, *check_everything(ports)] if deep else found


def _check_branding(ports: Ports, settings: Settings) -> Iterator[Finding]:
    """Name the settings of the environment that publishers have replaced in the console, and what neither says."""
    now = reread(ports).site
    if not now.contact:
        yield Finding(
            "BYLINE_PUBLISHER_EMAIL",
            f"Emails and pages name no address to write to, and replies to emails go to {settings.mail_from}: set one, "
            "here or in the console.",
        )
    for name, given, shown in (
        ("BYLINE_SITE_NAME", ports.site.name, now.name),
        ("BYLINE_PUBLISHER_NAME", ports.site.publisher_name, now.publisher_name),
        ("BYLINE_PUBLISHER_EMAIL", ports.site.contact, now.contact),
    ):
        if given != shown:
            yield Finding(name, f"A publisher set “{shown}” in the console, which is shown instead of “{given}”.")


def _check_files(ports: Ports) -> Iterator[Finding]:
    status.probe_files(ports)
    yield from ()
