"""``byline invite``: invite authors by email, one or a whole list."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from byline.audit import OPERATOR
from byline.authors import invitations, invitees
from byline.authors.invitations import InvitationOutcome
from byline.cli.output import answer, as_json, installation
from byline.errors import Misconfigured
from byline.messages.catalogue import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.authors.invitations import InvitationStep


@click.command()
@click.argument("people", nargs=-1)
@click.option("--file", "path", metavar="PATH", help="A CSV file: name, email, sort_name, page_address, biography.")
@click.option("--note", default="", help="A personal note for the emails, of at most 2,000 characters.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of the emails; otherwise the site's.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@as_json
def invite(
    people: tuple[str, ...], *, path: str | None, note: str, language: str | None, dry_run: bool, as_json: bool
) -> None:
    """Invite PEOPLE as authors, each as 'Ana Lima <ana@example.org>'.

    They are approved already, and open their account by the link in the email, within 30 days. Who has an account or an
    invitation is left out. The running server, or `byline deliver`, sends the emails.
    """
    listed = list(invitees.from_text("\n".join(people)))
    if path is not None:
        try:
            listed += invitees.from_file(Path(path).read_bytes())
        except OSError as fault:
            raise Misconfigured(f"{path} cannot be read: {fault.strerror}") from fault
    if not listed:
        raise click.UsageError("Name somebody to invite, or a --file.")
    people_listed = invitees.numbered(listed)
    ports = installation().ports
    if dry_run:
        steps = invitations.plan(ports, OPERATOR, people_listed)
    else:
        steps = invitations.invite(ports, OPERATOR, people_listed, note=note, language=language or "")
    answer([_row(step) for step in steps], _text(steps, dry_run=dry_run), json_wanted=as_json)


def _row(step: InvitationStep) -> dict[str, Any]:
    invitation = step.invitation
    return {
        "row": step.invitee.number,
        "name": invitation.name if invitation else step.invitee.name,
        "address": invitation.address if invitation else step.invitee.email,
        "outcome": step.outcome.value,
        "why": str(step.why) if step.why else None,
        "code": step.why.code if step.why else None,
    }


def _text(steps: Sequence[InvitationStep], *, dry_run: bool) -> str:
    lines = []
    for step in steps:
        row = _row(step)
        lines.append(f"{row['row']:>5}  {row['outcome']:<9}  {row['name']}  <{row['address']}>")
        if step.why:
            lines.append(f"{'':<18}{step.why}")
    counts = Counter(step.outcome for step in steps)
    lines.append(
        ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in InvitationOutcome if counts[outcome]) + "."
    )
    lines.append("No one was invited. Leave out --dry-run to invite them." if dry_run else _sent(counts))
    return "\n".join(lines)


def _sent(counts: Counter[InvitationOutcome]) -> str:
    new = counts[InvitationOutcome.NEW]
    if not new:
        return "No one was invited."
    return f"{new} invitation{'s are' if new > 1 else ' is'} on the way, to be accepted within 30 days."
