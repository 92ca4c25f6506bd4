"""Who sends a form: what is known of the browser and of the network it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Client:
    """A browser. ``name`` is what it calls itself, ``address`` the client address by which its network is counted."""

    name: str = ""
    address: str = ""


UNKNOWN_CLIENT = Client()
"""For what no browser sends."""
