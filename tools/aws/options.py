"""The options of ``byline aws``, and the template's parameters that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import click

from byline.errors import Misconfigured
from byline.settings import MORE, PREFIX, Settings
from tools.aws import stack_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    "web_acl": "WebAcl",
    "backup_to": "BackupBucket",
    "backup_region": "BackupRegion",
}
_MORE = (
    "Another setting of docs/settings.md, such as LANGUAGE=de; can be repeated. Together they replace those of before."
)
_WEB_ACL = "The ARN of a web ACL in us-east-1, also that of a flat-rate plan of CloudFront."
_BACKUP_TO = "A bucket for a backup each day, kept for 35 days; it is made if it is not there."
_ROLE = "The role by which CloudFormation acts from now on, instead of with your own rights."
_BUDGET = "US dollars a month: an email says when the account nears or will pass them. 0: none."
_MOST_AT_ONCE = "How many requests are answered at once at most, so that a flood has a price. 0: no bound."
_ARN = "arn:aws:acm:us-east-1:123456789012:certificate/…"
_ARN_PARTS = 6
stack = click.option("--stack", default="byline", show_default=True, help="The stack's name: one for each site.")
region = click.option("--region", help="The AWS region; by default that of your AWS profile or AWS_REGION.")


_OPTIONS = (
    click.option("--publisher-email", help="Authors write to it. Required the first time."),
    click.option("--operator-email", help="Alarms go to it; else to the publisher."),
    click.option("--mail-from", help="The sender of emails, verified in SES. Required the first time."),
    click.option("--site-name", help="The site's name."),
    click.option("--publisher-name", help="The publisher's name in texts for authors."),
    click.option("--domain", help="A host name of your own."),
    click.option("--certificate", help="The ARN of its certificate, in us-east-1; else ACM is asked for one."),
    click.option("--budget", type=click.IntRange(min=0), help=_BUDGET),
    click.option("--most-at-once", type=click.IntRange(min=0), help=_MOST_AT_ONCE),
    click.option("--web-acl", help=_WEB_ACL),
    click.option("--backup-to", metavar="BUCKET", help=_BACKUP_TO),
    click.option("--backup-region", help="The region of that bucket, if it is another."),
    click.option("--role-arn", help=_ROLE),
    click.option("--set", "more", multiple=True, metavar="NAME=VALUE", help=_MORE),
    click.option("--yes", is_flag=True, help="Do not ask before anything is created."),
)


def deployment(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a deployment."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def parameters(named: Mapping[str, Any], account: str) -> dict[str, str]:
    """The template's parameters that were given as options of a deployment in this account."""
    given = {_PARAMETERS[name]: str(named[name]) for name in _PARAMETERS if named[name] is not None}
    if named["more"]:
        given["MoreSettings"] = _more(named["more"])
    if named["certificate"] is not None:
        given["CertificateId"] = _certificate_id(named["certificate"], account)
    return given


def region_of(given: str | None) -> str:
    """The region that was given, or else that of the AWS profile in use."""
    region = given or botocore.session.Session().get_config_variable("region")
    if not region:
        raise Misconfigured("Name an AWS region: --region eu-west-1, or AWS_REGION.")
    return str(region)


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
