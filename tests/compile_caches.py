"""What each application compiles anew, kept for the whole run: a run makes thousands of applications.

Both caches stand in front of a pure function of a library, and key it by all that goes in. What comes out is the same.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def templates_compiled_once() -> Iterator[None]:
    """Keep the code of each template."""
    compile_template = Environment.compile
    compiled: dict[object, Any] = {}

    def compile_once(
        environment: Environment,
        source: Any,
        name: str | None = None,
        filename: str | None = None,
        *options: bool,
        **named_options: bool,
    ) -> Any:
        if not isinstance(source, str) or options or named_options:
            return compile_template(environment, source, name, filename, *options, **named_options)
        key = (
            source, name, filename, getattr(environment, "language", ""), type(environment), environment.autoescape,
            environment.trim_blocks,
            environment.lstrip_blocks, environment.undefined, environment.is_async, environment.optimized,
            tuple(environment.extensions), tuple(environment.filters), tuple(environment.tests),
        )  # fmt: skip
        if key not in compiled:
            compiled[key] = compile_template(environment, source, name, filename)
        return compiled[key]

    Environment.compile = compile_once  # type: ignore[method-assign]
    yield
    Environment.compile = compile_template  # type: ignore[method-assign]


@contextmanager
def routes_compiled_once() -> Iterator[None]:
    """Keep the functions that build the address of each route."""
    compile_builder = Rule._compile_builder
    compiled: dict[object, Callable[..., tuple[str, str]]] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]
    yield
    Rule._compile_builder = compile_builder  # type: ignore[method-assign]
