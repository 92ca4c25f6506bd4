"""The shell's edge: commands."""
