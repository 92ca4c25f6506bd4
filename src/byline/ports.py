"""Everything that a use case needs from outside, in one frozen object that is passed to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from byline.attempts import AttemptCounters
from byline.environment import SystemProcesses, SystemStopwatch
from byline.hash_queue import HashQueue
from byline.legacy_hashes import LegacyHashes
from byline.looks.branding import LastBranding

if TYPE_CHECKING:
    from byline.environment import Clock, Processes, Random, Stopwatch
    from byline.files.port import Files
    from byline.hashing import Hasher
    from byline.imaging.port import Imaging
    from byline.links import Signer
    from byline.mail.port import Mailer
    from byline.settings import Site
    from byline.store.port import Store


@dataclass(frozen=True, slots=True)
class Ports:
    """Store, files, emails, photos, hashes, links, time and randomness, and the site's settings.

    ``legacy_hashes`` are the schemes of imported hashes that this process has last read, ``attempts`` what it has
    counted of networks. ``hash_queue`` gives the turns to compute hashes. ``processes`` tells
    whether the holder of a lease has ended. ``branding`` is what this process last read of the looks that publishers
    set; ``press.branding.current`` makes ``site`` follow it.
    """

    store: Store
    files: Files
    mailer: Mailer
    imaging: Imaging
    hasher: Hasher
    signer: Signer
    clock: Clock
    random: Random
    site: Site
    legacy_hashes: LegacyHashes = field(default_factory=LegacyHashes, compare=False)
    stopwatch: Stopwatch = field(default_factory=SystemStopwatch, compare=False)
    hash_queue: HashQueue = field(default_factory=HashQueue, compare=False)
    attempts: AttemptCounters = field(default_factory=AttemptCounters, compare=False)
    branding: LastBranding = field(default_factory=LastBranding, compare=False)
    processes: Processes = field(default_factory=SystemProcesses, compare=False)
