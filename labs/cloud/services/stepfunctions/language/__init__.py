"""The Amazon States Language: what a definition says, and how its expressions are evaluated.

For `execution`, which runs it: `data` is always decoded JSON, never text. `context` is the context
object (`$$`, `$states.context`), `variables` maps names without "$" to values. Every function that
evaluates raises `errors.StatesError` with AWS's error name and cause. No value that is handed in
is ever changed: what comes back may share parts with it.
"""
