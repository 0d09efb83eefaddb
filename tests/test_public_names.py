"""The public modules show exactly their public names, each of them documented with an example."""

from __future__ import annotations

import inspect
import pydoc
from collections.abc import Callable
from types import ModuleType

import pytest

from minmap import errors, geodesy, vocabulary
from minmap.errors import ChoiceError

MODULES = [errors, geodesy, vocabulary]
CALLABLES = [
    pytest.param(getattr(module, name), id=f"{module.__name__}.{name}")
    for module in (geodesy, vocabulary)
    for name in module.__all__
    if inspect.isfunction(getattr(module, name))
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_dir_and_help_show_exactly_the_public_names(module: ModuleType) -> None:
    assert dir(module) == module.__all__ == sorted(module.__all__)
    namespace: dict[str, object] = {}
    exec(f"from {module.__name__} import *", namespace)
    assert sorted(namespace.keys() - {"__builtins__"}) == module.__all__
    text = pydoc.plain(pydoc.render_doc(module))
    assert all(f"{name}(" in text or f"class {name}" in text for name in module.__all__)
    for other in ("TEXT", "Floats", "one_line", "LONGEST_MESSAGE"):
        assert f" {other}" not in text.partition("FILE\n")[0]


@pytest.mark.parametrize("function", CALLABLES)
def test_every_public_function_has_a_doctest_and_documents_its_arguments(function: object) -> None:
    text = inspect.getdoc(function) or ""
    parameters = inspect.signature(function).parameters  # type: ignore[arg-type]
    assert ">>> " in text
    assert all(name in text.partition("Examples")[0] for name in parameters)
    assert not parameters or "\nRaises\n" in text


@pytest.mark.parametrize("function", CALLABLES)
def test_every_public_function_refuses_an_unknown_keyword_by_name(function: Callable) -> None:
    with pytest.raises(ChoiceError, match=f"unknwon=1 is not an argument of {function.__name__}"):
        function(unknwon=1)
