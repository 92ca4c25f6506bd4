"""Everything an installation has, moved elsewhere whole: to another engine, or into one file and back."""
