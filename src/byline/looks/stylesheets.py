"""Stylesheets: the typeface and the tokens, and after them the rules of the portal or of readers' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.looks import tokens, typeface

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.looks.typeface import Font


def stylesheet(rules: bytes, address_of: Callable[[Font], str]) -> bytes:
    """A complete stylesheet; ``address_of`` says where the files of the typeface are."""
    return f"{typeface.font_faces(address_of)}\n{tokens.SOURCE}\n".encode() + rules
