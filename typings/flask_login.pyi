# The parts of Flask-Login 0.6.3 that byline/web/identity.py and a peer of the benchmarks call; it ships no types.
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import Flask

_P = ParamSpec("_P")
_R = TypeVar("_R")

current_user: Any

def login_required(func: Callable[_P, _R]) -> Callable[_P, _R]: ...
def login_user(user: Any) -> bool: ...
def logout_user() -> bool: ...

class UserMixin:
    id: str

class LoginManager:
    session_protection: str | None
    def init_app(self, app: Flask) -> None: ...
    def user_loader(self, callback: Callable[[str], Any]) -> Any: ...
    def unauthorized_handler(self, callback: Callable[[], Any]) -> Any: ...
