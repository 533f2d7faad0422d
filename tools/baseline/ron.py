"""Reads RON, the notation of recipes, manifests and the metadata of weights.

As much of https://github.com/ron-rs/ron as these files use: structs `(name: value)`, variants `Name(…)`, tuples, lists,
strings, numbers, booleans, `//` comments and trailing commas.
"""

import json
import re
from typing import Any

TOKEN = re.compile(
    r"""
    (?P<skipped>\s+|//[^\n]*)
  | (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<number>[-+]?[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<mark>[()\[\],:])
    """,
    re.VERBOSE,
)
CLOSING = {"(": ")", "[": "]"}
WORDS = {"true": True, "false": False, "None": None}


def parse(text: str) -> Any:
    """The value of a whole file: structs are dicts; tuples and lists are lists; `Name(…)` is {"Name": what it holds}.

    `Some(x)` is x. Raises ValueError with the line where the text is not as expected.
    """
    reader = _Reader(text)
    value = reader.value()
    if reader.kind:
        raise reader.error("the end")
    return value


class _Reader:
    """Looks at one token after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.start = self.end = 0
        self.advance()

    def advance(self) -> str:
        """Moves on, and returns the token that was looked at."""
        passed = self.text[self.start : self.end]
        self.kind = "skipped"
        while self.kind == "skipped":
            self.start = self.end
            match = TOKEN.match(self.text, self.start)
            self.kind = match.lastgroup if match else ""
            self.end = match.end() if match else self.start
        if not self.kind and self.start < len(self.text):
            raise self.error("a value")
        return passed

    @property
    def token(self) -> str:
        return self.text[self.start : self.end]

    def error(self, expected: str) -> ValueError:
        line = self.text.count("\n", 0, self.start) + 1
        return ValueError(f"line {line}: expected {expected}, found `{self.token or self.text[self.start:][:1]}`")

    def value(self) -> Any:
        if self.token in CLOSING:
            return self.several()
        if self.kind == "text":
            return json.loads(self.advance())
        if self.kind == "number":
            number = self.advance().replace("_", "")
            return float(number) if re.search("[.eE]", number) else int(number)
        if self.kind == "name":
            name = self.advance()
            if name in WORDS:
                return WORDS[name]
            return self.variant(name)
        raise self.error("a value")

    def variant(self, name: str) -> Any:
        inner = self.several() if self.token == "(" else []
        if name == "Some":
            return inner[0] if isinstance(inner, list) else inner
        return {name: inner}

    def several(self) -> Any:
        """What stands between brackets: a dict where the values have names, else a list."""
        closing = CLOSING[self.advance()]
        values, names = [], []
        while self.token != closing:
            value = self.value()
            if self.token == ":":
                # A field's name was read as a variant without content.
                names.append(next(iter(value)))
                self.advance()
                value = self.value()
            values.append(value)
            if self.token == ",":
                self.advance()
            elif self.token != closing:
                raise self.error(f"`,` or `{closing}`")
        self.advance()
        return dict(zip(names, values, strict=True)) if names else values
