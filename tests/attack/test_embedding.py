"""Other sites may lead to a page of the portal, but not load it as a part of theirs (Fetch Metadata)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.attack.route_walk import EVERYBODY, routes, somebody

if TYPE_CHECKING:
    from tests.people import Portal

LOADED: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "embed"},
    {"Sec-Fetch-Mode": "websocket", "Sec-Fetch-Dest": "websocket"},
    {},
)
OPENED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1"}
FOR_ANYONE = ("/.well-known/", "/authors/")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("who", EVERYBODY)
def test_no_other_site_loads_a_page_of_anyone(portal: Portal, who: str, site: str) -> None:
    portal.author("target@example.org", "Tara Getz").save(author_bio="The target's own words.")
    target, person = portal.account("target@example.org").id, somebody(portal, who)
    addresses = [route.at(account=target) for route in routes(portal.app) if route.method == "GET"]
    private = [address for address in addresses if not address.startswith(FOR_ANYONE)]

    for address in (*private, "/nowhere"):
        for how in LOADED:
            answer = person.get(address, headers={"Sec-Fetch-Site": site, **how})
            assert answer.status_code == 403, f"{who}: {address}: {how}"
            assert "Tara" not in answer.text
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "same-origin"])
def test_a_link_from_anywhere_leads_to_the_page(portal: Portal, site: str) -> None:
    ana = portal.author()

    assert ana.get("/", headers={"Sec-Fetch-Site": site, **OPENED}).status_code == 200


@pytest.mark.parametrize("how", LOADED)
def test_the_portals_own_pages_load_what_they_need(portal: Portal, how: dict[str, str]) -> None:
    ana = portal.author()

    assert ana.get("/account", headers={"Sec-Fetch-Site": "same-origin", **how}).status_code == 200


@pytest.mark.parametrize("path", ["/authors/ana-lima/", "/authors/nobody/", "/.well-known/change-password"])
def test_what_is_public_may_be_loaded_by_anyone(portal: Portal, path: str) -> None:
    portal.author().save()
    asked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}

    assert portal.person().get(path, headers=asked).status_code in {200, 303, 404}
