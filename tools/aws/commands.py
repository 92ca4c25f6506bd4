"""``byline aws``: deploy the stack on AWS, upgrade it, and check it."""

from __future__ import annotations

import shlex
import tempfile
import time
from pathlib import Path
from typing import NoReturn

import botocore.session
import click

from byline.cli.checks.finding import report
from byline.cli.output import answer, as_json
from byline.errors import Misconfigured
from byline.settings import MORE, PREFIX, Settings
from tools.aws import cloudformation, deployment, edge_key, pricing, stack_checks
from tools.aws.packaging import pack

_SETTABLE = {"LANGUAGE", "PASSWORD_MIN", "REVEAL_REGISTERED"}
_PARAMETERS = {
    "site_name": "SiteName",
    "publisher_name": "PublisherName",
    "publisher_email": "PublisherEmail",
    "mail_from": "MailFrom",
    "domain": "DomainName",
    "operator_email": "OperatorEmail",
    "budget": "BudgetUsd",
    "most_at_once": "MostAtOnce",
}
_MORE = (
    "Another setting of docs/settings.md, such as LANGUAGE=de; can be repeated. Together they replace those of before."
)
_BUDGET = "US dollars a month: an email says when the account nears or will pass them. 0: none."
_MOST_AT_ONCE = "How many requests are answered at once at most, so that a flood has a price. 0: no bound."
_ARN = "arn:aws:acm:us-east-1:123456789012:certificate/…"
_ARN_PARTS = 6
_stack = click.option("--stack", default="byline", show_default=True, help="The stack's name: one for each site.")
_region = click.option("--region", help="The AWS region; by default that of your AWS profile or AWS_REGION.")


@click.group("aws")
def group() -> None:
    """The portal on AWS."""


def _more(given: tuple[str, ...]) -> str:
    """Settings as the template takes them; ``Misconfigured`` for what a portal would not start with."""
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not value or any(letter.isspace() for letter in each):
            raise click.BadParameter(f"{each!r} is not like LANGUAGE=de, without blanks", param_hint="--set")
        if name not in _SETTABLE and not name.startswith("LIMIT_"):
            known = ", ".join(sorted(_SETTABLE))
            raise click.BadParameter(f"{name} cannot be set here: {known}, LIMIT_… can", param_hint="--set")
    Settings.from_environ({PREFIX + MORE: " ".join(given)})
    return " ".join(given)


@group.command()
@_stack
@_region
@click.option("--publisher-email", help="Authors write to it. Required the first time.")
@click.option("--operator-email", help="Alarms go to it; else to the publisher.")
@click.option("--mail-from", help="The sender of emails, verified in SES. Required the first time.")
@click.option("--site-name", help="The site's name.")
@click.option("--publisher-name", help="The publisher's name in texts for authors.")
@click.option("--domain", help="A host name of your own, with --certificate.")
@click.option("--certificate", help="The ARN of its certificate, in us-east-1.")
@click.option("--budget", type=click.IntRange(min=0), help=_BUDGET)
@click.option("--most-at-once", type=click.IntRange(min=0), help=_MOST_AT_ONCE)
@click.option("--set", "more", multiple=True, metavar="NAME=VALUE", help=_MORE)
@click.option("--yes", is_flag=True, help="Do not ask before anything is created.")
@as_json
def deploy(
    stack: str,
    region: str | None,
    certificate: str | None,
    more: tuple[str, ...],
    *,
    yes: bool,
    as_json: bool,
    **named: str | int | None,
) -> None:
    """Bring up the portal on AWS, or upgrade it in place.

    Says first what will be created and what it costs. Options that you leave out keep their values. After a failed
    upgrade the previous version is running.
    """
    given = {_PARAMETERS[name]: str(value) for name, value in named.items() if value is not None}
    if more:
        given["MoreSettings"] = _more(more)
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(_region_of(region))
        if certificate is not None:
            given["CertificateId"] = _certificate_id(certificate, aws.account)
        new = cloudformation.describe_stack(aws, stack) is None
        _announce(aws, stack, new=new)
        if not yes:
            click.confirm("Continue?", abort=True, err=True)
        with tempfile.TemporaryDirectory(prefix="byline-package-") as folder:
            click.echo("Packing the program; this takes a minute.", err=True)
            package = pack(Path(folder) / "packed")
            outcome = deployment.deploy(aws, stack, given, package, pause=time.sleep, report=_print_resource)
        if outcome.failure:
            _end_with_failure(outcome, new=new, json_wanted=as_json)
        deployment.move_format(aws, outcome.outputs)
        link = deployment.first_publisher_link(aws, outcome.outputs)
    data = {"address": outcome.outputs["Address"], "changed": outcome.changed, "first_publisher": link}
    lines = [f"{'' if outcome.changed else 'Nothing had to be changed. '}The portal is at {data['address']}/"]
    if given.get("DomainName"):
        lines.append(f"Point {given['DomainName']} to {outcome.outputs['PointsTo']} (CNAME, or ALIAS).")
    if link:
        lines.append(f"Make the first publisher (works once, for 24 hours): {link}")
    if new:
        lines.append("AWS has sent an email to whom alarms go: follow its link, or none arrives.")
    answer(data, "\n".join(lines), json_wanted=as_json)


@group.command()
@_stack
@_region
@as_json
def check(stack: str, region: str | None, *, as_json: bool) -> None:
    """Say what the stack still needs, and what to do about it. Exit code 1 if anything is wrong."""
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(_region_of(region))
        found = stack_checks.findings(aws, stack, stack_checks.ask_dns)
    report(found, json_wanted=as_json)


@group.command()
@_stack
@_region
@as_json
def settings(stack: str, region: str | None, *, as_json: bool) -> None:
    """Print the stack's settings for a shell.

    Other commands then work on the stack: eval "$(byline aws settings)"
    """
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(_region_of(region))
        found = cloudformation.read_environ(aws, cloudformation.read_outputs(aws, stack))
    lines = [f"export {name}={shlex.quote(value)}" for name, value in sorted(found.items())]
    answer(found, "\n".join(lines), json_wanted=as_json)


@group.command("rotate-edge-key")
@_stack
@_region
@click.option("--yes", is_flag=True, help="Do not ask before.")
@as_json
def rotate_edge_key(stack: str, region: str | None, *, yes: bool, as_json: bool) -> None:
    """Replace the key between CloudFront and the portal.

    Nobody is interrupted: both keys are accepted meanwhile. It takes about ten minutes, since CloudFront is told
    everywhere in the world.
    """
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(_region_of(region))
        cloudformation.read_outputs(aws, stack)
        if not yes:
            click.confirm(f"Replace the edge key of {stack} in {aws.region}?", abort=True, err=True)
        edge_key.rotate(aws, stack, pause=time.sleep, report=_print_resource)
    answer({"rotated": True}, "CloudFront sends the new key. The old one is refused.", json_wanted=as_json)


def _certificate_id(arn: str, account: str) -> str:
    """The id of a certificate that CloudFront takes: it must be in us-east-1, and of this account."""
    parts = arn.split(":")
    if len(parts) != _ARN_PARTS or parts[2] != "acm" or not parts[5].startswith("certificate/"):
        raise click.BadParameter(f"{arn} is not like {_ARN}", param_hint="--certificate")
    if parts[3] != stack_checks.CERTIFICATES:
        raise click.BadParameter(
            f"that certificate is in {parts[3]}; CloudFront takes those of {stack_checks.CERTIFICATES} only: "
            "request one there for the same name",
            param_hint="--certificate",
        )
    if parts[4] != account:
        raise click.BadParameter(
            f"that certificate is of account {parts[4]}, and this is {account}", param_hint="--certificate"
        )
    return parts[5].removeprefix("certificate/")


def _end_with_failure(outcome: deployment.Outcome, *, new: bool, json_wanted: bool) -> NoReturn:
    """Say what does not answer and what was done about it, and end with exit code 1."""
    lines = [f"The portal does not answer at {outcome.failure}."]
    if outcome.taken_back:
        lines.append("So the version before was put back, and answers. Nothing of it was changed.")
    elif new or not outcome.changed:
        lines.append("Its log in CloudWatch says why. Mend it, and deploy again.")
    else:
        lines.append("The version before was put back, and does not answer either: see its log in CloudWatch.")
    data = {"failure": outcome.failure, "taken_back": outcome.taken_back}
    answer(data, "\n".join(lines), json_wanted=json_wanted)
    raise SystemExit(1)


def _region_of(given: str | None) -> str:
    region = given or botocore.session.Session().get_config_variable("region")
    if not region:
        raise Misconfigured("Name an AWS region: --region eu-west-1, or AWS_REGION.")
    return str(region)


def _announce(aws: cloudformation.AwsAccount, stack: str, *, new: bool) -> None:
    """Print to standard error what will be created and what it costs."""
    made = ", ".join(f"{service} {count}" for service, count in sorted(cloudformation.count_resources().items()))
    idle, busy = (pricing.estimate(pricing.BYLINE, authors=n, edits=n, readers=100 * n).total for n in (0, 100))
    click.echo(f"{'New' if new else 'Upgrading the'} stack {stack} in account {aws.account}, {aws.region}.", err=True)
    click.echo(f"It consists of: {made}.", err=True)
    click.echo(
        f"Without visitors it costs about {idle:.2f} USD a month; with 100 authors who save once a month, and 10,000 "
        f"pages read, about {busy:.2f} (byline cost says more; AWS's free tiers not counted).",
        err=True,
    )


def _print_resource(resource: str, state: str) -> None:
    click.echo(f"  {state:<20} {resource}", err=True)
