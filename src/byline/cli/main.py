"""``byline``: one command, its settings from the environment, its refusals in a sentence and an exit code."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from byline import errors
from byline.cli.json_output import print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "approve": "byline.cli.people:approve",
    "authors": "byline.cli.people:authors",
    "aws": "tools.aws.commands:group",
    "backup": "byline.cli.data:backup",
    "check": "byline.cli.portal:check",
    "copy-files": "byline.cli.data:copy_files",
    "copy-store": "byline.cli.data:copy_store",
    "cost": "tools.aws.cost:cost",
    "deliver": "byline.cli.portal:deliver_once",
    "demo": "byline.cli.demo:demo",
    "export": "byline.cli.exports:export",
    "import": "byline.cli.imports:import_",
    "invite": "byline.cli.invite:invite",
    "page": "byline.cli.managed_pages:page",
    "publisher": "byline.cli.people:publisher",
    "republish": "byline.cli.portal:republish",
    "restore": "byline.cli.data:restore",
    "secret": "byline.cli.secret:secret",
    "serve": "byline.cli.portal:serve",
}
"""Where each command stands; a module is loaded when one of its commands is asked for."""

TOOLS: Path = Path(__file__).parents[3] / "tools"
"""Commands whose code is not in the wheel, but in a checkout, beside ``src``."""

_JSON, _PIPED = "byline.json", "byline.piped"
EXIT_CODES: dict[type[errors.BylineError], int] = {
    errors.Misconfigured: 2,
    errors.Invalid: 1,
    errors.WrongCredentials: 1,
    errors.Barred: 1,
    errors.TooMany: 1,
    errors.DeadLink: 1,
    errors.NotAllowed: 1,
    errors.NotFresh: 1,
    errors.FactorOverdue: 1,
    errors.SecondStepNeeded: 1,
    errors.Stale: 1,
    errors.DraftStale: 1,
    errors.AlreadyDecided: 1,
    errors.ReviewStale: 1,
    errors.NotFound: 1,
    errors.Unavailable: 3,
    errors.Rejected: 3,
    errors.Conflict: 3,
}
"""1: not as asked; 2: the settings or the command line are wrong; 3: something does not answer, try again."""


class Commands(click.Group):
    """The group of commands; every refusal that gets here becomes a sentence on standard error and an exit code, or
    with ``--json`` an object on standard output.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """A command by its name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        if module.startswith("tools."):
            if not TOOLS.is_dir():
                return _checkout_only(cmd_name)
            sys.path.insert(0, str(TOOLS.parent))
        command: click.Command = getattr(import_module(module), name)
        return command

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line; a name that the terminal's encoding cannot show never ends in a traceback."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether the answer is for a program, before anything can be refused."""
        ctx.meta[_JSON] = "--json" in args
        ctx.meta[_PIPED] = args[:1] == ["backup"] and "-" in args and "--verify" not in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except errors.BylineError as fault:
            code = next(code for kind, code in EXIT_CODES.items() if isinstance(fault, kind))
            words = str(fault) or {3: "Something does not answer now; try again."}.get(code, type(fault).__name__)
            _end(ctx, _code_of(fault), words, code)
        except click.ClickException as fault:
            if not ctx.meta[_JSON]:
                raise
            _end(ctx, "usage", fault.format_message(), fault.exit_code)


def _print_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's call
    if wanted:
        from byline.cli.version import version_text  # noqa: PLC0415 - no other command asks for it

        click.echo(f"byline {version_text()}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show version and commit, and exit.",
)
def main() -> None:
    """The author portal for publishers.

    Settings come from BYLINE_… variables in the environment; docs/settings.md describes them.
    """


def _checkout_only(name: str) -> click.Command:
    """A command that stands for one whose code is not installed, whatever it is given."""

    @click.command(
        name,
        short_help="Works in a checkout of Byline only.",
        add_help_option=False,
        context_settings={"ignore_unknown_options": True},
    )
    @click.argument("anything", nargs=-1, type=click.UNPROCESSED)
    def refuse(anything: tuple[str, ...]) -> NoReturn:  # noqa: ARG001 - taken so that click refuses nothing itself
        raise errors.Misconfigured(
            f"`byline {name}` works in a checkout of Byline only: clone its repository, type `make`, and run "
            f"`.venv/bin/byline {name}` there."
        )

    return refuse


def _code_of(fault: errors.BylineError) -> str:
    """A stable word for a refusal: that of its message, or else of its class."""
    if isinstance(fault, errors.Invalid):
        return next(iter(fault.faults.values())).code
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in type(fault).__name__).strip("_")


def _end(ctx: click.Context, code: str, words: str, exit_code: int) -> NoReturn:
    if ctx.meta[_JSON]:
        print_json({"error": {"code": code, "message": words}}, to_stderr=ctx.meta[_PIPED])
    else:
        click.echo(f"byline: {words}", err=True)
    sys.exit(exit_code)
