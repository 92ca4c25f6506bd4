"""Formats of stored data: a number that a store says, so that no older program loses what a newer one wrote.

=====  ============================================================================================
1      what commit 731d82c wrote; a store without a number has it
2      an account and a registration may have a ``language``
3      an account's password hash is in a record of its own, ``credentials``, and an invitation is a
       record that ends its links;
       search entries stand for single words, up to twelve an account;
       a link may say whether it is the author's own; a profile may have old addresses that no longer redirect
4      a page may have books and a short biography, and its photo a text, a credit and a crop; texts that are not live
       are in records of their own, ``draft``; a biography may have quotations
5      what the publisher's desk keeps: invitations of authors, pages without an account, texts that wait for review
6      a session says what it was proven with; an account may have a second factor, known devices have names, and logins
       are recorded
7      an account may wait for another email address, or for the recovery of lost second factors; a person may be
       erased, of which a list is kept
=====  ============================================================================================

The number moves whenever an older program would lose something: it would overlook a record, or drop a field when it
writes a record again. Reading has to know all formats down to 1. Writing asks ``store.format()`` and uses the shape of
that format: on a server the number moves when the portal starts to serve, on AWS when the deployed program has
answered, and until then the program before can still be put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.store.port import Key

if TYPE_CHECKING:
    from byline.store.port import Record, Store

FIRST: Final = 1
LANGUAGES: Final = 2
"""From this format on the language of a person's emails is kept."""
CREDENTIALS: Final = 3
"""From this format on the credentials of a new account are a record of their own."""
SEARCH_WORDS: Final = 3
"""From this format on an account may have more than five search entries, which a program before would not delete."""
OWN_LINKS: Final = 3
"""From this format on a link may have a third item."""
ENDED_REDIRECTS: Final = 3
"""From this format on an old page address may stop to redirect; a program before would redirect it again."""
BOOKS: Final = 4
"""From this format on a page may have books and a short biography."""
PORTRAITS: Final = 4
"""From this format on a photo may have a text, a credit, a crop, shapes and a master."""
DRAFTS: Final = 4
"""From this format on a text that is not live is kept, which a program before would not move, copy or delete."""
QUOTATIONS: Final = 4
"""From this format on a biography may have ``blockquote``, of which a program before would make plain paragraphs."""
DESK: Final = 5
"""From this format on authors are invited, a page may have no account, and a text may wait for review: a program before
would let an invited author wait for an approval, and would show no one what waits.
"""
FACTORS: Final = 6
"""From this format on sessions say what they were proven with, and accounts may have a second factor, which a program
before would not ask for.
"""
PERSONAL_DATA: Final = 7
"""From this format on an email address can be changed, with a way back, lost second factors can be recovered, and
people can be erased: a program before would not carry out what waits, and would bring the erased back.
"""
NEWEST: Final = 7
"""The newest format that this program knows."""
CHANGES: Final = {
    LANGUAGES: "people may have a language of their own",
    CREDENTIALS: "passwords are in records of their own, and invitations can be taken back",
    BOOKS: "pages can have books, a short biography, quotations and drafts",
    DESK: "authors can be invited, pages can be without an account, and texts can wait for review",
    FACTORS: "accounts can have a second factor, sessions can be listed and ended, and logins are recorded",
    PERSONAL_DATA: "email addresses can be changed, lost second factors recovered, and people erased",
}
"""What changes with each format, for operators."""
MARK: Final = Key("copy", "under-way")
"""The record at which every program, 731d82c too, looks before it works with a store.

While a store is being filled from another it says from which (``transfer.copy_lock``). On an engine that has no place
of its own for a format number it holds that, too.
"""
REFUSAL: Final = (
    "{store} was written to by a newer Byline: use that one. "
    "To go back to this one, restore a backup from before the upgrade."
)
_FROM: Final = "a newer Byline (its data has the format {number}, so use that program)"


def coming_change(store: Store) -> str:
    """What ``upgrade`` will change, in words for operators; empty if nothing."""
    number = store.format()
    if number >= NEWEST:
        return ""
    changes = "; ".join(words for new, words in CHANGES.items() if new > number)
    return f"from format {number} to {NEWEST} ({changes}). An older Byline refuses it then"


def upgrade(store: Store) -> None:
    """Let a store have the newest format from now on; call it where the program before will not be put back."""
    if store.format() < NEWEST:
        store.raise_format(NEWEST)


def to_mark(number: int) -> dict[str, str | int]:
    """What the mark holds on an engine that has no place for the number. Of ``from`` 731d82c makes its refusal."""
    return {"from": _FROM.format(number=number), "format": number}


def from_mark(mark: Record | None) -> int:
    """The number in a mark; 1 where it has none."""
    number = None if mark is None else mark.data.get("format")
    return number if isinstance(number, int) else FIRST
