"""Authors and their pages as files for other programs: CSV, JSON, ONIX and press kits."""
