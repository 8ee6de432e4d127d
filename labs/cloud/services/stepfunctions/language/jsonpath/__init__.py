"""JSONPath as Step Functions reads it: the dialect of Jayway's library.

`parser` makes tokens of a path, `evaluation` walks a document by them, `filters` holds what
stands in `[?( )]`, `functions` what ends a path with parentheses.
Source: https://github.com/json-path/JsonPath#readme, which the States Language names.
"""
