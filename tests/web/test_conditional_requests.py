"""A reader's browser, or a proxy, that has a page already is told so and is sent nothing (RFC 9110, 13.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.people import Portal


@pytest.mark.parametrize("known", ["{tag}", "W/{tag}", '"other", {tag}', 'W/"other", W/{tag}', "*"])
def test_a_page_that_is_known_already_is_not_sent_again(portal: Portal, known: str) -> None:
    portal.author().save(author_bio="Here.")
    reader = portal.person().client
    tag = reader.get("/authors/ana-lima/").headers["ETag"]

    answer = reader.get("/authors/ana-lima/", headers={"If-None-Match": known.format(tag=tag)})

    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == tag


@pytest.mark.parametrize("known", ['"other"', 'W/"other"', "", "nonsense", '"', "W/"])
def test_a_page_that_is_not_known_is_sent(portal: Portal, known: str) -> None:
    portal.author().save(author_bio="Here.")

    answer = portal.person().client.get("/authors/ana-lima/", headers={"If-None-Match": known})

    assert answer.status_code == 200
    assert "Here." in answer.text
