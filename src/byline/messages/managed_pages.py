"""What is said after something was done with a page that the press keeps."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message


@dataclass(frozen=True)
class Unpublished(Message):
    """It was taken from readers."""

    name: str
    code = "page_is_unpublished"
    text = N_("The page of %(name)s is no longer published. It comes back when you publish it again.")


@dataclass(frozen=True)
class HandoverOffered(Message):
    """An author is invited to take it over."""

    address: str
    name: str
    code = "page_was_offered"
    text = N_("An invitation to take over the page of %(name)s is on its way to %(address)s.")
