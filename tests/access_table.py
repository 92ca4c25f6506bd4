"""The portal's access table, as the gate reads it: each route's name with its row."""

from flask import Flask

from byline.web.access import table
from byline.web.app import VIEWS


def _table() -> dict:  # type: ignore[type-arg]
    app = Flask("routes", static_folder=None)
    for view in VIEWS:
        app.register_blueprint(view.bp)
    return table(app)


TABLE = _table()
