"""Answers for programs."""

from __future__ import annotations

import codecs
import json
import sys
from typing import Any

import click


def print_json(data: Any, *, to_stderr: bool = False) -> None:
    """Print JSON: as UTF-8 where that is the stream's encoding, in any other with all other characters escaped."""
    encoding = getattr(sys.stderr if to_stderr else sys.stdout, "encoding", None) or "ascii"
    is_utf8 = codecs.lookup(encoding).name == "utf-8"
    click.echo(json.dumps(data, ensure_ascii=not is_utf8, indent=2), err=to_stderr)
