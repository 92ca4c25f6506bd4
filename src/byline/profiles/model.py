"""What a profile is: values only, no rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the codec reads the types
from typing import NamedTuple, NewType

from byline.imaging.cuts import TOP, WHOLE, Crop, Focus

ProfileId = NewType("ProfileId", str)
Slug = NewType("Slug", str)


class Link(NamedTuple):
    """A link to another place: its label (at most 100 characters) and its URL (http, https or mailto).

    ``own`` says whether it leads to the author's own site or profile; ``None``: they did not say.
    """

    label: str
    url: str
    own: bool | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A developed photo: ``digest`` names it, ``sizes`` are (width, height) in pixels, widest first.

    Rendition files are ``{digest}-{width}{suffix}``. The rest only a portrait has, and none of it one that was saved
    before there was any: ``shapes`` are (name, width, height) as in ``imaging.cuts``, their files ``{digest}-{name}``;
    the file ``{master}-master`` is the whole photo, from which everything can be made anew, and no reader gets to it.
    ``alt`` is the text instead of it ("": the usual one), ``credit`` names who took it, and ``may_be_used`` is what was
    said of that when it was sent.
    """

    digest: str
    sizes: tuple[tuple[int, int], ...]
    suffix: str = ".jpg"
    alt: str = ""
    credit: str = ""
    may_be_used: bool = False
    crop: Crop = WHOLE
    focus: Focus = TOP
    shapes: tuple[tuple[str, int, int], ...] = ()
    master: str = ""
    master_size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """A book by the author. ``isbn`` is an ISBN-13, digits alone; ``year`` is when it appears.

    A book has a title or an ISBN, or both; all else may be empty.
    """

    title: str = ""
    subtitle: str = ""
    publisher: str = ""
    year: int | None = None
    isbn: str = ""
    url: str = ""
    cover: Photo | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a profile says at a time. ``bio`` is HTML that ``richtext.sanitize`` made; nothing else writes it.

    ``summary`` is a short biography for lists and previews, plain text of one line.
    """

    name: str
    sort_name: str
    bio: str = ""
    links: tuple[Link, ...] = ()
    photo: Photo | None = None
    summary: str = ""
    books: tuple[Book, ...] = ()

    @property
    def photos(self) -> tuple[Photo, ...]:
        """Every photo that it names: the portrait and the covers of books."""
        return tuple(photo for photo in (self.photo, *(book.cover for book in self.books)) if photo is not None)


@dataclass(frozen=True, slots=True)
class Version:
    """One saved content: ``number`` counts a profile's saves from 1; ``by`` is the account that saved it."""

    profile_id: ProfileId
    number: int
    content: Content
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """A public persona. ``number`` is the live version's (0: never saved, so nothing is published).

    ``slug`` is where its page is; ``old_slugs`` lead there, and
    ``ended_slugs`` no longer do. All stay reserved. ``review`` is the number of its review (0: there is none).
    Without an ``account_id`` the press keeps the page, and may take it from readers: then it ``is_unpublished`` until
    its next save. One that was merged into another is that for ever: ``merged_into`` names the profile that stayed, and
    its page addresses belong to that. ``version`` is the record's, for conditions.
    """

    id: ProfileId
    account_id: str | None
    slug: Slug
    content: Content
    number: int
    saved_by: str
    saved_at: datetime
    created_at: datetime
    old_slugs: tuple[Slug, ...] = field(default=())
    ended_slugs: tuple[Slug, ...] = field(default=())
    review: int = 0
    is_unpublished: bool = False
    merged_into: str = ""
    version: int = 1

    @property
    def is_published(self) -> bool:
        """Whether it is there for readers, as far as it is up to the page itself."""
        return self.number > 0 and not self.is_unpublished

    @property
    def own_slugs(self) -> frozenset[Slug]:
        """Every page address that is reserved for it."""
        return frozenset((self.slug, *self.old_slugs, *self.ended_slugs))

    @property
    def is_just_submitted(self) -> bool:
        """Whether the last change of its record was that a text was submitted for review."""
        return 0 < self.review == self.version


@dataclass(frozen=True, slots=True)
class Draft:
    """A text for a page that is not live, as it was typed: a draft may hold what cannot be published.

    ``owner`` is the page's account, or its profile where it has none. ``fields`` are those of the page's form, in
    order; ``photo`` and ``covers`` were sent with them, and the fields name the covers by their digests. ``base`` is
    the number of the live version that the text was begun from. ``mark`` is new with each save, so that a form can say
    which draft it was made from. ``profile_id`` is whose photos these are among; before an approval, whose they will
    be.
    """

    owner: str
    mark: str
    profile_id: ProfileId
    base: int
    fields: tuple[tuple[str, str], ...]
    saved_by: str
    saved_at: datetime
    photo: Photo | None = None
    covers: tuple[Photo, ...] = ()
    version: int = 1

    @property
    def photos(self) -> tuple[Photo, ...]:
        """The portrait and the covers that only the draft may have."""
        return (self.photo, *self.covers) if self.photo else self.covers
