"""An author's whole story on the stack itself: CloudFront, gateway, functions, table, stream, bucket and letters."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from PIL import Image
from tests.aws.ses_samples import bounced
from tests.aws.stack import SECRET
from tests.aws.template import GIVEN
from tests.people import PASSWORD, path_in
from tests.server import soon

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.authors import listing
from byline.aws.gateway import EDGE, VIEWER
from byline.files.port import File

if TYPE_CHECKING:
    from typing import Any

    from tests.aws.stack import Stack
    from tests.people import Person
    from werkzeug.test import TestResponse

pytestmark = [pytest.mark.aws, pytest.mark.slow]


def published(stack: Stack, path: str) -> TestResponse:
    """A page as readers get it, waited for: it is published after the answer."""
    reader = stack.person("", "")

    def shown() -> list[TestResponse]:
        answer = reader.get(path)
        return [answer] if answer.status_code == 200 else []

    return soon(shown, f"readers to see {path}")[0]


def a_photo() -> io.BytesIO:
    photo = io.BytesIO()
    Image.effect_noise((900, 1100), 90).convert("RGB").save(photo, "JPEG")
    photo.seek(0)
    return photo


@pytest.fixture(scope="module")
def first(stack: Stack) -> str:
    """The path of the link by which the first publisher comes."""
    link = publishers.first_link(stack.ports())
    assert link is not None
    return path_in(link, "/publisher/first/")


@pytest.fixture(scope="module")
def desk(stack: Stack, first: str) -> Person:
    """The first publisher, logged in."""
    person = stack.person("desk@marram.example", "Ines Vale")
    fields = {"author_email": person.address, "author_name": person.name, "author_password": PASSWORD}
    assert person.post(first, fields).status_code == 303
    assert publishers.first_link(stack.ports()) is None
    assert person.confirm().status_code == 303
    return person


@pytest.mark.timeout(300)
def test_an_author_goes_from_the_form_to_the_published_page(stack: Stack, first: str, desk: Person) -> None:
    ana = stack.person("ana@example.org", "Ana Lima")
    assert ana.register().status_code == 303
    assert "You must confirm your email address" in ana.get("/").text
    assert ana.get("/history").status_code == 403
    assert ana.confirm().status_code == 303
    assert "You must wait to have your account approved" in ana.get("/").text

    assert stack.to(desk.address, subject="for approval")
    waiting = desk.get("/publisher")
    assert "Ana Lima" in waiting.text
    approve = re.search(r"/publisher/authors/\w+/approve", waiting.text)
    assert approve
    assert desk.post(approve[0], form="/publisher").status_code == 303

    saved = ana.save(author_name="Ana Lima", author_bio="Writes *short* things. 🖋", profile_img=(a_photo(), "me.jpg"))
    assert (saved.status_code, saved.headers["Location"]) == (303, "/")
    assert "being published" in ana.get("/").text
    page = published(stack, "/authors/ana-lima/")
    assert "Writes <em>short</em> things. 🖋" in page.text

    moved = ana.save(author_slug="ana")
    assert moved.status_code == 303
    published(stack, "/authors/ana/")

    reader = stack.person("", "")
    assert published(stack, "/authors/").text.count("Ana Lima") >= 1
    [photo] = set(re.findall(r"/authors/photos/[^\"' ]+-640\.jpg", page.text))
    picture = reader.get(photo)
    assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, s-maxage=60, immutable"
    assert Image.open(io.BytesIO(picture.data)).size[0] == 640
    again = reader.get("/authors/ana/", headers={"If-None-Match": reader.get("/authors/ana/").headers["ETag"]})
    assert again.status_code == 304
    stub = soon(lambda: found if "/authors/ana/" in (found := reader.get("/authors/ana-lima/").text) else "", "a stub")
    assert 'http-equiv="refresh"' in stub
    assert reader.get("/authors/ana").headers["Location"] == "/authors/ana/"
    soon(lambda: f"https://{stack.host}/authors/ana/" in reader.get("/sitemap.xml").text, "the sitemap")

    assert reader.get("/nowhere").status_code == 404
    assert reader.get("/authors/nobody/").status_code in {403, 404}

    # The letter was due thirty seconds after the decision, so the schedule brings it, not the stream.
    [decided] = stack.to(ana.address, subject="is open")
    assert f"https://{stack.host}/" in decided.text

    everything = stack.logged()
    assert "START RequestId" in everything
    for word in (ana.address, desk.address, PASSWORD, SECRET, GIVEN["EdgeKey"], "Ana Lima", first.rpartition("/")[2]):
        assert word not in everything


@pytest.mark.timeout(300)
def test_a_letter_that_came_back_gets_from_the_bus_to_the_publisher(stack: Stack, desk: Person) -> None:
    ports = stack.ports()
    publishers.add(ports, OPERATOR, address=normalise("gone@marram.example"), name="Bo Lund", password=PASSWORD)
    configuration_set = stack.resource("ConfigurationSet")
    told = bounced("gone@marram.example", configuration_set=configuration_set)

    # Only SES may say that it is SES, and ministack's tells of no bounces: the rule listens to the test as well.
    bus, name = stack.client("events"), stack.resource("ReturnedFunctionReturned")
    pattern = json.loads(bus.describe_rule(Name=name)["EventPattern"])
    assert pattern["source"] == [told["source"]]
    bus.put_rule(Name=name, EventPattern=json.dumps({**pattern, "source": ["aws.ses", "byline.test"]}))
    for detail in (told["detail"], bounced(desk.address, configuration_set="another")["detail"]):
        entry = {"Source": "byline.test", "DetailType": told["detail-type"], "Detail": json.dumps(detail)}
        assert bus.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def marked() -> list[str]:
        return [row.account.address for row in listing.undeliverable(ports, OPERATOR).rows]

    assert soon(marked, "the mark") == ["gone@marram.example"]
    assert "gone@marram.example" in desk.get("/publisher/authors?letters=undelivered").text
    [letter] = stack.to(desk.address, subject="come back")
    assert "gone@" not in letter.text
    assert "gone@marram.example" not in stack.logged()


def test_readers_pages_come_from_the_bucket_with_the_headers_of_the_template(stack: Stack) -> None:
    files = stack.ports().files
    files.put(File("authors/letter/x/index.html", b"<!doctype html><title>X</title>", "text/html"))
    page = stack.person("", "").get("/authors/letter/x/")

    assert page.text == "<!doctype html><title>X</title>"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "public, max-age=60"


def test_nobody_reads_the_bucket_around_cloudfront_or_private_photos_through_it(stack: Stack) -> None:
    files = stack.ports().files
    files.put(File("photos/p1/3f2a-640.jpg", b"private", "image/jpeg"))
    reader = stack.person("", "")

    assert reader.get("/photos/p1/3f2a-640.jpg").status_code == 404
    for path in ("/authors/../photos/p1/3f2a-640.jpg", "/authors/%2e%2e/photos/p1/3f2a-640.jpg"):
        assert reader.get(path).status_code in {400, 403, 404}


def test_the_function_is_told_who_asks_and_that_cloudfront_says_so(stack: Stack) -> None:
    stack.person("", "").get("/login", headers={VIEWER: "198.51.100.1", EDGE: "a guess"})

    asked = stack.asked[-1]
    assert asked[VIEWER] == "127.0.0.1"
    assert asked[EDGE] == GIVEN["EdgeKey"]


def test_people_log_in_and_out(stack: Stack, desk: Person) -> None:
    assert desk.log_out().status_code == 303
    assert desk.get("/publisher").status_code == 302
    refused = desk.log_in(password="not the one that was chosen")
    assert refused.status_code == 422
    assert desk.get("/publisher").status_code == 302
    assert desk.log_in().status_code == 303
    assert desk.get("/publisher").status_code == 200


def test_nobody_goes_around_cloudfront(stack: Stack) -> None:
    assert stack.directly("/login") == 403
    assert stack.directly("/login", {EDGE: "a guess"}) == 403
    assert stack.directly("/login", {EDGE: GIVEN["EdgeKey"]}) == 200
    assert stack.directly("/healthz") == 200


@pytest.mark.parametrize(
    ("role", "service", "operation", "request_", "allowed"),
    [
        ("WebRole", "dynamodb", "get_item", {"TableName": "{table}", "Key": {"k": {"S": "x#y"}}}, True),
        ("WebRole", "dynamodb", "scan", {"TableName": "{table}"}, False),
        ("WebRole", "dynamodb", "delete_table", {"TableName": "{table}"}, False),
        ("WebRole", "s3", "put_object", {"Bucket": "{bucket}", "Key": "site/photos/p/1.jpg", "Body": b""}, True),
        ("WebRole", "s3", "put_object", {"Bucket": "{bucket}", "Key": "site/authors/a.html", "Body": b""}, False),
        ("WebRole", "s3", "delete_object", {"Bucket": "{bucket}", "Key": "site/photos/p/1.jpg"}, False),
        ("WebRole", "ssm", "get_parameter", {"Name": "/byline/{stack}/secret-key", "WithDecryption": True}, True),
        ("WebRole", "ssm", "get_parameter", {"Name": "/byline/another/secret-key", "WithDecryption": True}, False),
        ("WebRole", "sesv2", "send_email", {"Content": {"Raw": {"Data": b"From: a@marram.example\n\n"}}}, False),
        ("WorkerRole", "s3", "put_object", {"Bucket": "{bucket}", "Key": "site/authors/a.html", "Body": b""}, True),
        ("WorkerRole", "s3", "put_object", {"Bucket": "{bucket}", "Key": "site/photos/p/1.jpg", "Body": b""}, False),
        ("WorkerRole", "dynamodb", "scan", {"TableName": "{table}"}, False),
        ("ReturnedRole", "dynamodb", "get_item", {"TableName": "{table}", "Key": {"k": {"S": "x#y"}}}, True),
        ("ReturnedRole", "dynamodb", "delete_item", {"TableName": "{table}", "Key": {"k": {"S": "x#y"}}}, False),
        ("ReturnedRole", "s3", "get_object", {"Bucket": "{bucket}", "Key": "site/photos/p/1.jpg"}, False),
        ("ReturnedRole", "sesv2", "send_email", {"Content": {"Raw": {"Data": b"From: a@marram.example\n\n"}}}, False),
    ],
)
def test_a_functions_role_may_do_what_the_function_does(
    stack: Stack, role: str, service: str, operation: str, request_: dict[str, Any], *, allowed: bool
) -> None:
    client = stack.client_as(role, service)
    filled = stack.filled(request_)

    if allowed:
        getattr(client, operation)(**filled)
        return
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**filled)
    assert refused.value.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}
