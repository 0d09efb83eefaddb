"""Write web/src/data/spec.ts from the types in minmap/webmap/record_spec.py and spec.py.

python scripts/build_spec.py
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCES = [REPOSITORY / "minmap" / "webmap" / name for name in ("record_spec.py", "spec.py")]
TARGET = REPOSITORY / "web" / "src" / "data" / "spec.ts"
HEADER = "// The specs that Python writes into the page: scripts/build_spec.py made this file.\n"
NAMES = {"str": "string", "int": "number", "float": "number", "bool": "boolean"}
LINE_WIDTH = 100


def typescript() -> str:
    """Return the types of the Python modules as TypeScript."""
    sources = (path.read_text(encoding="utf-8") for path in SOURCES)
    return "\n".join([HEADER, *(part for source in sources for part in _parts(source))])


def _parts(source: str) -> Iterator[str]:
    body = ast.parse(source).body
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.ClassDef):
            yield _comment(ast.get_docstring(node), "") + _interface(node)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield _comment(_text(following), "") + _alias(node.target, node.value)


def _interface(node: ast.ClassDef) -> str:
    bases = [name for base in node.bases if (name := ast.unparse(base)) != "TypedDict"]
    extends = f" extends {', '.join(bases)}" if bases else ""
    lines = [f"export interface {node.name}{extends} {{\n"]
    for field, following in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign):
            kind, optional = field.annotation, ""
            if isinstance(kind, ast.Subscript) and ast.unparse(kind.value) == "NotRequired":
                kind, optional = kind.slice, "?"
            lines.append(_comment(_text(following), "  "))
            lines.append(f"  {ast.unparse(field.target)}{optional}: {_type(kind)};\n")
    return "".join([*lines, "}\n"])


def _alias(target: ast.expr, value: ast.expr) -> str:
    line = f"export type {ast.unparse(target)} = {_type(value)};\n"
    if len(line) <= LINE_WIDTH:
        return line
    choices = "".join(f"\n  | {choice}" for choice in _type(value).split(" | "))
    return f"export type {ast.unparse(target)} ={choices};\n"


def _type(node: ast.expr) -> str:
    """Return a type in TypeScript."""
    match node:
        case ast.BinOp(left, _, right):
            return f"{_type(left)} | {_type(right)}"
        case ast.Constant(None):
            return "null"
        case ast.Name(name):
            return NAMES.get(name, name)
        case ast.Subscript(ast.Name(name), ast.Tuple(arguments)):
            return _generic(name, arguments)
        case ast.Subscript(ast.Name(name), argument):
            return _generic(name, [argument])
    raise ValueError(f"{ast.unparse(node)} has no form in TypeScript; use another type.")


def _generic(name: str, arguments: list[ast.expr]) -> str:
    match name:
        case "Literal":
            return " | ".join(f'"{ast.literal_eval(value)}"' for value in arguments)
        case "list" if not isinstance(arguments[0], ast.BinOp):
            return f"{_type(arguments[0])}[]"
        case "tuple":
            return f"[{', '.join(map(_type, arguments))}]"
        case "dict":
            return f"Record<{', '.join(map(_type, arguments))}>"
    raise ValueError(f"This use of {name} has no form in TypeScript; give its items a name.")


def _text(node: ast.stmt | None) -> str | None:
    """Return the text of a statement that is only a string."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return str(node.value.value)
    return None


def _comment(text: str | None, indent: str) -> str:
    return f"{indent}/** {text} */\n" if text else ""


if __name__ == "__main__":
    TARGET.write_text(typescript(), encoding="utf-8")
