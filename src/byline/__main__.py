"""``python -m byline`` is the same as ``byline``."""

from byline.cli.main import main

main()
