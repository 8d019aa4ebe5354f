"""Methods whose code belongs to a higher layer than their class.

A `Result` can be plotted, but must not know what a figure is. So the class only declares the method, and the top of the
package says what it does::

    class Result:
        @Door
        def plot(self, name: str) -> Any:
            \"\"\"A figure by its name.\"\"\"
            raise NotImplementedError

    Door.opens("Result.plot", draw)  # draw(result, name)

`result.plot("outcomes")` then calls `draw(result, "outcomes")`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from types import MethodType
from typing import Any, ClassVar, Concatenate, Generic, ParamSpec, TypeVar, overload

Owner = TypeVar("Owner")
P = ParamSpec("P")
R = TypeVar("R")


class Door(Generic[Owner, P, R]):
    """A method that is declared here and done elsewhere. Name, signature and docstring are those of the declaration."""

    opened: ClassVar[dict[str, Callable[..., Any]]] = {}
    """What each opened door calls, by ``Class.method``: a name, so that opening it imports no class."""

    __name__: str
    __qualname__: str

    def __init__(self, declared: Callable[Concatenate[Owner, P], R]) -> None:
        update_wrapper(self, declared)

    @classmethod
    def opens(cls, name: str, function: Callable[..., Any]) -> None:
        """Says what the door ``name`` (such as ``Result.plot``) calls; the function takes the object first."""
        cls.opened[name] = function

    @overload
    def __get__(self, one: None, owner: type[Any]) -> Door[Owner, P, R]: ...
    @overload
    def __get__(self, one: Owner, owner: type[Any] | None = None) -> Callable[P, R]: ...
    def __get__(self, one: Owner | None, owner: type[Any] | None = None) -> Door[Owner, P, R] | Callable[P, R]:
        return self if one is None else MethodType(self, one)

    def __call__(self, one: Owner, *args: P.args, **kwargs: P.kwargs) -> R:
        """Calls what was put behind the door. Raises RuntimeError where nothing was."""
        function: Callable[Concatenate[Owner, P], R] | None = self.opened.get(self.__qualname__)
        if function is None:
            raise RuntimeError(f"nothing stands behind {self.__qualname__} yet: `import sim` opens it")
        return function(one, *args, **kwargs)

    def __reduce__(self) -> str:
        return self.__qualname__  # pickle finds it in its module by this name, as it finds a function
