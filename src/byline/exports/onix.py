"""An export for the book trade: ONIX for Books, releases 3.0 and 3.1, with reference names.

A contributor exists only inside a product, so there is a product for each book of an author that has a title, and in it
the author. Order and content follow EDItEUR's schemas, and its guidance where they are silent: identifiers without
hyphens, one biography, no links and no escaped HTML in it.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from byline.richtext import html_reader, lines, sanitize
from byline.richtext.networks import network_of
from byline.site import addresses
from byline.site.metadata import is_own

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from byline.exports.people import ExportedAuthor
    from byline.profiles.model import Book, Content, Photo, Profile
    from byline.settings import Site

RELEASES: Final = ("3.0", "3.1")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ORCID: Final = re.compile(r"https?://orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?")
_ISNI: Final = re.compile(r"https?://(?:www\.)?isni\.org/(?:isni/)?(\d{15}[\dX])/?")


class OnixExport:
    """A message with the books of authors; an author without one is not in it."""

    def __init__(self, site: Site, made_at: datetime, release: str) -> None:
        if release not in RELEASES:
            raise ValueError(release)
        self._site, self._made_at, self._release = site, made_at, release
        self._is_empty = True

    def head(self) -> bytes:
        """Who sends the message, and when."""
        space = f"http://ns.editeur.org/onix/{self._release}/reference"
        sent = f"{self._made_at:%Y%m%dT%H%M%SZ}"
        sender = _tag("Sender", _text("SenderName", self._site.name))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<ONIXMessage xmlns="{space}" release="{self._release}">\n'
            f"{_tag('Header', sender + _text('SentDateTime', sent))}\n"
        ).encode()

    def author(self, author: ExportedAuthor) -> Iterator[bytes]:
        """The products of an author."""
        page = author.page
        books = [book for book in page.content.books if book.title] if page else []
        if page is None or not books:
            return
        self._is_empty = False
        by = contributor(self._site, page)
        for number, book in enumerate(books, 1):
            yield f"{self._product(page, book, f'{page.id}-{number}', by)}\n".encode()

    def tail(self) -> bytes:
        """The end of the message, which says so if there is no product in it."""
        return f"{'<NoProduct/>' if self._is_empty else ''}</ONIXMessage>\n".encode()

    def _product(self, page: Profile, book: Book, reference: str, by: str) -> str:
        title = (
            _text("TitleElementLevel", "01") + _text("TitleText", book.title)
            + (_text("Subtitle", book.subtitle) if book.subtitle else "")
        )  # fmt: skip
        described = (
            _text("ProductComposition", "00") + _text("ProductForm", "00")
            + _tag("TitleDetail", _text("TitleType", "01") + _tag("TitleElement", title)) + by
        )  # fmt: skip
        return _tag(
            "Product",
            _text("RecordReference", f"{self._site.url.partition('://')[2]}/{reference}")
            + _text("NotificationType", "03")
            + self._identifier(book, reference)
            + _tag("DescriptiveDetail", described)
            + (self._portrait(page, page.content.photo) if page.content.photo else "")
            + _publishing(book),
        )

    def _identifier(self, book: Book, reference: str) -> str:
        if book.isbn:
            inside = _text("ProductIDType", "15") + _text("IDValue", book.isbn)
        else:
            inside = _text("ProductIDType", "01") + _text("IDTypeName", self._site.name) + _text("IDValue", reference)
        return _tag("ProductIdentifier", inside)

    def _portrait(self, page: Profile, photo: Photo) -> str:
        """The author's picture, from its public address, with its credit."""
        url = addresses.absolute(self._site, addresses.photo(page.id, photo, photo.sizes[0][0]))
        credit = _text("ResourceFeatureType", "01") + _text("FeatureNote", photo.credit) if photo.credit else ""
        resource = (
            _text("ResourceContentType", "04") + _text("ContentAudience", "00") + _text("ResourceMode", "03")
            + (_tag("ResourceFeature", credit) if credit else "")
            + _tag("ResourceVersion", _text("ResourceForm", "02") + _text("ResourceLink", url))
        )  # fmt: skip
        return _tag("CollateralDetail", _tag("SupportingResource", resource))


def contributor(site: Site, page: Profile) -> str:
    """An author as the contributor of a book, as what to paste into another program's record."""
    content = page.content
    parts = [_text("SequenceNumber", "1"), _text("ContributorRole", "A01")]
    parts += _identifiers(site, page)
    parts += _names(content)
    if bio := _biography(content):
        parts.append(f'<BiographicalNote datestamp="{page.saved_at:%Y%m%d}" textformat="05">{bio}</BiographicalNote>')
    parts += _websites(site, page)
    if content.summary:
        parts.append(_text("ContributorDescription", content.summary))
    return _tag("Contributor", "".join(parts))


def _identifiers(site: Site, page: Profile) -> Iterator[str]:
    """Our own, and ORCID and ISNI where the author links to them, without hyphens."""
    ours = _text("NameIDType", "01") + _text("IDTypeName", site.name) + _text("IDValue", page.id)
    yield _tag("NameIdentifier", ours)
    for kind, form in (("16", _ISNI), ("21", _ORCID)):
        found = next(filter(None, (form.fullmatch(link.url) for link in page.content.links if is_own(link))), None)
        if found:
            yield _tag("NameIdentifier", _text("NameIDType", kind) + _text("IDValue", found[1].replace("-", "")))


def _names(content: Content) -> Iterator[str]:
    """The name as it is said and as it is sorted, and its parts where the two say which they are."""
    yield _text("PersonName", content.name)
    if content.sort_name != content.name:
        yield _text("PersonNameInverted", content.sort_name)
    key, comma, before = content.sort_name.partition(", ")
    if comma and f"{before} {key}" == content.name:
        words = before.split(" ")
        prefix = list(takewhile(str.islower, reversed(words)))[::-1]
        given = words[: len(words) - len(prefix)]
        yield _text("NamesBeforeKey", " ".join(given)) if given else ""
        yield _text("PrefixToKey", " ".join(prefix)) if prefix else ""
        yield _text("KeyNames", key)
    elif " " not in content.name:
        yield _text("KeyNames", content.name)


def _biography(content: Content) -> str:
    """The biography as XHTML. Its links are words: a partner's page is no place for them."""
    read = html_reader.read(sanitize.purify(content.bio))
    bare = (line._replace(runs=tuple(run._replace(href="") for run in line.runs)) for line in read)
    return _NOT_XML.sub("", lines.to_html(bare).replace("<br>", "<br/>"))


def _websites(site: Site, page: Profile) -> Iterator[str]:
    """The author's page here, and their own sites and profiles."""
    yield _website("07", addresses.absolute(site, addresses.page(page.slug)))
    for link in page.content.links:
        if is_own(link) and link.url.startswith(("http://", "https://")):
            network = network_of(link.url)
            yield _website("42", link.url, network.name) if network else _website("06", link.url)


def _website(role: str, url: str, description: str = "") -> str:
    said = _text("WebsiteDescription", description) if description else ""
    return _tag("Website", _text("WebsiteRole", role) + said + _text("WebsiteLink", url))


def _publishing(book: Book) -> str:
    """The publisher, and the year; the schemas take no year without a publisher."""
    if not book.publisher:
        return ""
    publisher = _text("PublishingRole", "01") + _text("PublisherName", book.publisher)
    dated = _text("PublishingDateRole", "01") + f'<Date dateformat="05">{book.year:04}</Date>' if book.year else ""
    return _tag("PublishingDetail", _tag("Publisher", publisher) + (_tag("PublishingDate", dated) if dated else ""))


def _text(name: str, text: str) -> str:
    return f"<{name}>{escape(_NOT_XML.sub('', text))}</{name}>"


def _tag(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>"
