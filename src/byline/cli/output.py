"""How every command answers: text for people, JSON for programs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click

from byline.errors import Misconfigured
from byline.service_addresses import missing_path
from byline.settings import Settings
from byline.transfer.copy_lock import refuse_locked
from byline.wiring import connect

if TYPE_CHECKING:
    from byline.wiring import Connected

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


def answer(data: Any, text: str, *, json_wanted: bool, to_stderr: bool = False) -> None:
    """Print an answer."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if json_wanted else text, err=to_stderr)


def installation(*, may_be_new: bool = False) -> Connected:
    """The installation that the environment's settings name; ``Misconfigured`` while its store is being filled, or
    where there is none, since a mistyped folder would become one: unless it ``may_be_new``.
    """
    settings = Settings.from_environ(os.environ)
    path = None if may_be_new else missing_path(settings.store)
    if path is not None:
        raise Misconfigured(
            f"There is no portal in {path.parent}: `byline serve` makes one. "
            "If yours is elsewhere, set BYLINE_DATA or BYLINE_STORE."
        )
    connected = connect(settings)
    refuse_locked(connected.ports.store, connected.ports.files)
    return connected
