"""The views: each reads a form, calls one use case, and answers."""
