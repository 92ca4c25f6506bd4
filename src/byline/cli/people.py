"""Commands about people: publishers, approvals, the list of authors."""

from __future__ import annotations

import sys

import click

from byline.accounts import addresses, factor_recovery, factor_reset, invitations, lookup, publishers, recovery
from byline.accounts.model import Role, State
from byline.audit import OPERATOR
from byline.authors import decisions, listing
from byline.cli.output import answer, as_json, installation
from byline.errors import AlreadyDecided, Invalid, Misconfigured, NotFound
from byline.messages.accounts import NotAPublisher, NotSuspended, NotWaiting
from byline.profiles import names

_DONE = {
    "added": "{address} is a publisher and can log in.",
    "invited": "An invitation to {address} is on its way; its link works for 30 days.",
    "promoted": "{address} had an account and is a publisher now. All its sessions are ended.",
    "already": "{address} is a publisher already. Nothing was changed.",
    "removed": "{address} is an author now. All its sessions are ended.",
    "revoked": "The invitation of {address} is ended: its link no longer works.",
    "unknown": "No invitation of {address} is known. Should one have been sent, its link no longer works.",
    "unlocked": "{address} has no second factor now, and 24 hours to set one up. All its sessions are ended.",
    "started": "The recovery of {address} is started. An email tells its owner, who can stop it, "
    "and finish it by another email after 72 hours.",
    "stopped": "The recovery of {address} is stopped.",
    "idle": "No recovery of {address} is under way.",
    "none": "{address} has no second factor. Nothing was changed.",
    "restored": "{address} is a publisher again and can log in.",
}


@click.group()
def publisher() -> None:
    """Publishers of this site."""


@publisher.command("add")
@click.argument("email")
@click.option("--name", default="", help="The name that authors see. Required for a new account.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; active at once.")
@click.option("--yes", is_flag=True, help="Do not ask before an existing account is promoted.")
@as_json
def publisher_add(email: str, name: str, *, password_stdin: bool, yes: bool, as_json: bool) -> None:
    """Make EMAIL a publisher.

    With --password-stdin the account is active at once; you vouch for the address. Without it, an invitation is sent,
    which confirms the address. An account that exists becomes a publisher's.
    """
    ports = installation().ports
    address = addresses.normalise(email)
    account = lookup.find_by_address(ports, OPERATOR, address)
    promotes = account is not None and not publishers.is_publisher(account)
    if promotes and not yes and sys.stdin.isatty():
        click.confirm(f"{address} has an account. Make it a publisher's and end its sessions?", abort=True, err=True)
    password = _read_password() if password_stdin else None
    given = names.clean_name(name) if name else ""
    done = publishers.add(ports, OPERATOR, address=address, name=given, password=password)
    answer({"address": address, "done": done}, _DONE[done].format(address=address), json_wanted=as_json)


@publisher.command("list")
@as_json
def publisher_list(*, as_json: bool) -> None:
    """List the publishers, and who is invited."""
    ports = installation().ports
    rows = [
        {
            "name": account.name,
            "address": account.address,
            "state": account.state.value,
            "undelivered": account.is_undeliverable,
        }
        for account in listing.publishers(ports, OPERATOR)
    ]
    rows += [
        {"name": each.name, "address": each.address, "state": "invited", "undelivered": False}
        for each in invitations.open_invitations(ports, OPERATOR)
    ]
    lines = [
        f"{row['state']:<10} {row['name']}  <{row['address']}>" + ("  (emails bounce)" if row["undelivered"] else "")
        for row in rows
    ]
    answer(rows, "\n".join(lines) or "There is no publisher yet.", json_wanted=as_json)


@publisher.command("remove")
@click.argument("email")
@as_json
def publisher_remove(email: str, *, as_json: bool) -> None:
    """Make a publisher an author again.

    The page of EMAIL stays as it is, and all sessions end. At least one active publisher stays. For an address that
    was invited and has no account yet, the invitation ends: its link no longer works.
    """
    ports = installation().ports
    address = addresses.normalise(email)
    account = lookup.find_by_address(ports, OPERATOR, address)
    if account is not None:
        decisions.remove_publisher(ports, OPERATOR, account.id)
        done = "removed"
    else:
        done = "revoked" if invitations.revoke(ports, OPERATOR, address) else "unknown"
    answer({"address": address, "done": done}, _DONE[done].format(address=address), json_wanted=as_json)


@publisher.command("restore")
@click.argument("email")
@as_json
def publisher_restore(email: str, *, as_json: bool) -> None:
    """Restore a publisher who is suspended.

    The running server, or `byline deliver`, sends the email about it to EMAIL.
    """
    ports = installation().ports
    address = addresses.normalise(email)
    account = lookup.load_by_address(ports, OPERATOR, address)
    if account.role is not Role.PUBLISHER:
        raise Invalid({"email": NotAPublisher(address)})
    try:
        decisions.reinstate(ports, OPERATOR, account.id)
    except AlreadyDecided as fault:
        raise Invalid({"email": NotSuspended(address, fault.state)}) from fault
    answer({"address": address, "done": "restored"}, _DONE["restored"].format(address=address), json_wanted=as_json)


@publisher.command("unlock")
@click.argument("email")
@as_json
def publisher_unlock(email: str, *, as_json: bool) -> None:
    """Delete the second factors of who has lost them.

    The sessions of EMAIL end, the password stays, and there are 24 hours to set up a new factor. All publishers are
    told by email.
    """
    ports = installation().ports
    address = addresses.normalise(email)
    account = lookup.load_by_address(ports, OPERATOR, address)
    try:
        factor_reset.unlock(ports, OPERATOR, account.id)
    except NotFound:
        done = "none"
    else:
        done = "unlocked"
    answer({"address": address, "done": done}, _DONE[done].format(address=address), json_wanted=as_json)


@publisher.command("recover")
@click.argument("email")
@click.option("--stop", is_flag=True, help="Stop the recovery that is under way.")
@as_json
def publisher_recover(email: str, *, stop: bool, as_json: bool) -> None:
    """Recover an account whose second factors are lost.

    An email tells the owner of EMAIL at once; a session or a second factor that is left can stop it. After 72 hours a
    second email brings a link that removes all second factors and sets a new password. Unlike unlock, it needs the
    mailbox.
    """
    ports = installation().ports
    address = addresses.normalise(email)
    account = lookup.load_by_address(ports, OPERATOR, address)
    if stop:
        done = "stopped" if recovery.stop_for(ports, OPERATOR, account.id) else "idle"
    else:
        factor_recovery.start(ports, OPERATOR, account.id)
        done = "started"
    answer({"address": address, "done": done}, _DONE[done].format(address=address), json_wanted=as_json)


def _read_password() -> str:
    """The first line of standard input. Some editors and shells begin it with a byte order mark, which nobody typed."""
    try:
        return sys.stdin.buffer.readline().decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as fault:
        raise Misconfigured(
            "The password on standard input is not in UTF-8: let your editor or shell write that."
        ) from fault


@click.command()
@click.argument("email")
@as_json
def approve(email: str, *, as_json: bool) -> None:
    """Approve the author who is waiting with EMAIL.

    The running server, or `byline deliver`, sends the email about it.
    """
    ports = installation().ports
    address = addresses.normalise(email)
    account = lookup.load_by_address(ports, OPERATOR, address)
    try:
        approved = decisions.approve(ports, OPERATOR, account.id)
    except AlreadyDecided as fault:
        raise Invalid({"email": NotWaiting(address, fault.state)}) from fault
    answer(
        {"address": address, "name": approved.name, "state": approved.state.value},
        f"{approved.name} ({address}) is approved.",
        json_wanted=as_json,
    )


@click.command()
@click.option(
    "--state",
    type=click.Choice([state.value for state in State if state is not State.DELETED]),
    help="Only accounts in this state.",
)
@as_json
def authors(state: str | None, *, as_json: bool) -> None:
    """List the authors.

    For each: state, name, address, page, and whether emails bounce.
    """
    ports = installation().ports
    everyone = listing.all_accounts(ports, OPERATOR, state=State(state) if state else None)
    rows = [
        {
            "id": account.id,
            "name": account.name,
            "address": account.address,
            "state": account.state.value,
            "role": account.role.value,
            "undelivered": account.is_undeliverable,
            "page": f"{ports.site.url}/authors/{profile.slug}/" if profile and profile.is_published else None,
        }
        for account, profile in everyone
    ]
    lines = [
        f"{row['state']:<10} {row['name']}{_bracketed(row['address'])}  {row['page'] or ''}".rstrip()
        + ("  (publisher)" if row["role"] == Role.PUBLISHER else "")
        + ("  (emails bounce)" if row["undelivered"] else "")
        for row in rows
    ]
    answer(rows, "\n".join(lines) or "There are no authors yet.", json_wanted=as_json)


def _bracketed(address: object) -> str:
    """An address behind a name; nothing for an author whose page the press keeps."""
    return f"  <{address}>" if address else ""
