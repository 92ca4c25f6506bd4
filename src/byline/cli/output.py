"""How every command answers: text for people, JSON for programs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from byline.cli.json_output import print_json
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
    if json_wanted:
        print_json(data, to_stderr=to_stderr)
    else:
        click.echo(text, err=to_stderr)


def installation() -> Connected:
    """The installation that the environment's settings name; ``Misconfigured`` while it is being filled, or if there is
    none: nothing is made, since a mistyped folder would become one.
    """
    settings = Settings.from_environ(os.environ)
    require_existing(settings)
    connected = connect(settings, makes=False)
    refuse_locked(connected.ports.store, connected.ports.files)
    return connected


def require_existing(settings: Settings) -> None:
    """``Misconfigured`` unless everything is there that a portal on this machine makes when it first starts."""
    path = missing_path(settings.store)
    if path is not None:
        raise Misconfigured(
            f"There is no portal in {path.parent}: `byline serve` makes one. "
            "If yours is elsewhere, set BYLINE_DATA or BYLINE_STORE."
        )
    path = missing_path(settings.files)
    if path is not None:
        raise Misconfigured(f"The folder {path} with photos and pages is not there: see whether its disk is mounted.")
    if settings.secret_key is None and not settings.data.is_dir():
        raise Misconfigured(f"There is no data folder {settings.data}, and so no secret key: set BYLINE_DATA.")
