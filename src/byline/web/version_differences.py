"""What two contents of a page say differently, for the templates that show them side by side."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from byline.richtext import sanitize
from byline.richtext.diff import compare

if TYPE_CHECKING:
    from byline.profiles.model import Content, Photo


def differences(first: Content, second: Content) -> list[SimpleNamespace]:
    """What two contents say differently, field by field, as runs of words."""
    pairs = [
        ("Name", first.name, second.name),
        ("Name for sorting", first.sort_name, second.sort_name),
        ("Biography", sanitize.to_markdown(first.bio), sanitize.to_markdown(second.bio)),
        ("Links", _links(first), _links(second)),
        ("Photo", *_photo_words(first.photo, second.photo)),
    ]
    return [SimpleNamespace(label=label, runs=compare(one, two)) for label, one, two in pairs if one != two]


def _links(content: Content) -> str:
    return ", ".join(f"{link.label} ({link.url})" for link in content.links)


def _photo_words(first: Photo | None, second: Photo | None) -> tuple[str, str]:
    if first and second and first.digest != second.digest:
        return "one photo", "another photo"
    return "a photo" if first else "no photo", "a photo" if second else "no photo"
