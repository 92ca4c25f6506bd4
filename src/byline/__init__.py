"""Byline: the author portal for publishers."""
