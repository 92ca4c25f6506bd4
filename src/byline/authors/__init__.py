"""Both halves together: decisions, lists, invitations."""
