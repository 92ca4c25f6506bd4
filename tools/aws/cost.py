"""``byline cost``: estimate a month on AWS, next to the architecture of the serverless-Flask guide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from byline.cli.output import answer, as_json
from tools.aws import pricing

if TYPE_CHECKING:
    from tools.aws.pricing import Bill

_LEAST = 0.005
_COUNT = click.IntRange(min=0, max=10**9)


@click.command()
@click.option("--authors", type=_COUNT, default=100, show_default=True, help="Number of authors.")
@click.option("--edits", type=_COUNT, default=100, show_default=True, help="Pages saved in a month.")
@click.option("--readers", type=_COUNT, default=10_000, show_default=True, help="Author pages opened in a month.")
@click.option("--region", default=pricing.DEFAULT_REGION, show_default=True, help="The AWS region.")
@as_json
def cost(authors: int, edits: int, readers: int, region: str, *, as_json: bool) -> None:
    """Estimate what a month on AWS costs, by service.

    Beside it are the costs of the serverless-Flask guide's architecture, and of a month without visitors. The command
    asks nothing of AWS.
    """
    if region not in pricing.known_regions():
        known = ", ".join(pricing.known_regions())
        raise click.BadParameter(f"the prices of {region} are not known here: {known} are", param_hint="--region")
    compared = {"byline": pricing.BYLINE, "guide": pricing.GUIDE}
    bills = {
        name: pricing.estimate(it, authors=authors, edits=edits, readers=readers, region=region)
        for name, it in compared.items()
    }
    floors = {name: pricing.estimate(it, authors=0, edits=0, readers=0, region=region) for name, it in compared.items()}
    price = pricing.load_prices(region)
    data: dict[str, Any] = {
        "authors": authors,
        "edits": edits,
        "readers": readers,
        "prices": {name: price[name] for name in ("as_of", "region", "currency")},
        **{
            name: {
                "services": {service: round(amount, 4) for service, amount in bill.services.items()},
                "total": round(bill.total, 4),
                "idle": round(floors[name].total, 4),
                "floor": {service: round(amount, 4) for service, amount in floors[name].services.items()},
            }
            for name, bill in bills.items()
        },
    }
    answer(data, _table(bills["byline"], bills["guide"], floors, price), json_wanted=as_json)


def _table(byline: Bill, guide: Bill, floors: dict[str, Bill], price: dict[str, Any]) -> str:
    rows = [(service, byline.services[service], guide.services[service]) for service in byline.services]
    rows += [
        ("together", byline.total, guide.total),
        ("without visitors", floors["byline"].total, floors["guide"].total),
    ]
    lines = [f"{'USD a month':<18} {'Byline':>10} {'the guide':>10}"]
    lines += [f"{what:<18} {_money(one):>10} {_money(other):>10}" for what, one, other in rows]
    lines.append(f"Without visitors: {_floor(floors['byline'])}.")
    lines.append(
        f"Prices of {price['region']} as of {price['as_of']}, without AWS's free tiers except for data to readers. "
        f"Each save counts with a login and {pricing.PAGES_A_VISIT} pages; the authors registered over "
        f"{pricing.MONTHS_TO_GATHER // 12} years."
    )
    return "\n".join(lines)


def _floor(bill: Bill) -> str:
    """What is paid for while no one comes, and for what."""
    kept = f" ({pricing.BYLINE.alarms} alarms, {pricing.BYLINE.metrics} metrics)"
    what = {"CloudWatch": kept, "Lambda": " (the worker, each minute)", "DynamoDB": " (its reads)"}
    paid = sorted(((amount, service) for service, amount in bill.services.items() if amount), reverse=True)
    return ", ".join(f"{service} {_money(amount)}{what.get(service, '')}" for amount, service in paid)


def _money(amount: float) -> str:
    return "0" if not amount else "< 0.01" if amount < _LEAST else f"{amount:,.2f}"
