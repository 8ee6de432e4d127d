"""Parameters of questions: a small language of exact numbers, what it draws, what it fills.

It is no Python: an expression is read by a list of what is allowed, and nothing else is run. All
that it can raise is ExpressionError.
"""

from learn.questions.parameters.drawing import Drawn, draw_values
from learn.questions.parameters.evaluation import evaluate, evaluate_number
from learn.questions.parameters.language import ExpressionError, names_in, parse
from learn.questions.parameters.templates import fill, names_in_template
from learn.questions.parameters.values import Value, Values, exact, shown

__all__ = [
    "Drawn",
    "ExpressionError",
    "Value",
    "Values",
    "draw_values",
    "evaluate",
    "evaluate_number",
    "exact",
    "fill",
    "names_in",
    "names_in_template",
    "parse",
    "shown",
]
