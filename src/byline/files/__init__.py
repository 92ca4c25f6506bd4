"""The files port and its adapters."""
