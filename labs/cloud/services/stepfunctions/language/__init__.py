"""The Amazon States Language: what a definition says, and how its expressions are evaluated.

For `execution`, which runs it: `data` is always decoded JSON, never text. `context` is the context
object (`$$`, `$states.context`), `variables` maps names without "$" to values. Every function that
evaluates raises `errors.StatesError` with AWS's error name and cause. No value that is handed in
is ever changed: what comes back may share parts with it.

The parts that take `field=` name it in their messages as AWS does: "Output" (`jsonata.fill` adds
"/key" and "[0]"), "Assign", "Arguments", "Items", "Seconds", "Choices[1]/Condition",
"Choices[1]/Output", "Catch[0]/Assign", "ItemReader/Arguments". `jsonata.unexpected(template,
field, "array", value)` is the error where an expression gives a value of the wrong kind.
`paths.NothingThereError` is a StatesError: a path that leads nowhere. `timestamps.timestamp(text)`
is a datetime in UTC, or None. `intrinsics.evaluate` also takes plain paths (ErrorPath, CausePath).
"""
