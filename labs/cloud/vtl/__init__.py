"""Velocity templates, as API Gateway and AppSync have them.

An engine of our own: those for Python let a template reach any attribute of any object, and a
learner's template is rendered in the process that holds the checks. Here a template reaches
maps, lists, texts and numbers by the methods of Java that `methods` lists, and nothing else but
the `Tool`s that it is given.
https://velocity.apache.org/engine/1.7/vtl-reference.html
"""

from labs.cloud.vtl.directives import Returned
from labs.cloud.vtl.nodes import Scope
from labs.cloud.vtl.syntax import parse
from labs.cloud.vtl.values import Dialect, JsonList, TemplateError, Tool, as_text, from_json

__all__ = [
    "Dialect",
    "JsonList",
    "Returned",
    "TemplateError",
    "Tool",
    "as_text",
    "from_json",
    "render",
]


def render(template: str, names: dict[str, object], dialect: Dialect | None = None) -> str:
    """The template's text, with `$name` as `names` has it.

    Raises:
        TemplateError: it is none, or does what it may not.
        Returned: it ended by `#return(value)`.
    """
    scope = Scope(names, dialect or Dialect())
    output: list[str] = []
    try:
        parse(template).render(scope, output)
    except StopIteration:
        pass  # by #stop
    except RecursionError:
        raise TemplateError("the template is nested too deeply") from None
    except MemoryError:
        raise TemplateError("the template's values become too large") from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # Of a value that Python refuses to print, compare or compute with.
        raise TemplateError(f"{type(error).__name__}: {error}") from None
    return "".join(output)
