"""The browser's edge: Flask, forms, templates."""
