"""Who may come in: accounts, proposals, sessions, passwords."""
