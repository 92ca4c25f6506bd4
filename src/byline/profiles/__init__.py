"""What an author says: profiles, versions, slugs, biographies, photos."""
