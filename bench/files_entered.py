"""Counts the files of Byline that one warm request enters: those of the feature, and those of the frame around it.

``python -m bench.files_entered`` (``--list`` names them). The frame is what every request passes: the shell of the web,
the layout's templates, store, files, hashing, jobs, audit, permissions, settings, links and the catalogue of
messages. The rest belongs to the feature.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import people
from tests.environment import make_world

import byline
from byline.environment import SystemClock, SystemRandom

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from tests.people import Person

SOURCE = Path(byline.__file__).parent
FRAME = (
    "store",
    "files",
    "jobs",
    "audit.py",
    "hashing.py",
    "settings.py",
    "links.py",
    "environment.py",
    "ports.py",
    "errors.py",
    "permissions.py",
    "messages/message.py",
    "messages/catalogue.py",
    "messages/formats.py",
    "messages/templates.py",
)
FEATURES_IN_WEB = ("forms.py", "activity.py", "waiting_pages.py", "version_differences.py")
"""Modules beside the web's shell that belong to the pages which use them."""
AIMS = {"register": 6, "log in": 7, "approve": 6, "save and publish": 11, "deliver an email": 4}


def entered(act: Callable[[], object]) -> set[str]:
    """The files of Byline in which a function or a template was called while ``act`` ran, in all threads."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen.add(frame.f_code.co_filename)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    paths = [Path(name) for name in seen]
    return {path.relative_to(SOURCE).as_posix() for path in paths if path.is_relative_to(SOURCE)}


def is_frame(name: str) -> bool:
    """Whether a file belongs to the frame, and not to a feature."""
    path = Path(name)
    if path.parts[0] == "web":
        shell = len(path.parts) == 2 and path.name not in FEATURES_IN_WEB
        return shell or path.name.startswith("_")
    return name.startswith(FRAME) or path.name.startswith("_layout")


def measure(folder: Path) -> dict[str, set[str]]:
    """The files of each request, asked by a second person after a first one did all the same."""
    world = make_world(folder, throttle=False)
    world.ports = replace(world.ports, clock=SystemClock(), random=SystemRandom())
    portal = people.make_portal(world)
    publisher = portal.publisher()
    found: dict[str, set[str]] = {}
    for name in ("bo", "ana"):
        person = portal.person(f"{name}@example.org", name.title())
        register = _form(person, "/register", author_email=person.address, author_name=person.name,
                         author_password=person.password)  # fmt: skip
        found["register"] = entered(register)
        found["deliver an email"] = entered(world.work)
        assert person.confirm().status_code == 303
        world.work()
        account_id = portal.account(person.address).id
        found["approve"] = entered(_form(publisher, f"/publisher/authors/{account_id}/approve", page="/publisher"))
        world.work()
        person.log_out()
        found["log in"] = entered(_form(person, "/login", author_email=person.address, author_password=person.password))
        fields: dict[str, Any] = people.form_of(person.get("/"))
        fields["author_bio"] = "*Rivers*, towns and the people who leave them."
        found["save and publish"] = entered(_form(person, "/", **fields))
        world.work()
    return found


def _form(person: Person, path: str, /, *, page: str = "", **fields: Any) -> Callable[[], None]:
    """What sends a form: the page with its token is fetched before."""
    token = people.csrf_of(person.client.get(page or path))

    def send() -> None:
        answer = person.client.post(path, data={"csrf_token": token, **fields})
        assert answer.status_code == 303, f"{path}: {answer.status}"

    return send


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the files of each feature")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as name:
        found = measure(Path(name))
    print(f"{'':18}{'feature':>8}{'aim':>6}{'frame':>7}")
    for what, aim in AIMS.items():
        own = sorted(file for file in found[what] if not is_frame(file))
        print(f"{what:18}{len(own):>8}{aim:>6}{len(found[what]) - len(own):>7}")
        if given.list:
            print("".join(f"    {file}\n" for file in own))
            print("".join(f"    [{file}]\n" for file in sorted(found[what]) if is_frame(file)))


if __name__ == "__main__":
    main()
