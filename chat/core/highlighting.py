"""Source code coloured by CSS classes, a dozen of them: `static/css/code.css` says what they look like.

A lexer is a set of regular expressions, and many of them take quadratic time on text that a stranger wrote
to that end: 16,000 newlines cost the C lexer 12 s. So a few dozen languages are known, those that
answers are written in; code of a shape that nobody writes stays plain; and what is not coloured within its
time stays plain as well.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from itertools import groupby
from time import thread_time
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token as Kind
from pygments.util import ClassNotFound

_MAX_LENGTH = 16_000  # characters; a lexer needs about 2 ms for 1,000
_MAX_SECONDS = 0.1  # of this thread's CPU
_UNUSUAL = re.compile(r"[^\n]{1000}|\s{200}")

_CLASSES = {
    Kind.Comment: "c",
    Kind.Keyword: "k",
    Kind.Operator.Word: "k",
    Kind.Keyword.Type: "t",
    Kind.Literal.String: "s",
    Kind.Literal.String.Interpol: "i",
    Kind.Literal.String.Escape: "i",
    Kind.Literal.Number: "m",
    Kind.Keyword.Constant: "m",
    Kind.Name.Function: "f",
    Kind.Name.Class: "t",
    Kind.Name.Tag: "k",
    Kind.Name.Attribute: "f",
    Kind.Name.Builtin: "b",
    Kind.Name.Decorator: "d",
    Kind.Name.Variable: "v",
    Kind.Generic.Deleted: "gd",
    Kind.Generic.Inserted: "gi",
    Kind.Generic.Heading: "k",
    Kind.Generic.Subheading: "c",
    Kind.Generic.Prompt: "c",
    Kind.Generic.Output: "c",
}
CODE_CLASSES = frozenset(_CLASSES.values())

_LANGUAGES = frozenset(
    "asm bash bat c c# c++ clojure cmake console cpp cs csharp css dart diff docker dockerfile elixir "
    "erlang go golang graphql haskell html http ini java javascript js json json5 jsx julia kotlin latex "
    "lisp lua make makefile matlab nginx nix objc objective-c ocaml perl php postgresql powershell "
    "proto protobuf ps1 py pycon python python3 r rb rs ruby rust scala scheme scss sh shell sql swift "
    "terraform tex toml ts tsx typescript verilog vim xml yaml yml zig zsh".split()
)


def colour(code: str, language: str) -> str:
    """Escaped HTML in which each coloured run is a `<span class>`; plain where we know no better."""
    lexer = _lexer(language.lower()) if len(code) <= _MAX_LENGTH else None
    if lexer is None or _UNUSUAL.search(code):
        return escape(code, quote=False)
    try:
        runs = groupby(_tokens(lexer, code), key=lambda token: _css_class(token[0]))
        return "".join(_span(name, "".join(text for _, text in run)) for name, run in runs)
    except TimeoutError:
        return escape(code, quote=False)


def _tokens(lexer: Lexer, code: str) -> Iterator[tuple[Any, str]]:
    """Raises TimeoutError when the lexer has had its time."""
    deadline = thread_time() + _MAX_SECONDS
    for token in lexer.get_tokens(code):
        if thread_time() > deadline:
            raise TimeoutError
        yield token


@lru_cache(maxsize=128)
def _lexer(language: str) -> Lexer | None:
    if language not in _LANGUAGES:
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=512)
def _css_class(kind: Any) -> str:
    """The class of the nearest ancestor that has one."""
    while kind is not None and kind not in _CLASSES:
        kind = kind.parent
    return _CLASSES.get(kind, "")


def _span(name: str, text: str) -> str:
    escaped = escape(text, quote=False)
    return f'<span class="{name}">{escaped}</span>' if name and text else escaped
