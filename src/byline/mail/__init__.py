"""The mail port, its adapters, and the templates of all emails."""
