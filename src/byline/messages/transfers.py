"""What is said of a backup that cannot be used, and of a copy that is not like its source."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

BACKUP_FOREIGN = Plain("backup_foreign", N_("This is no backup made by Byline."))
BACKUP_DAMAGED = Plain("backup_damaged", N_("The backup is damaged or not complete: take another one."))
BACKUP_NEWER = Plain("backup_newer", N_("The backup was made by a newer Byline: restore it with that one."))


@dataclass(frozen=True)
class RestoredDiffers(Message):
    """What was restored is not what the backup holds; ``what`` names kinds of records and folders."""

    what: str
    code = "restored_differs"
    text = N_("What was restored is not what the backup holds (%(what)s): is the portal running?")


@dataclass(frozen=True)
class CopyDiffers(Message):
    """Source and target of a copy are not the same; ``what`` names kinds of records and folders."""

    what: str
    code = "copy_differs"
    text = N_(
        "Source and target differ (%(what)s): one of them was written to meanwhile. Stop the portal on both sides and "
        "start the copy again; it goes on."
    )
