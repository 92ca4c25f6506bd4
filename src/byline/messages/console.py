"""What the pages of the publisher's console are called in its navigation."""

from __future__ import annotations

from byline.messages.message import N_, Plain

WAITING = Plain("console_waiting", N_("Waiting"))
AUTHORS = Plain("console_authors", N_("Authors"))
EXPORT = Plain("console_export", N_("Export"))
SETTINGS = Plain("console_settings", N_("Settings"))
