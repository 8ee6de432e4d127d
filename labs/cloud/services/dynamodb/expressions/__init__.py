"""Condition, filter and key condition expressions: read and checked before moto sees them.

The grammar: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html.
Refusals are in AWS's words, as its clients report them.
"""

from labs.cloud.services.dynamodb.expressions.errors import ExpressionError
from labs.cloud.services.dynamodb.expressions.keys import check_filter, check_key_condition
from labs.cloud.services.dynamodb.expressions.syntax import parse, written
from labs.cloud.services.dynamodb.expressions.validation import Placeholders, check_condition

__all__ = [
    "ExpressionError",
    "Placeholders",
    "check_condition",
    "check_filter",
    "check_key_condition",
    "parse",
    "written",
]
