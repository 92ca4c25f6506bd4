"""Draw the portraits that the demo ships."""
