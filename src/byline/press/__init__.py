"""What the press itself decides in the console, and what everything that people see takes from it."""
