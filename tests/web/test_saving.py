"""What a save does with its biography, from the form to the reader's page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import html5lib
import pytest
from tests.people import form_of, make_portal

from byline.profiles import records
from byline.richtext import html_reader, html_tokens, sanitize
from byline.site import publishing
from byline.store.port import Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.environment import World
    from tests.people import Portal


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every HTML that the reader was given, one after the other."""
    read: list[str] = []
    tokens = html_reader.tokens

    def noted(html: str) -> Iterator[str | html_tokens.Start | html_tokens.End | html_tokens.Sheet]:
        read.append(html)
        return tokens(html)

    monkeypatch.setattr(html_reader, "tokens", noted)
    return read


@pytest.mark.parametrize("publish_in_line", [True, False], ids=["in the request", "by the job"])
@pytest.mark.parametrize(
    ("bio_format", "bio"), [("markdown", "Ana *writes*."), ("html", "<p>Ana <em>writes</em>.</p>")]
)
def test_a_save_reads_its_biography_once_publishing_included(
    world: World, readings: list[str], bio_format: str, bio: str, publish_in_line: bool
) -> None:
    ana = make_portal(world, publish_in_line=publish_in_line).author()
    for number in range(2):  # the first save of a page makes its entry in the index, later ones change it
        form = {**form_of(ana.get("/")), "bio_format": bio_format, "author_bio": f"{bio} {number}"}
        readings.clear()

        assert ana.client.post("/", data=form, content_type="multipart/form-data").status_code == 303
        world.work()
        world.clock.forward(minutes=3)
        world.work()  # the later run of what all pages share

        assert len(readings) == 1
    page = ana.get("/authors/ana-lima/").get_data(as_text=True)
    assert '<p dir="auto">Ana <em>writes</em>.' in page
    assert '<meta name="description" content="Ana writes. 1">' in page


@pytest.mark.parametrize(
    "bio",
    [
        "<p onclick=x()>Ana<script>alert(1)</script></p>",
        '<p><a href="javascript:alert(1)">Ana</a></p>',
        '<p><a href="https://e.org/<p>&quot; onmouseover=alert(1)">Ana</a></p>',
        "<svg><style><img src=x onerror=alert(1)></style></svg><p>Ana</p>",
        "</div></article></main><iframe src=https://evil.example></iframe><p>Ana</p>",
    ],
)
def test_a_store_that_was_edited_by_hand_gives_readers_nothing_unsafe(portal: Portal, bio: str) -> None:
    """A stored biography is not trusted: an older program, an import, a backup or a person may have written it."""
    ana = portal.author()
    ana.save(author_bio="Ana")
    ports = portal.world.ports
    key = records.key(str(portal.account(ana.address).profile_id))
    stored = records.from_record(ports.store.get(key)[key])
    edited = replace(stored, content=replace(stored.content, bio=bio), version=stored.version + 1)
    ports.store.commit(Replace(records.to_record(edited)))

    publishing.rewrite_files(ports, stored.id)

    page = html5lib.parse(ana.get("/authors/ana-lima/").get_data(as_text=True), namespaceHTMLElements=False)
    (shown,) = page.iterfind(".//div[@class='bio p-note']")
    told = html5lib.parseFragment(
        ana.get("/authors/ana-lima/index.json").get_json()["bio_html"], namespaceHTMLElements=False
    )
    for tree in (shown, told):
        assert "Ana" in "".join(tree.itertext())
        for element in [each for each in tree.iter() if each is not tree]:
            assert element.tag in sanitize.TAGS
            assert set(element.attrib) <= {"href", "rel", "dir"}
            assert element.get("href", "https://").startswith("https://")
    assert page.find(".//footer") is not None
