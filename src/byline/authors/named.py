"""Authors by what people know of them: their email address or page address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.addresses import address_hash, normalise
from byline.accounts.records import claim_key, claiming_account
from byline.errors import Invalid
from byline.profiles import records, slugs
from byline.store.port import MOST_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from byline.ports import Ports
    from byline.store.port import Key, Record


def find(ports: Ports, texts: Iterable[str]) -> dict[str, str]:
    """The ids of the authors who have these email addresses, or the pages at these addresses, old ones too.

    A page address may be a whole one, ``https://…/authors/ana-lima/``. What names no one is left out. One read, and
    one more for page addresses, of each hundred.
    """
    keys = {text: key for text in texts if (key := _key(text)) is not None}
    found = read_all(ports, keys.values())
    profiles = {key: records.key(str(record.data["profile"])) for key, record in found.items() if key.kind == "slug"}
    pages = read_all(ports, profiles.values())
    named: dict[str, str] = {}
    for text, key in keys.items():
        if key.kind == "claim":
            account_id: str | None = claiming_account(found[key]) if key in found else None
        else:
            record = pages.get(profiles[key]) if key in profiles else None
            profile = records.from_record(record) if record else None
            account_id = profile.account_id or profile.id if profile else None
        if account_id:
            named[text] = account_id
    return named


def read_all(ports: Ports, keys: Iterable[Key]) -> Mapping[Key, Record]:
    """Any number of records, a hundred at a time."""
    asked = sorted(set(keys))
    found: dict[Key, Record] = {}
    for start in range(0, len(asked), MOST_KEYS):
        found |= ports.store.get(*asked[start : start + MOST_KEYS])
    return found


def _key(text: str) -> Key | None:
    try:
        if "@" in text:
            return claim_key(address_hash(normalise(text)))
        return records.slug_key(slugs.valid(text.strip().rstrip("/").rpartition("/")[2]))
    except Invalid:
        return None
