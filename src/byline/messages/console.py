"""What the pages of the publisher's console are called in its navigation, and what narrows their lists."""

from __future__ import annotations

from byline.messages.message import N_, Plain

WAITING = Plain("console_waiting", N_("Waiting"))
REVIEWS = Plain("console_reviews", N_("Reviews"))
AUTHORS = Plain("console_authors", N_("Authors"))
INVITATIONS = Plain("console_invitations", N_("Invitations"))
TEAM = Plain("console_team", N_("Team"))
EXPORT = Plain("console_export", N_("Export"))
ACTIVITY = Plain("console_activity", N_("Activity"))
SETTINGS = Plain("console_settings", N_("Settings"))

ALL = Plain("authors_all", N_("All"))
PUBLISHED = Plain("authors_published", N_("Published"))
IN_REVIEW = Plain("authors_in_review", N_("Waiting for review"))
DRAFT = Plain("authors_draft", N_("Draft begun"))
NO_PAGE = Plain("authors_no_page", N_("No page yet"))
MANAGED = Plain("authors_managed", N_("Kept by the press"))
STALE = Plain("authors_stale", N_("Not looked at for a year"))
UNDELIVERED = Plain("authors_undelivered", N_("Emails not delivered"))
"""What narrows the list of authors."""

ACTIVITY_PAGES = Plain("activity_pages", N_("Pages"))
ACTIVITY_REVIEWS = Plain("activity_reviews", N_("Reviews"))
ACTIVITY_ACCOUNTS = Plain("activity_accounts", N_("Registrations and accounts"))
ACTIVITY_INVITATIONS = Plain("activity_invitations", N_("Invitations"))
ACTIVITY_OTHER = Plain("activity_other", N_("Everything else"))
ACTIVITY_LOGINS = Plain("activity_logins", N_("Logins, and tries"))
"""What narrows the activity."""

DIGEST_IS_ON = Plain("digest_is_on", N_("You get the weekly email on Mondays."))
DIGEST_IS_OFF = Plain("digest_is_off", N_("You no longer get the weekly email."))
