"""``byline aws``: deploy the stack on AWS, upgrade it, and check it."""

from __future__ import annotations

import shlex
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click

from byline.accounts import addresses
from byline.cli.checks.finding import report
from byline.cli.output import answer, as_json
from byline.environment import SystemClock
from tools.aws import (
    adoption,
    backup_bucket,
    cloudformation,
    code_bucket,
    deployment,
    dns_records,
    edge_key,
    options,
    pricing,
    removal,
    stack_checks,
)
from tools.aws.dns_records import DnsRecord
from tools.aws.packaging import pack


@click.group("aws")
def group() -> None:
    """The portal on AWS."""


@group.command()
@options.stack
@options.region
@options.deployment
@as_json
def deploy(
    stack: str,
    region: str | None,
    *,
    yes: bool,
    as_json: bool,
    **named: Any,
) -> None:
    """Bring up the portal on AWS, or upgrade it in place.

    Says first what will be created and what it costs. Options that you leave out keep their values. After a failed
    upgrade the previous version is running.
    """
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(options.region_of(region), named["role_arn"] or "")
        given = options.parameters(named, aws.account)
        _bring_up(aws, stack, given, yes=yes, json_wanted=as_json)


@group.command()
@options.stack
@options.region
@click.option("--table", help="The table; by default the one that a removed stack of this name has left.")
@click.option("--bucket", help="The bucket; by default the one that a removed stack of this name has left.")
@options.deployment
@as_json
def adopt(
    stack: str,
    region: str | None,
    table: str | None,
    bucket: str | None,
    *,
    yes: bool,
    as_json: bool,
    **named: Any,
) -> None:
    """Bring up the portal over data that is there.

    After `byline aws remove`, or with a restored copy of the table in the place of the present one. Takes the options
    of `byline aws deploy`.
    """
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(options.region_of(region), named["role_arn"] or "")
        given = options.parameters(named, aws.account)
        deployment.require(aws, stack, given)
        given |= adoption.adopt(aws, stack, table, bucket, pause=time.sleep)
        click.echo(
            f"Table: {given.get('TableName', 'as before')}. Bucket: {given.get('BucketName', 'as before')}.", err=True
        )
        _bring_up(aws, stack, given, yes=yes, json_wanted=as_json)


@group.command()
@options.stack
@options.region
@click.option("--yes", is_flag=True, help="Do not ask before.")
@as_json
def rollback(stack: str, region: str | None, *, yes: bool, as_json: bool) -> None:
    """Put the version back that ran before the present one.

    Settings stay as they are. Refused where the present version has stored what the one before would lose.
    """
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(options.region_of(region))
        cloudformation.read_outputs(aws, stack)
        if not yes:
            click.confirm(f"Put the version before back in {stack}, {aws.region}?", abort=True, err=True)
        outcome = deployment.roll_back(aws, stack, pause=time.sleep, report=_print_resource)
    if outcome.failure:
        _end_with_failure(outcome, new=False, json_wanted=as_json)
    address = outcome.outputs["Address"]
    answer({"address": address}, f"The version before answers at {address}/", json_wanted=as_json)


@group.command()
@options.stack
@options.region
@as_json
def remove(stack: str, region: str | None, *, as_json: bool) -> None:
    """Remove the portal from AWS. Its data stays.

    Says what stays, and asks twice.
    """
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(options.region_of(region))
        kept = removal.kept_by(aws, stack)
        click.echo(
            f"The portal {stack} in account {aws.account}, {aws.region}, will be gone. {kept.sentence}", err=True
        )
        click.confirm("Remove it?", abort=True, err=True)
        if click.prompt("Type the stack's name to remove it", err=True) != stack:
            raise click.Abort
        removal.remove(aws, stack, pause=time.sleep, report=_print_resource)
    answer(
        {"table": kept.table, "bucket": kept.bucket},
        f"{stack} is gone. {kept.sentence}",
        json_wanted=as_json,
    )


@group.command()
@options.stack
@options.region
@click.option("--email-to", metavar="ADDRESS", help="Send a real email to ADDRESS.")
@as_json
def check(stack: str, region: str | None, *, email_to: str | None, as_json: bool) -> None:
    """Say what the stack still needs, and what to do about it. Exit code 1 if anything is wrong."""
    to = addresses.normalise(email_to) if email_to else None
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(options.region_of(region))
        found = stack_checks.findings(aws, stack, stack_checks.ask_dns, SystemClock().now().date(), to)
    report(found, json_wanted=as_json)


@group.command()
@options.stack
@options.region
@as_json
def settings(stack: str, region: str | None, *, as_json: bool) -> None:
    """Print the stack's settings for a shell.

    Other commands then work on the stack: eval "$(byline aws settings)"
    """
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(options.region_of(region))
        found = cloudformation.read_environ(aws, cloudformation.read_outputs(aws, stack))
    lines = [f"export {name}={shlex.quote(value)}" for name, value in sorted(found.items())]
    answer(found, "\n".join(lines), json_wanted=as_json)


@group.command("rotate-edge-key")
@options.stack
@options.region
@click.option("--yes", is_flag=True, help="Do not ask before.")
@as_json
def rotate_edge_key(stack: str, region: str | None, *, yes: bool, as_json: bool) -> None:
    """Replace the key between CloudFront and the portal.

    Nobody is interrupted: both keys are accepted meanwhile. It takes about ten minutes, since CloudFront is told
    everywhere in the world.
    """
    with cloudformation.translate_errors():
        aws = cloudformation.current_account(options.region_of(region))
        cloudformation.read_outputs(aws, stack)
        if not yes:
            click.confirm(f"Replace the edge key of {stack} in {aws.region}?", abort=True, err=True)
        edge_key.rotate(aws, stack, pause=time.sleep, report=_print_resource)
    answer({"rotated": True}, "CloudFront sends the new key. The old one is refused.", json_wanted=as_json)


def _bring_up(
    aws: cloudformation.AwsAccount,
    stack: str,
    given: dict[str, str],
    *,
    yes: bool,
    json_wanted: bool,
) -> None:
    """Say what it costs, ask, have a certificate made for the domain, pack, deploy, and say what came of it."""
    new = cloudformation.describe_stack(aws, stack) is None
    _announce(aws, stack, new=new)
    if not yes:
        click.confirm("Continue?", abort=True, err=True)
    wanted = given.get("DomainName", "")
    records = _prepare(aws, stack, given)
    with tempfile.TemporaryDirectory(prefix="byline-package-") as folder:
        click.echo("Packing the program; this takes a minute.", err=True)
        package = pack(Path(folder) / "packed")
        outcome = deployment.deploy(aws, stack, given, package, pause=time.sleep, report=_print_resource)
    if outcome.failure:
        _end_with_failure(outcome, new=new, json_wanted=json_wanted)
    deployment.move_format(aws, outcome.outputs)
    code_bucket.expire(aws, SystemClock().now())
    link = deployment.first_publisher_link(aws, outcome.outputs)
    about = cloudformation.describe_stack(aws, stack) or {}
    records += dns_records.sender_records(aws, cloudformation.values(about)["MailFrom"])
    if "DomainName" in given and wanted:
        records.append(DnsRecord(wanted, "CNAME", outcome.outputs["PointsTo"]))
    data = {
        "address": outcome.outputs["Address"],
        "changed": outcome.changed,
        "first_publisher": link,
        "dns": [asdict(record) for record in records],
    }
    lines = [f"{'' if outcome.changed else 'Nothing had to be changed. '}The portal is at {data['address']}/"]
    if records:
        lines.append("Enter these records in your DNS (an ALIAS instead of a CNAME at the root of a zone):")
        lines.append(dns_records.table(records))
    if wanted and "DomainName" not in given:
        lines.append(
            f"When they are there for some minutes, deploy again with --domain {wanted}: its certificate waits."
        )
    if link:
        lines.append(f"Make the first publisher (works once, for 24 hours): {link}")
    if new:
        lines.append("AWS has sent an email to whom alarms go: follow its link, or none arrives.")
    answer(data, "\n".join(lines), json_wanted=json_wanted)


def _prepare(aws: cloudformation.AwsAccount, stack: str, given: dict[str, str]) -> list[DnsRecord]:
    """Have the bucket of backups and the domain's certificate made, and add the certificate to the parameters.

    A domain whose certificate still waits is taken out of them; the records that it waits for are returned.
    """
    if given.get("BackupBucket"):
        kept = cloudformation.values(cloudformation.describe_stack(aws, stack) or {"Parameters": []})
        region = given.get("BackupRegion", kept.get("BackupRegion")) or aws.region
        backup_bucket.prepare(aws, given["BackupBucket"], region)
    if not given.get("DomainName") or "CertificateId" in given:
        return []
    number, records = dns_records.certificate(given["DomainName"], pause=time.sleep)
    if number:
        given["CertificateId"] = number
    else:
        del given["DomainName"]
    return records


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


def _announce(aws: cloudformation.AwsAccount, stack: str, *, new: bool) -> None:
    """Print to standard error what will be created and what it costs."""
    made = ", ".join(f"{service} {count}" for service, count in sorted(cloudformation.count_resources().items()))
    region = aws.region if aws.region in pricing.known_regions() else pricing.DEFAULT_REGION
    idle, busy = (
        pricing.estimate(pricing.BYLINE, authors=n, edits=n, readers=100 * n, region=region).total for n in (0, 100)
    )
    click.echo(f"{'New' if new else 'Upgrading the'} stack {stack} in account {aws.account}, {aws.region}.", err=True)
    click.echo(f"It consists of: {made}.", err=True)
    click.echo(
        f"Without visitors it costs about {idle:.2f} USD a month; with 100 authors who save once a month, and 10,000 "
        f"pages read, about {busy:.2f} (byline cost says more; AWS's free tiers not counted).",
        err=True,
    )


def _print_resource(resource: str, state: str) -> None:
    click.echo(f"  {state:<20} {resource}", err=True)
