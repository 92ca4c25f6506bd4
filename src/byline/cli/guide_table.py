"""Read a table made after the serverless-Flask guide: from DynamoDB, or from what DynamoDB exports as JSON.

One item an author, under ``author_email``; "none" stands for what is not there. ``bio`` is the HTML of Quill, the
editor; ``quill_bio`` what Quill keeps for itself: operations that insert text, with attributes.
"""

from __future__ import annotations

import gzip
import html
import json
import re
from typing import TYPE_CHECKING, Any

from byline import amazon
from byline.authors.imports import ImportedAuthor
from byline.errors import Invalid, Misconfigured, Unavailable
from byline.messages import imports as said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_BYTES = 500_000_000
_NOTHING = "none"
_LISTS = {"ordered": "ol", "bullet": "ul"}


def from_table(table: str, *, region: str, endpoint: str | None) -> Iterator[ImportedAuthor]:
    """The authors in a table of DynamoDB."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only this source needs it

    client = amazon.client("dynamodb", region=region, endpoint=endpoint, tries=4, read_seconds=20)
    number = 0
    request: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
    while True:
        try:
            answer = client.scan(**request)
        except ClientError as fault:
            raise Misconfigured(f"The table {table} cannot be read: {amazon.code_of(fault)}") from fault
        except BotoCoreError as fault:
            raise Unavailable(f"The table {table} cannot be read: {fault}") from fault
        for item in answer["Items"]:
            number += 1
            yield imported_author(number, item)
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def from_export(path: Path) -> Iterator[ImportedAuthor]:
    """The authors in an export: a file, gzipped or not, or a folder with such files below it."""
    # Beside the data of an export DynamoDB writes manifests.
    below = (
        each for each in path.rglob("*") if each.name.endswith((".json", ".json.gz")) and "manifest" not in each.name
    )
    number = 0
    for file in sorted(below) if path.is_dir() else [path]:
        for item in _items(file):
            number += 1
            yield imported_author(number, item)
    if not number:
        raise Invalid({"source": said.NoAuthors(str(path))})


def imported_author(number: int, item: dict[str, Any]) -> ImportedAuthor:
    """The author in an item as DynamoDB writes it, each value under the letter of its type."""
    return ImportedAuthor(
        number=number,
        address=_text(item, "author_email"),
        name=_text(item, "username"),
        password=_text(item, "password_hash"),
        bio=_text(item, "bio") or from_quill(_text(item, "quill_bio")),
        page=_text(item, "page_location"),
        photo=_text(item, "photo_location"),
        confirmed=_is_set(item, "email_confirmed"),
        approved=_is_set(item, "csf_approved") or _is_set(item, "publisher_confirmed"),
    )


def from_quill(text: str) -> str:
    """The HTML that Quill's own notes amount to; empty if there are none. Sites of the guide escaped them for HTML."""
    try:
        operations = json.loads(html.unescape(text))["ops"] if text else []
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    lines: list[tuple[str, str]] = []
    inner = ""
    for operation in operations if isinstance(operations, list) else []:
        insert = operation.get("insert") if isinstance(operation, dict) else None
        if not isinstance(insert, str):
            continue  # a picture or a video, which biographies do not have here
        attributes = operation.get("attributes")
        attributes = attributes if isinstance(attributes, dict) else {}
        *ended, rest = insert.split("\n")
        for words in ended:
            lines.append((_LISTS.get(str(attributes.get("list")), "p"), inner + _marked(words, attributes)))
            inner = ""
        inner += _marked(rest, attributes)
    lines += [("p", inner)] if inner else []
    return "".join(f"<{tag}><li>{words}</li></{tag}>" if tag != "p" else f"<p>{words}</p>" for tag, words in lines)


def _marked(words: str, attributes: dict[str, Any]) -> str:
    if not words:
        return ""
    marked = html.escape(words)
    for attribute, tag in (("bold", "strong"), ("italic", "em")):
        if attributes.get(attribute):
            marked = f"<{tag}>{marked}</{tag}>"
    link = attributes.get("link")
    return f'<a href="{html.escape(link)}">{marked}</a>' if isinstance(link, str) else marked


def _items(file: Path) -> Iterator[dict[str, Any]]:
    """The items in one file: one a line as ``{"Item": …}``, or all of them under ``Items``."""
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
            body = stream.read(_MOST_BYTES + 1)
        text = body.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as fault:
        raise Invalid({"source": said.FileUnreadable(str(file), str(fault))}) from fault
    if len(body) > _MOST_BYTES:
        raise Invalid({"source": said.FileTooLarge(str(file), _MOST_BYTES // 1_000_000)})
    try:
        whole = [json.loads(text)] if re.match(r"\s*\{\s*\"(Items|Count|ScannedCount)\"", text) else None
        rows = whole or [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as fault:
        raise Invalid({"source": said.NoExport(str(file))}) from fault
    for row in rows:
        found = row.get("Items", [row.get("Item")]) if isinstance(row, dict) else [None]
        for item in found if isinstance(found, list) else [None]:
            if not isinstance(item, dict) or not all(isinstance(value, dict) for value in item.values()):
                raise Invalid({"source": said.NoExport(str(file))})
            yield item


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name, {}).get("S", "")
    return "" if not isinstance(value, str) or value == _NOTHING else value


def _is_set(item: dict[str, Any], name: str) -> bool:
    return item.get(name, {}).get("BOOL") is True
