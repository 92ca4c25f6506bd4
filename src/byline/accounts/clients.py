"""Who sends a form: what is known of the browser and of the network it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Client:
    """A browser. ``name`` is what it calls itself, ``address`` the client address by which its network is counted.

    ``device_secret`` is what its cookie of a known device holds, "" if it has none. ``makes_passkeys``: its login form
    said that it can.
    """

    name: str = ""
    address: str = ""
    device_secret: str = ""
    makes_passkeys: bool = False


UNKNOWN_CLIENT = Client()
"""For what no browser sends."""
