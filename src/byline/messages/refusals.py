"""What the page of a refusal says where no form says more."""

from __future__ import annotations

from byline.messages.message import N_, Plain

FORM_REFUSED = Plain("form_refused", N_("Something in the form is not as it should be."))
LINK_DEAD = Plain("link_dead", N_("The confirmation link is either invalid or expired."))
SAVED_IN_BETWEEN = Plain("page_saved_in_between", N_("Someone saved in between."))
DECIDED_BEFORE = Plain("decided_already", N_("This was already decided."))
