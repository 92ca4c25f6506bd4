"""Every engine that develops photos; a new one joins by a line in ENGINES."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from byline.imaging.pillow import PillowImaging

if TYPE_CHECKING:
    from byline.imaging.port import Imaging

ENGINES = {"pillow": PillowImaging}


@pytest.fixture(params=sorted(ENGINES))
def imaging(request: pytest.FixtureRequest) -> Imaging:
    """An engine with its ordinary limits."""
    return ENGINES[request.param]()
