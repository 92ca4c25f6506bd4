"""Translated templates: a Jinja environment speaks one language, and its sentences are translated when a template is
compiled, so that a page costs no more than an untranslated one.

``_("…")`` and ``{% trans %}`` take one literal sentence, with ``%(name)s`` for each value; ``ngettext`` chooses a
plural when the page is rendered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, TemplateSyntaxError, nodes, pass_eval_context
from jinja2.ext import InternationalizationExtension
from jinja2.lexer import Token
from markupsafe import Markup

from byline.messages import formats
from byline.messages.catalogue import translations
from byline.messages.message import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinja2.lexer import TokenStream
    from jinja2.nodes import EvalContext
    from jinja2.parser import Parser


def translate(environment: Environment, language: str) -> None:
    """Make an environment speak a language: before it compiles its first template.

    Its templates know ``language``, ``_``, ``ngettext``, ``trans``, and the filters ``words`` (of a message; a name
    stays as it is), ``day``, ``moment``, ``clock`` and ``number``.
    """
    environment.extend(language=language, newstyle_gettext=True)
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension(_Translating)
    environment.globals.update(
        {"language": language, "gettext": _filled, "_": _filled, "ngettext": _counting(language)}
    )
    environment.filters.update(
        words=lambda said: said if isinstance(said, str) else words(said, language),
        day=lambda at: formats.day(at, language),
        moment=lambda at: formats.moment(at, language),
        clock=formats.clock,
        number=lambda count: formats.number(count, language),
    )


_VALUE = re.compile(r"%\((\w+)\)s")
"""The place of a value in a sentence."""


class _Translating(InternationalizationExtension):
    """Jinja's own extension, but for looking sentences up at once."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Translate the literal of each ``_("…")``; one without values becomes the literal itself."""
        for token in stream:
            if token.type != "name" or token.value != "_" or stream.current.type != "lparen":
                yield token
                continue
            opening, literal = next(stream), next(stream)
            if literal.type != "string" or stream.current.type not in {"rparen", "comma"}:
                raise TemplateSyntaxError("_() takes one literal sentence", token.lineno, stream.name, stream.filename)
            translated = Token(literal.lineno, "string", self._translated(literal.value))
            if stream.current.type == "rparen":
                next(stream)
                yield translated
            else:
                yield from (token, opening, translated)

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        """Translate a ``{% trans %}``: it becomes parts of the page, with its values between them."""
        parsed = super().parse(parser)
        outputs = [
            node for node in (parsed if isinstance(parsed, list) else [parsed]) if isinstance(node, nodes.Output)
        ]
        for output in outputs:
            (call,) = output.nodes
            if not (isinstance(call, nodes.Call) and isinstance(call.node, nodes.Name) and call.node.name == "gettext"):
                continue  # a plural is chosen when the page is rendered
            sentence = call.args[0]
            assert isinstance(sentence, nodes.Const)  # noqa: S101 - Jinja makes it of what stands in the block
            sentence.value = self._translated(sentence.value)
            values = {keyword.key: keyword.value for keyword in call.kwargs}
            output.nodes = [
                values[part] if at % 2 else nodes.TemplateData(part.replace("%%", "%"), lineno=call.lineno)
                for at, part in enumerate(_VALUE.split(sentence.value))
            ]
        return parsed

    def _translated(self, sentence: str) -> str:
        found: str = translations(self.environment.language).gettext(sentence)  # type: ignore[attr-defined]
        return found


@pass_eval_context
def _filled(context: EvalContext, sentence: str, /, **values: Any) -> str:
    """A translated sentence with its values, escaped where the template escapes."""
    return Markup(sentence) % values if context.autoescape else sentence % values  # noqa: S704 - the catalogue's own


def _counting(language: str) -> Callable[..., str]:
    """Make ``ngettext``: ``%(num)s`` is the number as the language writes it."""

    @pass_eval_context
    def counted(context: EvalContext, singular: str, plural: str, n: int, /, **values: Any) -> str:
        sentence = translations(language).ngettext(singular, plural, n)
        return _filled(context, sentence, **{**values, "num": formats.number(n, language)})

    return counted
