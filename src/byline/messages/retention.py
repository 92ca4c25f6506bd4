"""What is said about how long logins are kept."""

from __future__ import annotations

from byline.messages.message import N_, Plain

RETENTION_SAVED = Plain("retention_saved", N_("Saved: from now on logins are kept for as long as you chose."))
RETENTION_LATER = Plain(
    "retention_later",
    N_("This site is being updated. How long logins are kept can be set when that is done: try again later."),
)
