"""Aurora through the Data API: SQL that is run by a real engine, in the account's own process.

The engine is DuckDB, which sqlglot tells in its dialect what is written in PostgreSQL's. It was
chosen over SQLite, whose columns take any type and whose numerics are floating point: DuckDB has
PostgreSQL's types with exact decimals, its RETURNING, ON CONFLICT, schemas and sequences, and
transactions that do not see each other's changes; it runs without a thread or a file of its own.
What differs from PostgreSQL:

- `timestamptz` is kept and named as `timestamp`, in UTC; `char(n)` and `varchar(n)` as `text`.
- Two transactions that change the same row: the second statement ends with
  StatementTimeoutException at once (45 s later by the account's clock), as nobody could commit
  while it waits. FOR UPDATE takes no lock. The isolation is that of REPEATABLE READ.
- Division by zero gives infinity or NULL, and no error.
- Not simulated, and refused: functions, procedures, triggers, extensions, roles and grants, COPY,
  EXPLAIN, SET, ON DELETE and ON UPDATE actions of foreign keys, CREATE DATABASE, Aurora MySQL.
- Error texts are PostgreSQL's for what learners meet (syntax, unknown names, constraints, types);
  others are the engine's own.
"""
