"""JavaScript, for resolvers: QuickJS without any door to Python, in the learner's process."""

import json
from typing import Any

import _quickjs  # the engine alone; the package around it loads threads

MAX_MEMORY_BYTES = 32 * 1024 * 1024
MAX_STACK_BYTES = 512 * 1024
MAX_SECONDS = 2
MAX_RESULT_CHARS = 6 * 1024 * 1024


def evaluate(_request: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Run scripts in their order, then call a function that takes and returns JSON as text.

    Body: {"scripts": [...], "function": "name", "argument": any JSON}. The answer has `payload`,
    the text, or {"error": {"errorType", "errorMessage"}}: what was thrown, or a limit.
    """
    asked = json.loads(body)
    context = _quickjs.Context()
    context.set_memory_limit(MAX_MEMORY_BYTES)
    context.set_max_stack_size(MAX_STACK_BYTES)
    context.set_time_limit(MAX_SECONDS)
    try:
        for script in asked["scripts"]:
            context.eval(script)
        result = context.get(asked["function"])(json.dumps(asked["argument"]))
    except (_quickjs.JSException, _quickjs.StackOverflow) as error:
        kind, _, message = str(error).partition("\n")[0].partition(": ")
        return {"error": {"errorType": kind, "errorMessage": message or kind}}
    text = result if isinstance(result, str) else "null"
    if len(text) > MAX_RESULT_CHARS:
        return {"error": {"errorType": "RangeError", "errorMessage": "The result is too large"}}
    return {"payload": text}
