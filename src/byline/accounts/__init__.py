"""Who may log in: accounts, pending registrations, sessions, passwords."""
