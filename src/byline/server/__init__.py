"""The web server of an embedded portal: waitress, with limits of our own for whatever a stranger can hold open."""
