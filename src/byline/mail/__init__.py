"""The mail port and its adapters."""
