"""What is said about the sessions of one's own account."""

from __future__ import annotations

from byline.messages.message import N_, Plain

SESSION_ENDED = Plain("session_ended_notice", N_("That device is logged out."))
NO_SUCH_SESSION = Plain("no_such_session", N_("That device was logged out already."))
SESSIONS_ENDED = Plain("sessions_ended_notice", N_("All other devices are logged out."))
