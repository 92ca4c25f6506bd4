"""What is said about the known devices of one's own account."""

from __future__ import annotations

from byline.messages.message import N_, Plain

DEVICE_NAME_MALFORMED = Plain(
    "device_name_malformed", N_("Use at most 60 letters, digits and other visible characters")
)
DEVICE_SAVED = Plain("device_saved", N_("The name is saved."))
DEVICE_FORGOTTEN = Plain("device_forgotten", N_("That device is not known any more."))
NO_SUCH_DEVICE = Plain("no_such_device", N_("That device was not known any more already."))
