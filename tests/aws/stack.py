"""The template brought up in ministack, and people who come to it through CloudFront.

What is changed for that, and nothing else: CloudFront's way to the HTTP API leads over a forwarder on this machine,
since the API's own name is Amazon's; the bucket takes requests without TLS, for there is none here; the right to send
letters names no sender, for which ministack has no ear; and readers' pages have one origin, since it knows no groups
(on AWS, what is not published gets the portal's page). ministack takes a POST to ``/login``, and ``/logout``, for
Amazon Cognito's, on whatever host, so these go to the HTTP API by a path that ministack has for it.
"""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from tests.aws.template import GIVEN, parameters, translated
from tests.engines import MINISTACK_REGION
from tests.people import Person
from tests.server import soon
from werkzeug.test import Client

from byline import amazon
from byline.aws.gateway import EDGE, VIEWER
from byline.mail.port import Mail
from byline.settings import Settings
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from byline.ports import Ports

SECRET = "a secret that only the Parameter Store knows"
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
_PATIENCE_SECONDS = 60
_SCHEDULE_SECONDS = 120
"""The schedule comes once a minute; what is due half a minute after its cause may wait for the second."""


@dataclass
class Stack:
    """A stack that is up; by the names of its outputs, what CloudFormation says of it."""

    endpoint: str
    name: str
    outputs: dict[str, str]
    asked: list[dict[str, str]]
    """The headers of what CloudFront asked the HTTP API, oldest first."""

    @property
    def host(self) -> str:
        """CloudFront's name for it."""
        return self.outputs["PointsTo"]

    def client(self, service: str) -> Any:
        """Amazon's own client, with the operator's rights."""
        return amazon.client(service, region=MINISTACK_REGION, endpoint=self.endpoint, tries=1, read_seconds=30)

    def resource(self, name: str) -> str:
        """What CloudFormation called a resource of the template."""
        made = self.client("cloudformation").describe_stack_resource(StackName=self.name, LogicalResourceId=name)
        return str(made["StackResourceDetail"]["PhysicalResourceId"])

    def client_as(self, role: str, service: str) -> Any:
        """Amazon's own client, with the rights of one of the stack's roles."""
        arn = self.client("iam").get_role(RoleName=self.resource(role))["Role"]["Arn"]
        given = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ACCESS_KEY_ID", given["AccessKeyId"])
            patch.setenv("AWS_SECRET_ACCESS_KEY", given["SecretAccessKey"])
            patch.setenv("AWS_SESSION_TOKEN", given["SessionToken"])
            return self.client(service)

    def filled(self, request: dict[str, Any]) -> dict[str, Any]:
        """A request with the names of this stack put in."""
        names = {"table": self.outputs["TableName"], "bucket": self.outputs["BucketName"], "stack": self.name}
        return {key: value.format(**names) if isinstance(value, str) else value for key, value in request.items()}

    def ports(self) -> Ports:
        """The installation as the operator opens it, with the settings of its worker."""
        about = self.client("lambda").get_function_configuration(FunctionName=self.outputs["WorkerFunction"])
        return connect(Settings.from_environ(about["Environment"]["Variables"])).ports

    def person(self, address: str, name: str) -> Person:
        """Somebody with a browser of their own, who comes in through CloudFront."""
        browser = Client(self._through_cloudfront)
        return Person(self, browser, address, name)  # type: ignore[arg-type]

    def directly(self, path: str, headers: Mapping[str, str] | None = None) -> int:
        """The status of an answer of the HTTP API itself, asked by its own address."""
        host = {"Host": urlsplit(self.outputs["ApiEndpoint"]).netloc}
        return _asked(self.endpoint, "GET", path, {**(headers or {}), **host}, b"")[0]

    def work(self) -> None:
        """Nothing: here it is the stream that wakes the worker."""

    @property
    def mailer(self) -> Stack:
        """Where letters can be read."""
        return self

    def to(self, address: str, *, subject: str = "") -> list[Mail]:
        """The letters that this stack's SES sent to an address, oldest first; waited for, since they leave later."""

        def sent() -> list[Mail]:
            _, _, body = _asked(self.endpoint, "GET", "/_ministack/ses/messages", {}, b"")
            found = [entry for entries in json.loads(body)["messages"].values() for entry in entries]
            letters = [_letter(entry) for entry in found if entry["To"] == [address]]
            # Stacks of other tests have people of the same addresses in the same ministack.
            return [letter for letter in letters if subject in letter.subject and self.host in letter.text]

        return soon(sent, f"a letter {subject!r} to {address}", seconds=_SCHEDULE_SECONDS)

    def logged(self) -> str:
        """All that the functions wrote into their logs."""
        logs, lines = self.client("logs"), []
        ours = [group for group in logs.describe_log_groups()["logGroups"] if self.name in group["logGroupName"]]
        for group in ours:
            for stream in logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]:
                where = {"logGroupName": group["logGroupName"], "logStreamName": stream["logStreamName"]}
                lines += [event["message"] for event in logs.get_log_events(**where)["events"]]
        return "\n".join(lines)

    def _through_cloudfront(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        names = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
        if environ.get("CONTENT_TYPE"):
            names["CONTENT_TYPE"] = environ["CONTENT_TYPE"]
        headers = {name.replace("_", "-").title(): value for name, value in names.items()}
        headers |= {"Host": self.host, "X-Forwarded-Proto": "https"}  # how ministack knows of a viewer's TLS
        query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/~-._%") + query
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", "/login") or environ["PATH_INFO"] == "/logout":
            api = urlsplit(self.outputs["ApiEndpoint"]).netloc.partition(".")[0]
            path = f"/_aws/execute-api/{api}/$default{path}"
            headers |= {"Host": urlsplit(self.endpoint).netloc, EDGE: GIVEN["EdgeKey"], VIEWER: "127.0.0.1"}
        with closing(environ["wsgi.input"]) as form:
            body = form.read(int(environ.get("CONTENT_LENGTH") or 0))
        status, answer, content = _asked(self.endpoint, environ["REQUEST_METHOD"], path, headers, body)
        start_response(f"{status} Said CloudFront", answer)
        return [content]


@contextmanager
def brought_up(endpoint: str, archive: Path) -> Iterator[Stack]:
    """Bring up the template with a packed program, as ``byline aws deploy`` does on AWS."""
    name = f"byline-{uuid4().hex[:8]}"
    with pytest.MonkeyPatch.context() as patch, _forwarder(endpoint) as forwarder:
        for variable, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("ENDPOINT_URL", endpoint)):
            patch.setenv(f"AWS_{variable}", value)
        stack = Stack(endpoint, name, {}, forwarder.asked)
        where = {"CreateBucketConfiguration": {"LocationConstraint": MINISTACK_REGION}}
        stack.client("s3").create_bucket(Bucket=f"{name}-code", **where)
        stack.client("s3").put_object(Bucket=f"{name}-code", Key=archive.name, Body=archive.read_bytes())
        stack.client("ssm").put_parameter(Name=f"/byline/{name}/secret-key", Value=SECRET, Type="SecureString")
        stack.client("sesv2").create_email_identity(EmailIdentity="marram.example")
        given = parameters(CodeBucket=f"{name}-code", CodeKey=archive.name)
        made = stack.client("cloudformation")
        made.create_stack(
            StackName=name,
            TemplateBody=json.dumps(_brought_home(translated(**given), forwarder.server_address[1])),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
            Capabilities=["CAPABILITY_IAM"],
        )

        def there() -> dict[str, Any]:
            [about] = made.describe_stacks(StackName=name)["Stacks"]
            assert "ROLLBACK" not in about["StackStatus"], made.describe_stack_events(StackName=name)
            return about if about["StackStatus"] == "CREATE_COMPLETE" else {}

        stack.outputs |= {entry["OutputKey"]: entry["OutputValue"] for entry in soon(there, "the stack")["Outputs"]}
        forwarder.api = urlsplit(stack.outputs["ApiEndpoint"]).netloc
        yield stack
        made.delete_stack(StackName=name)


def _brought_home(template: dict[str, Any], port: int) -> dict[str, Any]:
    """The template with the four changes that this module's head names."""
    made = template["Resources"]
    config = made["Distribution"]["Properties"]["DistributionConfig"]
    for behaviour in config["CacheBehaviors"]:
        if behaviour["TargetOriginId"] == "published-or-portal":
            behaviour["TargetOriginId"] = "published"
    [server] = [origin for origin in config["Origins"] if origin["Id"] == "portal"]
    server |= {"DomainName": "localhost", "CustomOriginConfig": {"OriginProtocolPolicy": "http-only", "HTTPPort": port}}
    bucket = made["BucketPolicy"]["Properties"]["PolicyDocument"]
    bucket["Statement"] = [entry for entry in bucket["Statement"] if entry["Sid"] != "NothingUnencrypted"]
    [policy] = made["WorkerRole"]["Properties"]["Policies"]
    [letters] = [entry for entry in policy["PolicyDocument"]["Statement"] if entry["Sid"] == "Letters"]
    letters["Resource"] = "*"
    del letters["Condition"]
    return template


def _letter(entry: dict[str, Any]) -> Mail:
    """A letter as ministack shows it: taken apart, and without the ids that SES writes over."""
    at = datetime.fromtimestamp(float(entry["Timestamp"]), UTC)
    return Mail(entry["To"][0], entry["Subject"], entry["BodyText"], entry["BodyHtml"], "", at)


def _asked(
    endpoint: str, method: str, path: str, headers: dict[str, str], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = HTTPConnection(urlsplit(endpoint).netloc, timeout=_PATIENCE_SECONDS)
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, [pair for pair in answer.getheaders() if pair[0].lower() not in _HOP], content
    finally:
        connection.close()


class _Forwarder(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    endpoint: str
    api: str
    asked: list[dict[str, str]]


class _Forwarding(BaseHTTPRequestHandler):
    """Hands on to the HTTP API, by the name it has in ministack."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: _Forwarder

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        self.server.asked.append({name.lower(): value for name, value in headers.items()})
        host = {"Host": self.server.api}
        status, answer, content = _asked(self.server.endpoint, self.command, self.path, headers | host, body)
        self.send_response(status)
        for name, value in [*answer, ("Content-Length", str(len(content))), ("Connection", "close")]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()
        self.close_connection = True

    do_GET = do_HEAD = do_POST = forward  # noqa: N815 - names that http.server asks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _forwarder(endpoint: str) -> Iterator[_Forwarder]:
    server = _Forwarder(("127.0.0.1", 0), _Forwarding)
    server.endpoint, server.asked = endpoint, []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
