"""docs/security-lists.md against the program: its lists have everything of their kind, and nothing that is gone."""

from __future__ import annotations

import ast
import dataclasses
import re
from typing import TYPE_CHECKING

from tests.docs.documents import calls, code, python_files, table_under, text_of
from tests.docs.test_dependencies import asked_for

from byline import amazon, hash_queue
from byline.accounts.model import Account, Credentials
from byline.accounts.session_list import MOST_SESSIONS
from byline.files import s3
from byline.imaging import pillow, turns
from byline.jobs import worker
from byline.limits import Limits
from byline.mail import ses
from byline.profiles.model import Content, Profile
from byline.store import dynamodb_client, sqlite_file

if TYPE_CHECKING:
    from collections.abc import Iterable

DOCUMENT = "docs/security-lists.md"
CRYPTOGRAPHY = (
    "hashlib",
    "hmac",
    "secrets",
    "ssl",
    "Cryptodome",
    "cryptography",
    "argon2",
    "itsdangerous",
    "werkzeug.security",
)


def table(heading: str) -> list[list[str]]:
    return table_under(text_of(DOCUMENT), heading)


def row(heading: str, first: str) -> list[str]:
    """The cells of the row that begins so."""
    [found] = [cells for cells in table(heading) if cells[0] == first]
    return found


def uses_of_cryptography(modules: Iterable[tuple[str, ast.Module]]) -> set[tuple[str, str]]:
    """Each module that imports a library of cryptography, with the library."""
    found = set()
    for path, tree in modules:
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [str(node.module)]
            found |= {
                (path, library.partition(".")[0])
                for library in CRYPTOGRAPHY
                for name in names
                if name == library or name.startswith(f"{library}.")
            }
    return found


def modules() -> list[tuple[str, ast.Module]]:
    return [(path.as_posix().partition("/src/byline/")[2], tree) for path, tree in python_files()]


def test_every_use_of_cryptography_is_listed() -> None:
    said = {
        (path, library)
        for cells in table("Where cryptography is used")
        for path in code(cells[0])
        for library in code(cells[1])
    }

    assert said == uses_of_cryptography(modules())


def test_a_use_that_is_not_listed_is_found() -> None:
    planted = ast.parse("def f():\n    from Cryptodome.Hash import MD5\nimport hashlib as h\nimport hashlibrary")

    assert uses_of_cryptography([("web/x.py", planted)]) == {("web/x.py", "Cryptodome"), ("web/x.py", "hashlib")}


def test_every_way_in_is_listed() -> None:
    """A session begins where a view says so, and nowhere else; each limit that is named exists."""
    begins = {path for path, tree in modules() if any(calls(tree, "begin_session", "codes_page"))}
    assert {path for path in begins if not path.startswith("web/views/")} == {
        "web/recovery_codes_page.py"
    }  # codes_page
    begins = {path.removeprefix("web/views/") for path in begins if path.startswith("web/views/")}
    ways = table("Ways in")
    said = {name for cells in ways for name in code(cells[3])}
    limits = {name for cells in ways for name in code(cells[2])}

    assert begins == said
    assert limits <= {field.name.upper() for field in dataclasses.fields(Limits)}


def test_every_stored_field_of_accounts_and_pages_is_listed() -> None:
    said: list[str] = []
    for cells in table("Fields"):
        [first, *others] = code(cells[0])
        kind = first.partition(".")[0]
        said += [first, *(f"{kind}.{name}" for name in others)]
    fields = [
        f"{each.__name__}.{field.name}"
        for each in (Account, Credentials, Content, Profile)
        for field in dataclasses.fields(each)
    ]

    assert sorted(said) == sorted(fields)


def test_times_and_numbers_of_connections_are_those_of_the_program() -> None:
    assert row("Connections", "SQLite, a file")[3] == (
        f"{sqlite_file.PATIENCE_SECONDS:.0f} s for another's commit "
        f"({sqlite_file._PATIENCE_AT_START_SECONDS:.0f} s at the start)"
    )
    dynamodb = row("Connections", "DynamoDB")
    assert dynamodb[3] == f"{amazon.CONNECT_SECONDS} s to connect, {dynamodb_client._READ_SECONDS} s for an answer"
    assert f"random pauses of up to {dynamodb_client._LONGEST_PAUSE_SECONDS:.0f} s" in dynamodb[4]
    assert row("Connections", "S3")[3:] == [f"{amazon.CONNECT_SECONDS} s, {s3._READ_SECONDS} s", str(s3._TRIES)]
    assert row("Connections", "SES")[3] == f"{amazon.CONNECT_SECONDS} s, {ses._READ_SECONDS} s"
    key = row("Connections", "Parameter Store")
    assert key[3] == f"{amazon.CONNECT_SECONDS} s, {amazon._READ_SECONDS_PARAMETER} s"
    assert key[4].startswith(f"{amazon._TRIES_PARAMETER};")
    assert f"the job {worker.MAX_TRIES} times" in row("Connections", "mail server")[4]
    assert f"after {worker.FIRST_WAIT_SECONDS} s" in row("Connections", "mail server")[4]


def test_numbers_of_what_costs_much_are_those_of_the_program() -> None:
    assert row("What costs much", "hashing a password")[2].startswith(
        f"{hash_queue.AT_ONCE} at a time, {hash_queue.MOST_WAITING} in the queue, "
        f"{hash_queue.PATIENCE_SECONDS:.0f} s of patience"
    )
    photo = row("What costs much", "a photo, logo or cover")
    assert photo[2].startswith(
        f"{pillow._AT_ONCE} at a time, one for each person, {turns.MOST_WAITING_EACH} of theirs waiting"
    )
    assert f"{Limits().save.most} saves an hour" in text_of(DOCUMENT)
    assert f"| what it unpacks to; {Limits().document.most} an hour |" in text_of(DOCUMENT)


def test_the_number_of_sessions_is_that_of_the_program() -> None:
    assert f"An account has at most {MOST_SESSIONS} sessions" in text_of(DOCUMENT)


def test_risky_packages_are_packages_of_the_portal() -> None:
    named = {name for cells in table("Risky packages") for name in code(cells[0])}

    assert named - {"werkzeug"} <= asked_for("run")  # which Flask brings
    assert {"pillow", "nh3", "waitress", "resvg-py"} <= named


def test_every_module_that_is_named_as_dangerous_exists() -> None:
    paths = {path for path, _ in modules()}
    named = {name for cells in table("Where it is dangerous") for name in code(cells[1]) if name.endswith(".py")}

    assert named
    assert named <= paths
    assert not [cells[0] for cells in table("Where it is dangerous") if not re.search(r"\w", cells[2])]
