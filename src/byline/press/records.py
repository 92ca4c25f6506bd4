"""The record of the branding: one a site, with a version that every write is conditional on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.looks.branding import Branding, HeaderLink, Logo
from byline.store.codec import Codec
from byline.store.port import Key, Record, write_over

if TYPE_CHECKING:
    from byline.store.port import Create, Replace

KEY: Final = Key("settings", "branding")
"""The record of what publishers set of the looks."""
_NAMES: Final = tuple(Branding.__dataclass_fields__)
_PICTURE: Final = Codec(Logo, outside=())
_CODEC: Final = Codec(
    Branding,
    outside=(),
    optional=_NAMES,
    nested={
        "links": Codec(HeaderLink, outside=()),
        "logo": _PICTURE,
        "logo_dark": _PICTURE,
        "icon": _PICTURE,
    },
)


def branding_from(record: Record | None) -> Branding:
    """The branding in its record; that of a new site where there is none."""
    return _CODEC.from_data(record.data) if record else Branding()


def save_op(before: Record | None, branding: Branding) -> Create | Replace:
    """The write that stores a branding in the place of what was read."""
    return write_over(before, Record(KEY, _CODEC.to_data(branding)))
