"""What one client, and all of them together, may hold of the server. The numbers are chosen here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of a server. Times are in seconds, sizes in bytes; tests make them smaller."""

    backlog: int = 1024
    """Connections that the system holds until they are accepted, which takes no thread and happens at once."""
    connections: int = 2_000
    """Connections open at once. Beyond, the network that has most of them loses the one that was quiet for longest."""
    connections_a_network: int = 250
    """The same for one network. Networks are not told apart where a proxy in front holds all connections."""
    idle_seconds: float = 30
    """How long a connection may stay silent, before its first request and between two."""
    head_seconds: float = 10
    """How long a request line with its headers may take."""
    head_bytes: int = 32_768
    head_lines: int = 100
    body_seconds: float = 20
    """How long a body may take, if it does not arrive at ``body_bytes_a_second``, which gives it more time."""
    body_bytes_a_second: int = 100_000
    body_bytes: int = 25_000_000
    """The largest body that is read; more than any page takes (``web/gate.py``)."""
    body_bytes_in_memory: int = 500_000
    """What of a body is kept in memory while it arrives; the rest is in a file that has no name."""
    body_bytes_under_way: int = 1_000_000_000
    """All bodies that are arriving or waiting. Beyond, the network with most of them loses its largest."""
    body_bytes_under_way_a_network: int = 150_000_000
    answer_seconds: float = 30
    """How long an answer may take to be read, if it is not read at ``answer_bytes_a_second``."""
    answer_bytes_a_second: int = 10_000
    answer_bytes_in_memory: int = 100_000
    threads_for_pages: int = 6
    """Threads that answer what has no form. Python runs one thread at a time: more would hold up the loop, and gain
    nothing. No thread waits for a client: it gets a whole request, and leaves its answer behind."""
    threads_for_forms: int = 64
    """Threads that answer forms: a login waits for its hash, and a photo for its turn. More than may wait in
    ``hash_queue``, so that some are left."""
    threads_for_forms_a_network: int = 12
    switch_seconds: float = 0.001
    """For how long a thread may keep the others from running (``sys.setswitchinterval``)."""
    look_seconds: float = 1
    """How often deadlines are looked at."""
    stop_seconds: float = 25
    """How long a server that is told to stop waits for what is under way."""


BOUNDS = Bounds()
"""What `byline serve` runs with."""
