"""A portal that people have used, for tests that move it elsewhere; and what must be there afterwards."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner
from PIL import Image
from tests.environment import make_world
from tests.people import PASSWORD, Person, make_portal
from tests.server import running, soon

from byline import service_addresses, wiring
from byline.cli.main import main
from byline.environment import SystemClock
from byline.settings import Settings
from byline.store.sqlite import SqliteStore
from byline.transfer.record_set import RecordSet
from byline.wiring import connect

if TYPE_CHECKING:
    from click.testing import Result

    from byline.files.port import Files
    from byline.store.port import Key, Record, Store

ANA = "ana@example.org"


def lived_in(folder: Path) -> None:
    """A data folder with a publisher, an author with page, photo and history, one who waits, and one unconfirmed."""
    shutil.copytree(_made().name, folder)


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    """The one that all tests of a process get copies of."""
    made = tempfile.TemporaryDirectory(prefix="byline-lived-in-")
    folder = Path(made.name)
    world = make_world(folder, SqliteStore(folder / "byline.sqlite3"), throttle=False)
    world.clock.at = SystemClock().now()  # else DynamoDB Local, which knows no clock of tests, sweeps sessions out
    portal = make_portal(world)
    portal.publisher()
    author = portal.author(ANA)
    author.save(author_bio="First words.", profile_img=photo())
    author.save(
        author_bio="Her second book is *out*.", author_slug="ana", link_label=["Home"], link_url=["ana.example"]
    )
    portal.waiting("ben@example.org", "Ben Osei")
    portal.person("cleo@example.org", "Cleo Marsh").register()
    world.work()
    world.ports.store.close()
    return made


def photo() -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.effect_noise((400, 500), 80).convert("RGB").save(file, "JPEG")
    file.seek(0)
    return file, "me.jpg"


def store_address(folder: Path) -> str:
    return f"sqlite://{folder}/byline.sqlite3"


def files_address(folder: Path) -> str:
    return f"file://{folder}/files"


def open_store(address: str) -> Store:
    """The store at an address as the settings and the copy commands take it."""
    return wiring.store(service_addresses.store_address(address))


def open_files(address: str) -> Files:
    """The files at such an address."""
    return wiring.files(service_addresses.files_address(address))


def byline(*words: object, exit_code: int = 0, **settings: str) -> Result:
    """Run a command; settings are given without their ``BYLINE_``."""
    said = CliRunner().invoke(main, [str(word) for word in words], env={f"BYLINE_{k}": v for k, v in settings.items()})
    assert said.exit_code == exit_code, said.output + repr(said.exception)
    return said


def started_once(folder: Path) -> None:
    """A data folder of a portal that ran until it had nothing more to do, and that nobody has used."""
    with running(folder) as server:
        store = server.ports().store
        soon(
            lambda: {"job"}.isdisjoint(key.kind for key in current(store)) and current(store), "its pages to be written"
        )
        store.close()


def answered(*words: object, **settings: str) -> Any:
    """What a command answers in JSON."""
    return json.loads(byline(*words, "--json", **settings).stdout)


def current(store: Store) -> dict[Key, Record]:
    """All records of a store."""
    return {record.key: record for record in RecordSet(store).items()}


def bodies(files: Files) -> dict[str, bytes]:
    """All files that readers or authors have."""
    found = (files.get(path) for path in files.paths() if not path.startswith("private/"))
    return {file.path: file.body for file in found if file}


def still_works(**settings: str) -> None:
    """Ana logs in with the password she had, finds her page as she left it, and can go on writing."""
    ports = connect(Settings.from_environ({f"BYLINE_{name}": value for name, value in settings.items()})).ports
    world = make_world(Path(settings["DATA"]), ports.store)
    portal = make_portal(replace(world, ports=ports))
    ana = Person(world, portal.app.test_client(), ANA, "Ana Lima", PASSWORD)
    assert ana.log_in().status_code == 303
    assert "Her second book is" in ana.get("/").text
    assert ana.save(author_bio="And a third one.").status_code == 303
    assert "And a third one." in ana.get("/authors/ana/").text
    ports.store.close()
