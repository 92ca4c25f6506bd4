"""``byline check``: what may be wrong with an installation, each with what to do; one trade a module."""
