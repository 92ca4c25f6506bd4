"""Everything a use case needs from outside, in one frozen bag that is passed to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from byline.inherited import Inherited

if TYPE_CHECKING:
    from byline.files.port import Files
    from byline.hashing import Hasher
    from byline.imaging.port import Imaging
    from byline.links import Signer
    from byline.mail.port import Mailer
    from byline.settings import Site
    from byline.store.port import Store
    from byline.world import Chance, Clock


@dataclass(frozen=True, slots=True)
class Ports:
    """Store, files, letters, photos, hashes, links, time and chance; and what this site is called.

    ``inherited`` is what this process knows of passwords that came from elsewhere.
    """

    store: Store
    files: Files
    mailer: Mailer
    imaging: Imaging
    hasher: Hasher
    signer: Signer
    clock: Clock
    chance: Chance
    site: Site
    inherited: Inherited = field(default_factory=Inherited, compare=False)
