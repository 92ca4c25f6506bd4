"""``byline import guide-table``: a site made after the serverless-Flask guide moves in, with what its authors had."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from PIL import Image
from tests.environment import make_world
from tests.filled_portal import answered, byline
from tests.hash_watch import watch_legacy_hashes
from tests.people import Person, make_portal
from werkzeug.security import generate_password_hash

from byline import amazon
from byline.cli.guide_table import from_quill
from byline.environment import SystemClock
from byline.settings import Settings
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.people import Portal

    from byline.ports import Ports

REGION = "eu-west-1"
OLD = "an old password of hers"
QUICK = "pbkdf2:sha256:1000"


def item(address: str, **fields: Any) -> dict[str, Any]:
    """An author as the guide's site keeps them, in DynamoDB's writing."""
    plain = {
        "author_email": address,
        "username": "Ana Lima",
        "password_hash": generate_password_hash(OLD, QUICK),
        "bio": "<p>She writes <strong>novels</strong>.</p>",
        "quill_bio": '{"ops":[{"insert":"She writes novels.\\n"}]}',
        "photo_location": "none",
        "page_location": "none",
        "email_confirmed": True,
        "csf_approved": True,
    } | fields
    return {
        name: {"BOOL": value} if isinstance(value, bool) else {"S": value}
        for name, value in plain.items()
        if value is not None
    }


def photo() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((400, 500), 80).convert("RGB").save(file, "PNG")
    return file.getvalue()


AUTHORS = [
    item("ana@example.org", page_location="authors/ana-lima.html", photo_location="authors/images/ana-lima0f"),
    item("ben@example.org", username="Ben Osei", csf_approved=False, page_location="authors/ben.html"),
    item("cleo@example.org", username="Cleo Marsh", email_confirmed=False),
    item("dina@example.org", username="Dina Kay", csf_approved=None, publisher_confirmed=True, bio="none"),
    item("ANA@example.org", username="Ana Again"),
    item("not an address"),
    item("eve@example.org", username="Ana Lima", password_hash="sha1$old$0123", bio="x" * 20_000),
    item("fay@example.org", username="Fay Lund", bio="none", quill_bio="none"),
]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """What DynamoDB writes when a table is exported: gzipped files of lines, and manifests beside them."""
    data = tmp_path / "AWSDynamoDB" / "01" / "data"
    data.mkdir(parents=True)
    for number, some in enumerate((AUTHORS[:5], AUTHORS[5:])):
        lines = "".join(json.dumps({"Item": each}) + "\n" for each in some)
        (data / f"{number}.json.gz").write_bytes(gzip.compress(lines.encode()))
    (data.parent / "manifest-files.json").write_text('{"itemCount": 5}\n')
    return tmp_path / "AWSDynamoDB"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "bucket" / "authors" / "images").mkdir(parents=True)
    (tmp_path / "bucket" / "authors" / "images" / "ana-lima0f").write_bytes(photo())
    return tmp_path / "bucket"


@pytest.fixture
def data(tmp_path: Path) -> str:
    """The data folder of a new portal."""
    ports_of(str(tmp_path / "data")).store.close()
    return str(tmp_path / "data")


def ports_of(data: str) -> Ports:
    return connect(Settings.from_environ({"BYLINE_DATA": data})).ports


def portal_of(data: str, folder: Path) -> Portal:
    world = make_world(folder, throttle=False)
    return make_portal(replace(world, ports=replace(ports_of(data), mailer=world.mailer)))


def by_address(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["address"]: row for row in said["rows"]}


def test_it_is_said_row_by_row_what_will_happen_and_nothing_is_done(export: Path, photos: Path, data: str) -> None:
    said = answered("import", "guide-table", export, "--photos", photos, DATA=data)
    rows = by_address(said)
    assert not said["applied"]
    assert [row["row"] for row in said["rows"]] == [1, 2, 3, 4, 5, 6, 7, 8]
    ana = rows["ana@example.org"]
    assert (ana["fate"], ana["password"], ana["biography"], ana["photo"], ana["notes"]) == (
        "active",
        True,
        True,
        True,
        [],
    )
    assert ana["page"].endswith("/authors/ana-lima/")
    assert ana["was"] == "authors/ana-lima.html"
    assert rows["ben@example.org"]["fate"] == "waiting"
    assert rows["cleo@example.org"]["fate"] == "left out"
    assert "not confirmed there" in rows["cleo@example.org"]["notes"][0]
    assert rows["dina@example.org"]["fate"] == "active"
    assert rows["dina@example.org"]["biography"]
    assert rows["ANA@example.org"]["notes"] == ["the same mailbox as row 1"]
    assert rows["not an address"]["fate"] == "left out"
    eve = rows["eve@example.org"]
    assert (eve["fate"], eve["password"], eve["biography"]) == ("active", False, False)
    assert eve["page"].endswith("/authors/ana-lima-2/")
    assert [note.partition(":")[0] for note in eve["notes"]] == [
        "the password cannot be taken over", "no biography", "the page address ana-lima is taken",
    ]  # fmt: skip
    assert eve["codes"] == ["import_password_unusable", "import_no_biography", "import_page_address_taken"]
    assert not rows["fay@example.org"]["biography"]
    assert list(ports_of(data).store.scan().records) == []


def test_people_read_the_same_in_lines(export: Path, data: str) -> None:
    said = byline("import", "guide-table", export, DATA=data).stdout
    assert "    1  active    ana@example.org  http://127.0.0.1:8000/authors/ana-lima/  password, biography\n" in said
    assert "no photo: say with --photos where photos are\n" in said
    assert "4 active, 1 waiting, 3 left out.\nNothing was changed. Add --apply to import them.\n" in said


def test_authors_keep_password_page_and_photo(export: Path, photos: Path, data: str, tmp_path: Path) -> None:
    said = answered("import", "guide-table", export, "--photos", photos, "--apply", DATA=data)
    assert said["applied"]
    byline("deliver", DATA=data)
    portal = portal_of(data, tmp_path / "house")
    page = portal.person().get("/authors/ana-lima/").text
    assert "<strong>novels</strong>" in page
    assert "/authors/photos/" in page
    assert portal.person().get("/authors/ben/").status_code == 404

    ana = portal.person("ana@example.org", "Ana Lima")
    before = portal.password_hash("ana@example.org")
    assert before
    assert before.startswith("pbkdf2:")
    assert ana.log_in(password="a wrong password of hers").status_code == 422
    assert ana.log_in(password=OLD).status_code == 303
    after = portal.password_hash("ana@example.org")
    assert after
    assert after.startswith("$argon2id$")
    ana.log_out()
    assert ana.log_in(password=OLD).status_code == 303
    assert ana.save(author_bio="Anew.").status_code == 303
    assert "Anew." in ana.get("/authors/ana-lima/").text


def test_who_waits_is_approved_with_the_page_they_had(export: Path, data: str, tmp_path: Path) -> None:
    byline("import", "guide-table", export, "--apply", DATA=data)
    portal = portal_of(data, tmp_path / "house")
    ben = portal.person("ben@example.org", "Ben Osei")
    ben.log_in(password=OLD)
    assert "You must wait to have your account approved by the publisher." in ben.get("/").text
    byline("approve", "ben@example.org", DATA=data)
    byline("deliver", DATA=data)
    assert "novels" in ben.get("/authors/ben/").text


def test_who_is_left_out_can_register(export: Path, data: str, tmp_path: Path) -> None:
    byline("import", "guide-table", export, "--apply", DATA=data)
    portal = portal_of(data, tmp_path / "house")
    cleo = portal.person("cleo@example.org", "Cleo Marsh")
    assert cleo.log_in(password=OLD).status_code == 422
    assert cleo.register().status_code == 303


def test_the_same_import_again_leaves_everybody_alone(export: Path, data: str) -> None:
    byline("import", "guide-table", export, "--apply", DATA=data)
    before = [record for record in ports_of(data).store.scan().records if record.key.id != "inherited-passwords"]
    said = answered("import", "guide-table", export, "--apply", DATA=data)
    assert {row["fate"] for row in said["rows"]} == {"left out"}
    assert by_address(said)["ana@example.org"]["notes"] == ["has an account here already"]
    after = [record for record in ports_of(data).store.scan().records if record.key.id != "inherited-passwords"]
    assert after == before


def test_a_table_in_dynamodb_and_a_bucket_are_read_where_they_are(
    dynamodb_endpoint: str, moto_endpoint: str, data: str
) -> None:
    name = f"guide-{uuid4().hex}"
    client: Any = amazon.client("dynamodb", region=REGION, endpoint=dynamodb_endpoint, tries=1, read_seconds=9)
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "author_email", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "author_email", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for each in AUTHORS:
        client.put_item(TableName=name, Item=each)
    bucket: Any = amazon.client("s3", region=REGION, endpoint=moto_endpoint, tries=1, read_seconds=9)
    bucket.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    bucket.put_object(Bucket=name, Key="authors/images/ana-lima0f", Body=photo())

    source = f"dynamodb://{name}?region={REGION}&endpoint={dynamodb_endpoint}"
    where = f"s3://{name}?region={REGION}&endpoint={moto_endpoint}"
    rows = by_address(answered("import", "guide-table", source, "--photos", where, "--apply", DATA=data))
    assert len(rows) == 8
    assert rows["ben@example.org"]["fate"] == "waiting"
    mailbox = [rows[address] for address in ("ana@example.org", "ANA@example.org")]  # whichever the table gives first
    assert sorted(row["fate"] for row in mailbox) == ["active", "left out"]
    assert rows["ana@example.org"]["photo"] or rows["ana@example.org"]["fate"] == "left out"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "no authors in it"),
        ("hello", "neither DynamoDB's export"),
        ("[1]", "neither DynamoDB's export"),
        ('{"Items": 7}', "neither DynamoDB's export"),
        ('{"author_email": "ana@example.org"}', "neither DynamoDB's export"),
        ('{"Item": {"author_email": "ana@example.org"}}', "neither DynamoDB's export"),
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, data: str, body: str, sentence: str) -> None:
    (tmp_path / "export.json").write_text(body)
    assert sentence in byline("import", "guide-table", tmp_path / "export.json", exit_code=1, DATA=data).stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("/no/such/file",), "is not there"),
        (("dynamodb://table",), "SOURCE must look like dynamodb://table?region=eu-west-1"),
        (("mysql://x",), "SOURCE must be"),
        (("{export}", "--photos", "/no/such/folder"), "no folder"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(export: Path, data: str, words: tuple[str, ...], sentence: str) -> None:
    words = tuple(word.format(export=export) for word in words)
    assert sentence in byline("import", "guide-table", *words, exit_code=2, DATA=data).stderr


def test_the_answer_of_a_scan_is_read_as_well(tmp_path: Path, data: str) -> None:
    file = tmp_path / "scan.json"
    file.write_text(
        json.dumps({"Items": AUTHORS[:2], "Count": 2, "ScannedCount": 2, "ConsumedCapacity": None}, indent=2)
    )
    assert len(answered("import", "guide-table", file, DATA=data)["rows"]) == 2


@pytest.mark.parametrize("location", ["../secret", "/etc/passwd", "authors/images", "authors/images/nobody", "\u0000"])
def test_no_photo_is_read_from_elsewhere(tmp_path: Path, photos: Path, data: str, location: str) -> None:
    (tmp_path / "secret").write_bytes(photo())
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"Item": item("ana@example.org", photo_location=location)}))
    (row,) = answered("import", "guide-table", file, "--photos", photos, "--apply", DATA=data)["rows"]
    assert (row["fate"], row["photo"]) == ("active", False)
    assert "is not there" in row["notes"][0]


def test_a_photo_that_cannot_be_used_is_left_out_and_said(tmp_path: Path, photos: Path, data: str) -> None:
    (photos / "bad").write_bytes(b"<svg/>")
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"Item": item("ana@example.org", photo_location="bad")}))
    (row,) = answered("import", "guide-table", file, "--photos", photos, "--apply", DATA=data)["rows"]
    assert (row["fate"], row["photo"]) == ("active", False)
    assert row["notes"][0].startswith("no photo: ")


@pytest.mark.parametrize(
    ("page", "name", "slug"),
    [
        ("authors/ana-lima2.html", "Ana Lima", "ana-lima2"),
        ("authors/maría-lópez.html", "María López", "maria-lopez"),
        ("authors/o'brien.html", "Pat O'Brien", "obrien"),
        ("authors/../../x.html", "Ana Lima", "x"),
        ("authors/index.html", "Ana Lima", "index-author"),
        ("none", "Ana Lima", "ana-lima"),
    ],
)
def test_a_page_keeps_its_address_as_well_as_it_goes(
    tmp_path: Path, data: str, page: str, name: str, slug: str
) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"Item": item("ana@example.org", page_location=page, username=name)}))
    (row,) = answered("import", "guide-table", file, "--apply", DATA=data)["rows"]
    assert row["page"].endswith(f"/authors/{slug}/")


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        ('{"ops":[{"insert":"One.\\nTwo.\\n"}]}', "<p>One.</p><p>Two.</p>"),
        (
            '{"ops":[{"insert":"A "},{"attributes":{"bold":true},"insert":"b"},{"insert":" &amp; c\\n"}]}',
            "<p>A <strong>b</strong> &amp; c</p>",
        ),
        ('{"ops":[{"insert":"x"},{"attributes":{"list":"bullet"},"insert":"\\n"}]}', "<ul><li>x</li></ul>"),
        (
            '{"ops":[{"attributes":{"link":"https://a.example/?a=1&amp;b=2"},"insert":"here"},{"insert":"\\n"}]}',
            '<p><a href="https://a.example/?a=1&amp;b=2">here</a></p>',
        ),
        ('{"ops":[{"insert":{"image":"x"}},{"insert":"y"}]}', "<p>y</p>"),
        ('{"ops":[{"insert":"&lt;script&gt;\\n"}]}', "<p>&lt;script&gt;</p>"),
        ("none", ""), ("", ""), ("[]", ""), ("{}", ""), ('{"ops": 7}', ""), ('{"ops": [7, {}]}', ""), ("[" * 5_000, ""),
    ],
)  # fmt: skip
def test_what_quill_keeps_for_itself_is_a_biography_too(delta: str, expected: str) -> None:
    assert from_quill(delta) == expected


# What a log-in pays while passwords from elsewhere may be left.


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The schemes of the legacy hashes that were computed, one by one."""
    return watch_legacy_hashes(monkeypatch)


@pytest.fixture
def brought(tmp_path: Path, data: str) -> Callable[..., Any]:
    """Brings authors in who have these hashes, in this order."""

    def bring(*hashes: str) -> dict[str, Any]:
        file = tmp_path / f"{uuid4().hex}.json"
        rows = [
            {"Item": item(f"a{n}@example.org", username=f"Author {n}", password_hash=hashed)}
            for n, hashed in enumerate(hashes)
        ]
        file.write_text("\n".join(map(json.dumps, rows)))
        return by_address(answered("import", "guide-table", file, "--apply", DATA=data))

    return bring


def test_every_log_in_checks_one_of_each_kind_whoever_it_is(
    brought: Callable[..., Any], data: str, tmp_path: Path, computed: list[str]
) -> None:
    other = "scrypt:1024:8:1"
    brought(generate_password_hash(OLD, QUICK), generate_password_hash(OLD, other))
    portal = portal_of(data, tmp_path / "house")
    portal.author("zoe@example.org", "Zoe Hart").log_out()
    portal.person("prue@example.org", "Prue Dale").register()
    people = ["a0@example.org", "a1@example.org", "zoe@example.org", "prue@example.org", "nobody@example.org"]
    for address in people:
        for password in (OLD, "correct horse battery staple", "another one altogether", "x" * 2_000):
            person = Person(portal.world, portal.app.test_client(), address, "", password)
            computed.clear()
            person.log_in()
            assert sorted(computed) == [QUICK, other], (address, password)


def test_after_ninety_days_old_passwords_are_over_and_log_ins_are_short_again(
    brought: Callable[..., Any], data: str, tmp_path: Path, computed: list[str]
) -> None:
    brought(generate_password_hash(OLD, QUICK), generate_password_hash(OLD, QUICK))
    world = make_world(tmp_path / "house", throttle=False)
    world.clock.at = SystemClock().now()
    portal = make_portal(replace(world, ports=replace(ports_of(data), mailer=world.mailer, clock=world.clock)))
    first, second = (portal.person(f"a{n}@example.org", "") for n in (0, 1))
    world.clock.forward(days=89)
    assert first.log_in(password=OLD).status_code == 303
    world.clock.forward(days=2)
    computed.clear()
    assert second.log_in(password=OLD).status_code == 422
    assert computed == []
    assert first.log_in(password=OLD).status_code == 303

    second.post("/reset", {"author_email": second.address})
    assert "/reset/" in second.letter()


def test_a_check_says_how_long_old_passwords_are_taken(brought: Callable[..., Any], data: str) -> None:
    brought(generate_password_hash(OLD, QUICK))
    said = byline("check", "--json", exit_code=1, DATA=data).stdout
    (found,) = [finding for finding in json.loads(said) if finding["about"] == "passwords"]
    assert not found["wrong"]
    assert f"({QUICK}) until {SystemClock().now() + timedelta(days=90):%d %B %Y}" in found["sentence"]


def test_a_process_that_runs_learns_within_ten_minutes(
    brought: Callable[..., Any], data: str, tmp_path: Path, computed: list[str]
) -> None:
    world = make_world(tmp_path / "house", throttle=False)
    world.clock.at = SystemClock().now()
    portal = make_portal(replace(world, ports=replace(ports_of(data), mailer=world.mailer, clock=world.clock)))
    assert portal.person("a0@example.org").log_in(password=OLD).status_code == 422
    brought(generate_password_hash(OLD, QUICK))
    computed.clear()
    world.clock.forward(minutes=10)
    assert portal.person("a0@example.org").log_in(password=OLD).status_code == 303
    assert computed == [QUICK]


def test_a_portal_without_them_computes_none(portal: Portal, computed: list[str]) -> None:
    author = portal.author()
    author.log_out()
    assert author.log_in().status_code == 303
    assert computed == []


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return make_portal(make_world(tmp_path / "plain", throttle=False))


def test_of_many_kinds_the_commonest_three_are_kept(brought: Callable[..., Any]) -> None:
    kinds = ["pbkdf2:sha256:5", "pbkdf2:sha256:6", "pbkdf2:sha256:7", "pbkdf2:sha256:8"]
    rows = brought(*(generate_password_hash(OLD, kind) for kind in [*kinds, *kinds[1:]]))
    assert [row["password"] for row in rows.values()] == [False, True, True, True, True, True, True]
    assert "rare kind" in rows["a0@example.org"]["notes"][0]
