"""The stack as CloudFormation will make it: what is kept, who may do what, who sees what, and who is told."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.aws import ses_samples, template
from tests.aws.template import resolved, resources, translated

from byline import amazon, wiring
from byline.aws import gateway, ses_events, worker
from byline.service_addresses import DynamoDBAddress, ParameterAddress, S3Address
from byline.settings import Settings
from byline.store import dynamodb, dynamodb_table
from byline.store.port import Key
from byline.web import headers

pytestmark = pytest.mark.aws


@pytest.fixture(scope="module")
def stack() -> Any:
    return translated()


def rights(stack: Any, role: str) -> list[tuple[str, str]]:
    """What a role may do: pairs of an action and a resource."""
    about = resources("AWS::IAM::Role", stack)[role]
    common = resources("AWS::IAM::ManagedPolicy", stack)["Common"]["PolicyDocument"]["Statement"]
    shared = common if about.get("ManagedPolicyArns") == [{"Ref": "Common"}] else []
    own = about["Policies"]
    found = []
    for statement in [*shared, *(entry for policy in own for entry in policy["PolicyDocument"]["Statement"])]:
        assert statement["Effect"] == "Allow"
        actions, things = statement["Action"], resolved(statement["Resource"])
        found += [
            (action, thing)
            for action in (actions if isinstance(actions, list) else [actions])
            for thing in (things if isinstance(things, list) else [things])
        ]
    return found


def may(stack: Any, role: str, action: str, thing: str) -> bool:
    return any(granted == action and fnmatchcase(thing, to) for granted, to in rights(stack, role))


def test_amazons_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([linter, template.PATH], capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode) == ("", 0)


def test_the_template_uses_nothing_that_cloudformation_does_not_read() -> None:
    text = template.PATH.read_text()

    assert "<<:" not in text
    assert not any(
        word.startswith(("&", "*")) and word[1:].isalpha() for line in text.splitlines() for word in line.split()
    )


def test_the_table_is_the_one_the_store_makes_and_cannot_be_lost(stack: Any) -> None:
    [about] = [entry for entry in stack["Resources"].values() if entry["Type"] == "AWS::DynamoDB::Table"]
    table = about["Properties"]
    made = dynamodb_table.description("")

    for part in ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"):
        assert table[part] == made[part]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert table["SSESpecification"] == {"SSEEnabled": False}  # DynamoDB's own key; "true" would be one that costs
    assert table["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}
    assert (about["DeletionPolicy"], about["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_a_table_and_a_bucket_that_are_there_take_the_place_of_new_ones() -> None:
    arn = f"arn:aws:dynamodb:{template.REGION}:{template.ACCOUNT}:table/kept"
    given = {"TableName": "kept", "TableStream": f"{arn}/stream/2026", "BucketName": "kept-bucket"}
    written = template.written()["Resources"]
    stack = translated(**given)
    roles = json.dumps([resources("AWS::IAM::Role", stack), resources("AWS::IAM::ManagedPolicy", stack)])
    things = json.dumps(resolved(json.loads(roles), **given))

    assert written["Table"]["Condition"] == "MakesTable"
    assert written["Bucket"]["Condition"] == "MakesBucket"
    assert arn in things
    assert "arn:aws:s3:::kept-bucket/site/photos/*" in things
    assert "Table.Arn" not in things
    assert "Bucket.Arn" not in things
    for function in resources("AWS::Lambda::Function", stack).values():
        settings = Settings.from_environ(resolved(function["Environment"]["Variables"], **given))
        assert settings.store == DynamoDBAddress("kept", template.REGION)
        assert settings.files == S3Address("kept-bucket", "site", template.REGION)
    [source] = resources("AWS::Lambda::EventSourceMapping", stack).values()
    assert resolved(source["EventSourceArn"], **given) == given["TableStream"]
    [policy] = resources("AWS::S3::BucketPolicy", stack).values()
    assert resolved(policy["Bucket"], **given) == "kept-bucket"
    [distribution] = resources("AWS::CloudFront::Distribution", stack).values()
    origins = {origin["Id"]: origin for origin in distribution["DistributionConfig"]["Origins"]}
    assert resolved(origins["published"]["DomainName"], **given) == "kept-bucket.s3.eu-west-1.amazonaws.com"


def test_the_bucket_is_private_encrypted_and_kept(stack: Any) -> None:
    [about] = [entry for entry in stack["Resources"].values() if entry["Type"] == "AWS::S3::Bucket"]
    bucket = about["Properties"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert (about["DeletionPolicy"], about["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_readers_get_published_files_by_cloudfront_and_nothing_else(stack: Any) -> None:
    [policy] = resources("AWS::S3::BucketPolicy", stack).values()
    allowed = [entry for entry in policy["PolicyDocument"]["Statement"] if entry["Effect"] == "Allow"]

    assert len(allowed) == 1
    assert allowed[0]["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert (allowed[0]["Action"], resolved(allowed[0]["Resource"])) == ("s3:GetObject", "Bucket.Arn/site/authors/*")
    assert resolved(allowed[0]["Condition"]) == {
        "StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{template.ACCOUNT}:distribution/Distribution"}
    }


@pytest.mark.parametrize("role", ["WebRole", "WorkerRole", "ReturnedRole", "BackupRole"])
def test_no_right_is_for_everything(stack: Any, role: str) -> None:
    for action, thing in rights(stack, role):
        assert "*" not in action
        assert thing.count("*") <= 1
        assert not thing.startswith("*")
        assert thing.endswith(("/*", "*")) or "*" not in thing


def test_each_function_may_do_what_it_does_and_no_more(stack: Any) -> None:
    for role in ("WebRole", "WorkerRole"):
        for action in ("BatchGetItem", "GetItem", "PutItem", "DeleteItem", "ConditionCheckItem"):
            assert may(stack, role, f"dynamodb:{action}", "Table.Arn")
        assert may(stack, role, "dynamodb:Query", "Table.Arn/index/entries")
        assert not may(stack, role, "dynamodb:Scan", "Table.Arn")
        assert not may(stack, role, "dynamodb:Query", "Table.Arn")
        assert not may(stack, role, "dynamodb:DeleteTable", "Table.Arn")
        assert may(stack, role, "s3:GetObject", "Bucket.Arn/site/photos/p/1.jpg")
        assert may(stack, role, "s3:ListBucket", "Bucket.Arn")

    assert may(stack, "WebRole", "s3:PutObject", "Bucket.Arn/site/photos/p/1.jpg")
    for action, path in (("PutObject", "authors/ana/index.html"), ("DeleteObject", "photos/p/1.jpg")):
        assert not may(stack, "WebRole", f"s3:{action}", f"Bucket.Arn/site/{path}")
    assert not any(action.startswith("ses:") for action, _ in rights(stack, "WebRole"))

    assert may(stack, "WorkerRole", "s3:PutObject", "Bucket.Arn/site/authors/ana/index.html")
    assert may(stack, "WorkerRole", "s3:DeleteObject", "Bucket.Arn/site/photos/p/1.jpg")
    # In SES's sandbox the recipient is a verified identity of the account, and SES asks for the right on it as well.
    identities = ("identity/byline@marram.example", "identity/marram.example", "identity/reader@example.org")
    for identity in (*identities, "configuration-set/ConfigurationSet"):
        thing = f"arn:aws:ses:{template.REGION}:{template.ACCOUNT}:{identity}"
        assert may(stack, "WorkerRole", "ses:SendEmail", thing)


def test_what_hears_of_letters_that_come_back_can_write_that_down_and_nothing_else(stack: Any) -> None:
    granted = {action for action, _ in rights(stack, "ReturnedRole")}

    assert granted == {
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:SendMessage",
        "ssm:GetParameter",
    }
    assert may(stack, "ReturnedRole", "dynamodb:PutItem", "Table.Arn")
    assert may(stack, "ReturnedRole", "sqs:SendMessage", "DeadLetters.Arn")


def test_the_backup_reads_everything_and_writes_backups_alone(stack: Any) -> None:
    granted = {action for action, _ in rights(stack, "BackupRole")}

    assert granted == {
        *("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"),
        *("logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage", "ssm:GetParameter"),
        *("s3:GetObject", "s3:ListBucket", "s3:PutObject"),
    }
    assert {thing for action, thing in rights(stack, "BackupRole") if action == "s3:PutObject"} == {
        f"arn:aws:s3:::/{template.STACK}/*"  # no bucket is given here
    }
    written = template.written()["Resources"]
    assert {name for name, about in written.items() if about.get("Condition") == "HasBackup"} == {
        *("BackupFunction", "BackupLog", "BackupRole")
    }
    environ = resources("AWS::Lambda::Function", stack)["BackupFunction"]["Environment"]["Variables"]
    given = {"BackupBucket": "byline-backups", "BackupRegion": "eu-central-1"}
    assert resolved(environ["BACKUP_TO"], **given) == "s3://byline-backups/byline?region=eu-central-1"


def test_letters_can_have_one_sender_only(stack: Any) -> None:
    [own] = resources("AWS::IAM::Role", stack)["WorkerRole"]["Policies"]
    [letters] = [entry for entry in own["PolicyDocument"]["Statement"] if "ses:SendEmail" in entry["Action"]]

    assert resolved(letters["Condition"]) == {"StringEquals": {"ses:FromAddress": "byline@marram.example"}}


def test_nothing_is_tracked_in_letters(stack: Any) -> None:
    [heard] = resources("AWS::SES::ConfigurationSetEventDestination", stack).values()
    [configuration_set] = resources("AWS::SES::ConfigurationSet", stack).values()
    assert set(configuration_set) == {"SuppressionOptions"}
    assert heard["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint"]  # no "open", no "click"
    assert set(heard["EventDestination"]) == {"Enabled", "MatchingEventTypes", "EventBridgeDestination"}


def test_letters_that_come_back_reach_a_function_that_tries_again_and_leaves_a_message(stack: Any) -> None:
    [heard] = resources("AWS::SES::ConfigurationSetEventDestination", stack).values()
    about = resources("AWS::Lambda::Function", stack)["ReturnedFunction"]
    rule = resources("AWS::Events::Rule", stack)["ReturnedFunctionReturned"]
    permission = resources("AWS::Lambda::Permission", stack)["ReturnedFunctionReturnedPermission"]
    [tries] = [
        entry
        for entry in resources("AWS::Lambda::EventInvokeConfig", stack).values()
        if entry["FunctionName"] == {"Ref": "ReturnedFunction"}
    ]

    assert heard["ConfigurationSetName"] == {"Ref": "ConfigurationSet"}
    assert heard["EventDestination"]["Enabled"] is True
    bus = resolved(heard["EventDestination"]["EventBridgeDestination"]["EventBusArn"])
    assert bus == f"arn:aws:events:{template.REGION}:{template.ACCOUNT}:event-bus/default"
    assert "EventBusName" not in rule  # the default one, to which AWS alone writes as "aws.ses"
    assert [target["Arn"] for target in rule["Targets"]] == [{"Fn::GetAtt": ["ReturnedFunction", "Arn"]}]
    assert permission["SourceArn"] == {"Fn::GetAtt": ["ReturnedFunctionReturned", "Arn"]}
    assert about["Handler"] == "byline.aws.handler.work"
    assert tries["MaximumRetryAttempts"] == 2
    assert tries["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}


@pytest.mark.parametrize("event", [ses_samples.bounced("ana@example.org"), ses_samples.complained("a@b.example")])
def test_the_rule_lets_news_of_this_sites_letters_through_and_of_no_other(
    stack: Any, event: Any, ministack_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    rule = resources("AWS::Events::Rule", stack)["ReturnedFunctionReturned"]
    pattern = json.dumps(resolved(rule["EventPattern"]))
    bus = amazon.client("events", region=template.REGION, endpoint=ministack_endpoint, tries=1, read_seconds=10)

    def through(**changed: Any) -> bool:
        told = json.loads(json.dumps({**event, **changed}))
        return bool(bus.test_event_pattern(EventPattern=pattern, Event=json.dumps(told))["Result"])

    assert through()
    assert not through(source="byline.test")
    assert event["detail-type"] in ses_events.KINDS
    assert not through(**{"detail-type": "Email Delivered"})
    other = {**event["detail"]["mail"], "tags": {"ses:configuration-set": ["another"]}}
    assert not through(detail={**event["detail"], "mail": other})


@pytest.mark.parametrize("domain", ["", "authors.marram.example"])
@pytest.mark.parametrize("name", ["WebFunction", "WorkerFunction", "ReturnedFunction", "BackupFunction"])
def test_each_function_starts_with_settings_that_byline_takes(stack: Any, name: str, domain: str) -> None:
    function = resources("AWS::Lambda::Function", stack)[name]
    environ = resolved(function["Environment"]["Variables"], DomainName=domain)

    settings = Settings.from_environ(environ)

    assert settings.site.url == f"https://{domain or 'distribution.domainname'}"
    assert settings.site.throttle
    assert settings.files == S3Address("Bucket", "site", template.REGION)
    assert type(wiring.files(replace(settings.files, bucket="byline-bucket-1a2b"))).__name__ == "S3Files"
    assert type(wiring.mail(settings)[0]).__name__ == "SesMailer"
    assert settings.store == DynamoDBAddress("Table", template.REGION)
    assert settings.secret_key == ParameterAddress(f"/byline/{template.STACK}/secret-key", template.REGION)
    assert settings.data.is_relative_to("/tmp")  # noqa: S108 - the only place where a function may write
    assert bool(settings.edge_keys) == (name == "WebFunction")
    module, _, entry = function["Handler"].rpartition(".")
    assert callable(getattr(import_module(module), entry))
    assert (function["Architectures"], function["Runtime"]) == (["arm64"], {"Ref": "PythonRuntime"})


def test_a_function_has_the_time_its_work_takes(stack: Any) -> None:
    functions = resources("AWS::Lambda::Function", stack)
    [integration] = resources("AWS::ApiGatewayV2::Integration", stack).values()

    assert functions["WebFunction"]["Timeout"] * 1000 < integration["TimeoutInMillis"] <= 30_000
    assert functions["WorkerFunction"]["Timeout"] * 1000 > 2 * worker.RESERVE_MILLISECONDS


def test_the_stream_tells_of_new_jobs_and_of_nothing_else(stack: Any) -> None:
    [source] = resources("AWS::Lambda::EventSourceMapping", stack).values()
    [entry] = source["FilterCriteria"]["Filters"]
    pattern = json.loads(entry["Pattern"])

    assert pattern["eventName"] == ["INSERT"]
    [prefix] = pattern["dynamodb"]["Keys"]["k"]["S"]
    assert dynamodb._name(Key("job", "1"))["k"]["S"].startswith(prefix["prefix"])
    assert not dynamodb._name(Key("jobs", "1"))["k"]["S"].startswith(prefix["prefix"])
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 1 <= source["MaximumRetryAttempts"] <= 10
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    rates = {rule.get("ScheduleExpression") for rule in resources("AWS::Events::Rule", stack).values()}
    assert rates == {"rate(1 minute)", "rate(1 day)", None}  # the worker, the backup, bounces


def test_cloudfront_proves_itself_by_the_header_that_the_function_knows(stack: Any) -> None:
    [distribution] = resources("AWS::CloudFront::Distribution", stack).values()
    origins = {origin["Id"]: origin for origin in distribution["DistributionConfig"]["Origins"]}

    [header] = origins["portal"]["OriginCustomHeaders"]
    assert (header["HeaderName"], header["HeaderValue"]) == (gateway.EDGE, {"Ref": "EdgeKey"})
    assert "OriginCustomHeaders" not in origins["published"]
    assert template.written()["Parameters"]["EdgeKey"]["NoEcho"] is True


def test_no_answer_of_one_persons_is_kept_for_another(stack: Any) -> None:
    [distribution] = resources("AWS::CloudFront::Distribution", stack).values()
    config = distribution["DistributionConfig"]

    assert config["DefaultCacheBehavior"]["CachePolicyId"].startswith("4135ea2d")  # CachingDisabled
    for behaviour in config["CacheBehaviors"]:
        assert behaviour["PathPattern"] in {"/authors/*", "/sitemap.xml", "/static/*"}
        assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
        assert "OriginRequestPolicyId" not in behaviour  # no cookie gets through, so no page is anybody's
    kept = {entry["ErrorCode"]: entry["ErrorCachingMinTTL"] for entry in config["CustomErrorResponses"]}
    assert set(kept.values()) == {0}
    assert {403, 404, 500, 503} <= set(kept)


def test_readers_pages_carry_their_headers_through_cloudfront(stack: Any) -> None:
    [policy] = resources("AWS::CloudFront::ResponseHeadersPolicy", stack).values()
    security = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    documented = (template.ROOT / "docs" / "published-files.md").read_text()

    assert f"`Content-Security-Policy: {security['ContentSecurityPolicy']['ContentSecurityPolicy']}`" in documented
    assert "script-src" in headers.CSP  # the portal's own pages run one, readers' pages none
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 31_536_000
    assert security["ContentTypeOptions"] == {"Override": True}
    config = policy["ResponseHeadersPolicyConfig"]
    assert config["CorsConfig"]["AccessControlAllowOrigins"] == {"Items": ["*"]}
    assert config["CorsConfig"]["AccessControlAllowCredentials"] is False
    [custom] = config["CustomHeadersConfig"]["Items"]
    assert custom == {"Header": "Cross-Origin-Resource-Policy", "Value": "cross-origin", "Override": True}


def at_the_edge(stack: Any, name: str, request: dict[str, Any]) -> Any:
    """What one of CloudFront's functions makes of a request."""
    code = resources("AWS::CloudFront::Function", stack)[name]["FunctionCode"]
    event = {"request": {"headers": {}, **request}, "viewer": {"ip": "2001:db8::9"}}
    script = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/authors/", "/authors/index.html"),
        ("/authors/ana-lima/", "/authors/ana-lima/index.html"),
        ("/authors/ana-lima/index.json", "/authors/ana-lima/index.json"),
        ("/authors/photos/p1/3f2a-640.jpg", "/authors/photos/p1/3f2a-640.jpg"),
        ("/authors/letter/l/", "/authors/letter/l/index.html"),
        ("/authors/sitemap.xml", "/authors/sitemap.xml"),
        ("/sitemap.xml", "/authors/sitemap.xml"),
    ],
)
def test_a_readers_address_leads_to_its_file(stack: Any, address: str, key: str) -> None:
    assert at_the_edge(stack, "ReadersPath", {"uri": address})["uri"] == key


def test_a_readers_address_without_its_slash_leads_to_the_one_with_it(stack: Any) -> None:
    answer = at_the_edge(stack, "ReadersPath", {"uri": "/authors/ana-lima"})

    assert (answer["statusCode"], answer["headers"]["location"]["value"]) == (308, "/authors/ana-lima/")


def test_who_asks_is_written_by_cloudfront_over_whatever_was_sent(stack: Any) -> None:
    request = {"uri": "/login", "headers": {gateway.VIEWER: {"value": "198.51.100.1"}, "host": {"value": "x"}}}

    headers = at_the_edge(stack, "ViewerAddress", request)["headers"]

    assert headers == {gateway.VIEWER: {"value": "2001:db8::9"}, "host": {"value": "x"}}


def test_alarms_go_to_the_operator_where_there_is_one(stack: Any) -> None:
    [topic] = resources("AWS::SNS::Topic", stack).values()
    [subscription] = resolved(topic["Subscription"], OperatorEmail="root@marram.example")
    assert subscription == {"Protocol": "email", "Endpoint": "root@marram.example"}


def test_the_bill_is_bounded_where_that_is_asked_for() -> None:
    written = template.written()["Resources"]
    assert written["Budget"]["Condition"] == "HasBudget"
    budget = resolved(written["Budget"]["Properties"], BudgetUsd="10", OperatorEmail="root@marram.example")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": "10", "Unit": "USD"}
    told = {each["Subscribers"][0]["Address"] for each in budget["NotificationsWithSubscribers"]}
    assert told == {"root@marram.example"}
    web = written["WebFunction"]["Properties"]["ReservedConcurrentExecutions"]
    assert resolved(web, MostAtOnce="20") == "20"
    acl = f"arn:aws:wafv2:us-east-1:{template.ACCOUNT}:global/webacl/byline/1-2"
    config = written["Distribution"]["Properties"]["DistributionConfig"]
    assert resolved(config["WebACLId"], WebAcl=acl) == acl


def test_emails_that_are_refused_are_noticed_within_five_minutes() -> None:
    alarm = template.written()["Resources"]["OutboxLate"]["Properties"]
    noticed = alarm["Threshold"] + alarm["Period"] * alarm["DatapointsToAlarm"]
    assert noticed <= 300


def test_files_that_were_deleted_can_be_had_back_as_long_as_the_table() -> None:
    bucket = template.written()["Resources"]["Bucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    [rule] = [each for each in bucket["LifecycleConfiguration"]["Rules"] if "NoncurrentVersionExpiration" in each]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 35}


def test_somebody_is_told_of_every_alarm(stack: Any) -> None:
    alarms = resources("AWS::CloudWatch::Alarm", stack)
    own = {alarm["MetricName"] for alarm in alarms.values() if alarm["Namespace"] == "Byline"}

    assert own == {"OutboxSeconds", "JobsGivenUp"}
    watched = {(alarm["Namespace"], alarm["MetricName"]) for alarm in alarms.values()}
    assert watched > {("AWS/SQS", "ApproximateNumberOfMessagesVisible"), ("AWS/Lambda", "Errors")}
    assert watched > {("AWS/ApiGateway", "5xx"), ("AWS/ApiGateway", "4xx"), ("AWS/Lambda", "Throttles")}
    throttled = [alarm["Dimensions"] for alarm in alarms.values() if alarm["MetricName"] == "Throttles"]
    assert {dimension["Value"]["Ref"] for [dimension] in throttled} == {"WebFunction", "WorkerFunction"}
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
        assert alarm["AlarmDescription"]
    [topic] = resources("AWS::SNS::Topic", stack).values()
    assert resolved(topic["Subscription"]) == [{"Protocol": "email", "Endpoint": "desk@marram.example"}]


def test_logs_end_and_are_json(stack: Any) -> None:
    for log in resources("AWS::Logs::LogGroup", stack).values():
        assert resolved(log["RetentionInDays"]) == "30"
    for function in resources("AWS::Lambda::Function", stack).values():
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
        assert function["LoggingConfig"]["ApplicationLogLevel"] == "INFO"


def test_a_domain_needs_its_certificate_and_gets_it(stack: Any) -> None:
    [distribution] = resources("AWS::CloudFront::Distribution", stack).values()
    config = distribution["DistributionConfig"]
    number = "0b9c0a52-0000-4000-8000-000000000000"
    own = {"DomainName": "authors.marram.example", "CertificateId": number}

    assert resolved(config["Aliases"], **own) == ["authors.marram.example"]
    certificate = resolved(config["ViewerCertificate"], **own)
    assert certificate["AcmCertificateArn"] == f"arn:aws:acm:us-east-1:{template.ACCOUNT}:certificate/{number}"
    assert resolved(config["ViewerCertificate"]) == {"CloudFrontDefaultCertificate": True}
