"""``byline cost``: the numbers it counts with are those of the program, and what it adds up is right."""

from __future__ import annotations

import ast
import importlib.resources
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.call_counter import BIO, Context, Counter, make_counter, saved_alone
from tests.aws.template import resources, translated
from tests.capacity import size_of
from tests.docs.documents import SOURCE, calls, python_files
from tests.filled_portal import answered, byline
from tests.people import path_in
from tools.aws.pricing import BYLINE, GUIDE, estimate, known_regions, load_prices

from byline.aws.metrics import NAMESPACE
from byline.aws.worker import worker
from byline.site import entries
from byline.wiring import handlers

if TYPE_CHECKING:
    from pathlib import Path

FLOWS: dict[str, dict[str, dict[str, float]]] = json.loads(
    importlib.resources.files("tools.aws").joinpath("flows.json").read_text("utf-8")
)


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return make_counter(tmp_path)


def flows(counter: Counter) -> dict[str, dict[str, float]]:
    """What is done in a portal, each counted with all that follows from it."""
    portal, world = counter.portal, counter.world
    desk, ana = portal.person("desk@marram.example", "Ines Vale"), portal.person()
    tick = worker(world.ports, handlers())
    counted = {"register": counter.count(ana.register)}
    link = path_in(world.mailer.to(ana.address)[-1].text, "/confirm/")
    counted["confirm"] = counter.count(lambda: ana.get(link))
    desk.log_in()
    world.work()
    at = f"/publisher/authors/{portal.account(ana.address).id}"
    counted["approve"] = counter.count(lambda: desk.post(f"{at}/approve", form=at))
    ana.log_out()
    counted["login"] = counter.count(ana.log_in)
    ana.get("/")
    counted["page"] = counter.count(lambda: ana.get("/"))
    for bio in (BIO[:-20], BIO):  # the first save has no text to keep, so the second is the usual one
        counted["save"] = counter.count(saved_alone(ana, author_bio=bio))
    counter.count(lambda: tick({}, Context()))  # the first of all looks whether the pages are those of this Byline
    counted["tick"] = counter.count(lambda: tick({}, Context()))
    numbers = {name: count.numbers for name, count in counted.items()}
    return numbers | {"tick": numbers["tick"] | {"jobs": 1}}  # the run itself


def test_the_numbers_it_counts_with_are_those_of_the_program(counter: Counter) -> None:
    counted = flows(counter)
    kept = {
        name: {what: number for what, number in flow.items() if what != "cpu_ms"}
        for name, flow in FLOWS["byline"].items()
    }
    assert kept == counted, json.dumps(counted)


def test_an_entry_of_the_readers_index_is_no_larger_than_is_counted_with(counter: Counter) -> None:
    flows(counter)
    (entry,) = counter.store.inner.page(entries.PUBLISHED).records
    assert 0.5 * BYLINE.entry_bytes < size_of(entry) <= BYLINE.entry_bytes


FREE_WHILE_NOBODY_COMES = {
    "AWS::Budgets::Budget",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::DynamoDB::Table",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}
"""What is paid by what happens or by what is kept. A kind that is not here is one to think of in ``pricing``."""
_ALARM, _TABLE = "AWS::CloudWatch::Alarm", "AWS::DynamoDB::Table"


def put_metrics() -> set[str]:
    """The names of all numbers that the functions write down for CloudWatch."""
    put = [call.args[0] for _, tree in python_files(SOURCE / "aws") for call in calls(tree, "put")]
    words = {node.value for arg in put for node in ast.walk(arg) if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str)}


def idle(template: Any) -> dict[str, object]:
    """What a translated template keeps standing, as ``pricing.Architecture`` has it; and what it has no fields for."""
    [table] = resources(_TABLE, template).values()
    alarms = resources(_ALARM, template).values()
    functions = resources("AWS::Lambda::Function", template).values()
    rates = [rule.get("ScheduleExpression") for rule in resources("AWS::Events::Rule", template).values()]
    apis = resources("AWS::ApiGatewayV2::Api", template).values()
    logs = resources("AWS::Logs::LogGroup", template)
    return {
        "alarms": len(alarms),
        "metrics": len(put_metrics()),
        "recovery": table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"],
        "cdn": len(resources("AWS::CloudFront::Distribution", template)) == 1,
        "rest_api": [api["ProtocolType"] for api in apis] != ["HTTP"],
        "ticks_an_hour": 60 * rates.count("rate(1 minute)"),
        "memory_mb": max(function["MemorySize"] for function in functions),
        "arm": all(function["Architectures"] == ["arm64"] for function in functions),
        "other kinds": {about["Type"] for about in template["Resources"].values()} - FREE_WHILE_NOBODY_COMES - {_ALARM},
        "alarms that count twice": [alarm for alarm in alarms if "Metrics" in alarm or alarm["Period"] < 60],
        "alarms on nothing": {alarm["MetricName"] for alarm in alarms if alarm["Namespace"] == NAMESPACE}
        - put_metrics(),
        "capacity kept ready": table["BillingMode"] != "PAY_PER_REQUEST",
        "keys of one's own": table["SSESpecification"]["SSEEnabled"],
        "logs for ever": [name for name, log in logs.items() if "RetentionInDays" not in log],
        "other rates": [rate for rate in rates if rate not in {None, "rate(1 minute)", "rate(1 day)"}],
    }


def expected_idle() -> dict[str, object]:
    """What ``byline cost`` counts with."""
    kinds = ("alarms", "metrics", "recovery", "cdn", "rest_api", "ticks_an_hour", "memory_mb", "arm")
    nothing = {
        "other kinds": set(),
        "alarms that count twice": [],
        "alarms on nothing": set(),
        "capacity kept ready": False,
        "keys of one's own": False,
        "logs for ever": [],
        "other rates": [],
    }
    return {kind: getattr(BYLINE, kind) for kind in kinds} | nothing


def test_what_stands_idle_is_what_the_template_has() -> None:
    assert idle(translated()) == expected_idle()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("Another", {"Type": _ALARM, "Properties": {"Namespace": "AWS/SQS", "MetricName": "X", "Period": 300}}),
        ("Gateway", {"Type": "AWS::EC2::NatGateway", "Properties": {}}),
        ("Secret", {"Type": "AWS::SecretsManager::Secret", "Properties": {}}),
        ("Log", {"Type": "AWS::Logs::LogGroup", "Properties": {}}),
        ("Often", {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 minute)"}}),
        ("OutboxLate", {"Type": _ALARM, "Properties": {"Namespace": NAMESPACE, "MetricName": "Gone", "Period": 300}}),
        ("JobsGivenUp", {"Type": _ALARM, "Properties": {"Namespace": NAMESPACE, "MetricName": "LogIns", "Period": 10}}),
    ],
)
def test_whatever_would_be_paid_for_besides_is_found(name: str, change: dict[str, object]) -> None:
    template = translated()
    template["Resources"][name] = change
    assert idle(template) != expected_idle()


def test_the_guides_numbers_follow_from_the_size_of_its_items() -> None:
    blank = 400
    full = blank + len(BIO) + len(json.dumps({"ops": [{"insert": BIO}]}))
    assert full <= GUIDE.record_bytes_an_author
    once = -(-GUIDE.record_bytes_an_author // 4_096) / 2  # read as it may lag: half a unit a started 4 KB
    guide = FLOWS["guide"]
    assert guide["page"]["reads"] == guide["login"]["reads"] == once
    assert guide["save"]["reads"] == 3 * once  # who it is, what page it has, what to publish
    assert guide["save"]["writes"] == -(-GUIDE.record_bytes_an_author // 1_024)
    assert {guide[flow]["writes"] for flow in ("register", "confirm", "approve")} == {1}
    assert set(FLOWS["byline"]) == set(guide)


def test_a_bill_is_what_the_price_list_says() -> None:
    bill = estimate(GUIDE, authors=0, edits=1_000_000, readers=0).services
    assert bill["API Gateway"] == pytest.approx((2 + 3 + 1) * 3.5)
    assert bill["DynamoDB"] == pytest.approx((1 + 3 + 3) * 0.125 + 6 * 0.625)
    assert bill["SES"] == 0
    assert bill["S3"] == pytest.approx(5)
    bill = estimate(BYLINE, authors=60_000_000, edits=0, readers=0).services
    assert bill["SES"] == pytest.approx(3 * 100)
    assert bill["API Gateway"] == pytest.approx(2 + 1 + 2)


def test_readers_cost_nothing_but_reads_until_the_free_amount_is_used() -> None:
    few, many = (estimate(BYLINE, authors=0, edits=0, readers=n).services for n in (1_000_000, 20_000_000))
    assert few["to readers"] == pytest.approx((5 - 2) * 0.1)  # functions of CloudFront: two millions are free
    assert few["S3"] == pytest.approx(5 * 0.4)
    assert many["to readers"] == pytest.approx((100 - 10) * 1.0 + (2_500 - 1_000) * 0.085 + (100 - 2) * 0.1)
    idle = estimate(BYLINE, authors=0, edits=0, readers=0)
    assert {service: few[service] for service in ("Lambda", "DynamoDB", "API Gateway")} == {
        service: idle.services[service] for service in ("Lambda", "DynamoDB", "API Gateway")
    }


def test_each_region_has_its_own_prices() -> None:
    everywhere = {
        region: estimate(BYLINE, authors=500, edits=500, readers=0, region=region) for region in known_regions()
    }
    assert len(everywhere) > 3
    assert everywhere["us-east-1"] == estimate(BYLINE, authors=500, edits=500, readers=0)
    assert everywhere["eu-central-1"].services["DynamoDB"] > everywhere["us-east-1"].services["DynamoDB"]
    for region in known_regions():
        assert {**load_prices(region), "region": ""}.keys() == load_prices("us-east-1").keys()
        own = json.loads(importlib.resources.files("tools.aws").joinpath("prices.json").read_text("utf-8"))
        for part, named in own["regions"][region].items():
            assert named.keys() <= own[part].keys()
    said = answered("cost", "--region", "eu-central-1")
    assert said["prices"]["region"] == "eu-central-1"
    assert "Prices of eu-west-1" in byline("cost", "--region", "eu-west-1").stdout
    assert "eu-west-1" in byline("cost", "--region", "mars-1", exit_code=2).stderr


def test_somebody_at_a_shell_reads_both_ways_by_service() -> None:
    said = answered("cost", "--authors", 5_000, "--edits", 200, "--readers", 1_000_000)
    assert said["byline"]["total"] == pytest.approx(sum(said["byline"]["services"].values()), abs=0.01)
    assert said["byline"]["idle"] < said["byline"]["total"]
    assert said["prices"] == {"as_of": "2025", "region": "us-east-1", "currency": "USD"}
    assert said["byline"]["floor"] == pytest.approx(estimate(BYLINE, authors=0, edits=0, readers=0).services, abs=1e-4)
    text = byline("cost").stdout
    assert "Without visitors: CloudWatch 2.01 (8 alarms, 4 metrics), DynamoDB 0.04" in text
    assert all(service in text for service in said["guide"]["services"])
    assert "as of 2025" in text
    byline("cost", "--authors", "-1", exit_code=2)
