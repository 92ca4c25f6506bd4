"""``byline aws``: the stack on AWS, brought up, upgraded, and looked at."""

from __future__ import annotations

import shlex
import tempfile
import time
from pathlib import Path

import botocore.session
import click

from byline.cli import aws_checking, costing, deploying
from byline.cli.checking import report
from byline.cli.output import answer, as_json
from byline.cli.packing import pack
from byline.errors import Misconfigured

_PARAMETERS = {
    "site_name": "SiteName",
    "publisher_name": "PublisherName",
    "publisher_email": "PublisherEmail",
    "mail_from": "MailFrom",
    "domain": "DomainName",
}
_stack = click.option("--stack", default="byline", show_default=True, help="The stack's name: one for each site.")
_region = click.option("--region", help="AWS's region; else what your AWS profile or AWS_REGION says.")


@click.group()
def aws() -> None:
    """The portal on AWS."""


@aws.command()
@_stack
@_region
@click.option("--publisher-email", help="Whom authors write to; alarms go there. Needed the first time.")
@click.option("--mail-from", help="The sender of letters, verified in SES. Needed the first time.")
@click.option("--site-name", help="The site's name.")
@click.option("--publisher-name", help="What authors read where the publisher is meant.")
@click.option("--domain", help="A host name of your own, with --certificate.")
@click.option("--certificate", help="The ARN of its certificate, in us-east-1.")
@click.option("--yes", is_flag=True, help="Do not ask before anything is made.")
@as_json
def deploy(
    stack: str, region: str | None, certificate: str | None, *, yes: bool, as_json: bool, **named: str | None
) -> None:
    """Bring the portal up on AWS, or upgrade it in place.

    Says first what will be made and what it costs. What is not given keeps its value. A failed upgrade leaves the
    version before running.
    """
    given = {_PARAMETERS[name]: value for name, value in named.items() if value is not None}
    if certificate is not None:
        given["CertificateId"] = certificate.rpartition("/")[2]
    with deploying.speaking_plainly():
        at = deploying.reach(_region_of(region))
        new = deploying.there(at, stack) is None
        _say_what(at, stack, new=new)
        if not yes:
            click.confirm("Go on?", abort=True, err=True)
        with tempfile.TemporaryDirectory(prefix="byline-package-") as folder:
            click.echo("Packing the program; this takes a minute.", err=True)
            package = pack(Path(folder) / "packed")
            outcome = deploying.deploy(at, stack, given, package, pause=time.sleep, advance=_tell)
        link = deploying.publisher_link(at, outcome.outputs)
    data = {"address": outcome.outputs["Address"], "changed": outcome.changed, "first_publisher": link}
    lines = [f"{'' if outcome.changed else 'Nothing had to be changed. '}The portal is at {data['address']}/"]
    if given.get("DomainName"):
        lines.append(f"Point {given['DomainName']} to {outcome.outputs['PointsTo']} (CNAME, or ALIAS).")
    if link:
        lines.append(f"Make the first publisher (works once, for 24 hours): {link}")
    if new:
        lines.append("AWS has sent a letter to the publisher: its link has to be followed, or no alarm arrives.")
    answer(data, "\n".join(lines), json_wanted=as_json)


@aws.command()
@_stack
@_region
@as_json
def check(stack: str, region: str | None, *, as_json: bool) -> None:
    """Say what the stack still needs, each with what to do about it. Exit code 1 if anything is wrong."""
    with deploying.speaking_plainly():
        at = deploying.reach(_region_of(region))
        found = aws_checking.findings(at, stack, aws_checking.ask_dns)
    report(found, json_wanted=as_json)


@aws.command()
@_stack
@_region
@as_json
def settings(stack: str, region: str | None, *, as_json: bool) -> None:
    """Print the stack's settings for a shell, so that other commands work on it: eval "$(byline aws settings)"."""
    with deploying.speaking_plainly():
        at = deploying.reach(_region_of(region))
        found = deploying.environ(at, deploying.outputs(at, stack))
    lines = [f"export {name}={shlex.quote(value)}" for name, value in sorted(found.items())]
    answer(found, "\n".join(lines), json_wanted=as_json)


def _region_of(given: str | None) -> str:
    region = given or botocore.session.Session().get_config_variable("region")
    if not region:
        raise Misconfigured("say which region of AWS: --region eu-west-1, or AWS_REGION")
    return str(region)


def _say_what(at: deploying.Amazon, stack: str, *, new: bool) -> None:
    """What will be made, and what it costs, on standard error: it is no answer."""
    made = ", ".join(f"{service} {count}" for service, count in sorted(deploying.counted().items()))
    idle, busy = (costing.estimate(costing.BYLINE, authors=n, edits=n, readers=100 * n).total for n in (0, 100))
    click.echo(f"{'New' if new else 'Upgrading the'} stack {stack} in account {at.account}, {at.region}.", err=True)
    click.echo(f"It consists of: {made}.", err=True)
    click.echo(
        f"With nobody there it costs about {idle:.2f} USD a month; with 100 authors who save once a month, and 10,000 "
        f"pages read, about {busy:.2f} (byline cost says more; AWS's free tiers not counted).",
        err=True,
    )


def _tell(resource: str, state: str) -> None:
    click.echo(f"  {state:<20} {resource}", err=True)
