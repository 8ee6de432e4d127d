"""PostgreSQL's SQL, told in the engine's dialect; what is not simulated is refused here."""

import functools
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import Dialect, exp
from sqlglot.errors import ErrorLevel, ParseError, TokenError

from labs.cloud.missing import MissingError
from labs.cloud.services.rds_data.errors import bad_request, database_error
from labs.cloud.services.rds_data.values import Parameter

NOW, SEED, IDS = "account_now", "account_seed", "account_ids"
# Another one for each row, and the same in each run.
HASH = f"md5(getvariable('{SEED}') || nextval('main.{IDS}'))"
QUERIES = (exp.Select, exp.SetOperation, exp.Values, exp.Subquery)
CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
DEFINITIONS = (exp.Create, exp.Drop, exp.Alter, exp.TruncateTable)
CREATED = {"TABLE", "VIEW", "INDEX", "SEQUENCE", "SCHEMA"}
# With what a statement of PostgreSQL may begin, simulated or not.
VERB = re.compile(
    "select|insert|update|delete|merge|values|with|table|create|drop|alter|truncate|copy|grant|"
    "revoke|begin|start|commit|end|rollback|abort|savepoint|release|prepare|execute|deallocate|"
    "explain|analyze|vacuum|set|show|reset|do|call|lock|listen|notify|unlisten|declare|fetch|"
    "move|close|comment|cluster|reindex|refresh|discard|reassign|security|checkpoint|load",
    re.IGNORECASE,
)
SERIALS = {"SERIAL": "INT", "BIGSERIAL": "BIGINT", "SMALLSERIAL": "SMALLINT"}
TIMES = (exp.CurrentTimestamp, exp.Localtimestamp, exp.CurrentDatetime)
CLOCKS = {"clock_timestamp", "statement_timestamp", "transaction_timestamp"}
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
TEXTS = ("TEXT", "VARCHAR", "CHAR", "BPCHAR")

# sqlglot loads a dialect when it is first used: too late for a zygote, whose children share it.
for _name in ("postgres", "duckdb"):
    Dialect.get_or_raise(_name)
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it would print what it cannot translate


@dataclass(frozen=True)
class Statement:
    """`before` are statements that have to run first, `names` the parameters that it uses.

    `table` is the one that it changes, or "". `typed` are the parameters that stand where a
    column's type is wanted: (column, parameter, whether it is compared and not stored).
    """

    sql: str
    before: tuple[str, ...]
    names: tuple[str, ...]
    table: str
    is_query: bool
    is_change: bool
    typed: tuple[tuple[str, str, bool], ...]


def translate(sql: str, parameters: Mapping[str, Parameter]) -> Statement:
    """One statement with `:name` parameters.

    Raises:
        DataApiError: it is none, or names a parameter that is not given.
        MissingError: it is of a kind that is not simulated.
    """
    return _translated(sql, tuple((name, given.type) for name, given in parameters.items()))


@functools.lru_cache(maxsize=256)  # a program has few, and sends each of them many times
def _translated(sql: str, parameters: tuple[tuple[str, str], ...]) -> Statement:
    types = dict(parameters)
    tree = _parsed(sql)
    _refuse_missing(tree, sql)
    names = [found.name for found in tree.find_all(exp.Placeholder) if found.this]
    for name in names:
        if name not in types:
            raise bad_request(f"Cannot find parameter: {name}")
    table = _table(tree)
    typed = tuple(_typed(tree))
    before = tuple(_serials(tree, table))
    _escape_patterns(tree)
    tree = tree.transform(_rewritten, types)
    return Statement(
        tree.sql("duckdb", unsupported_level=ErrorLevel.IGNORE),
        before,
        tuple(dict.fromkeys(names)),
        table,
        isinstance(tree, QUERIES),
        isinstance(tree, CHANGES),
        typed,
    )


def _parsed(sql: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(sql, read="postgres") if tree]
    except (ParseError, TokenError) as error:
        raise _syntax_error(error, sql) from None
    except RecursionError:
        raise database_error("stack depth limit exceeded", "54001") from None
    if not trees:
        raise bad_request("The SQL statement is empty.")
    if len(trees) > 1:
        raise bad_request("Multistatements aren't supported.")
    return trees[0]


def _syntax_error(error: ParseError | TokenError, sql: str) -> Exception:
    first = sql.split(None, 1)[0]
    if not VERB.fullmatch(first):
        return database_error(f'syntax error at or near "{first}"', "42601", position=1)
    details = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    near = str(details.get("highlight") or "end of input")
    where = sql.find(near) + 1
    return database_error(f'syntax error at or near "{near}"', "42601", position=where)


def _refuse_missing(tree: exp.Expr, sql: str) -> None:
    word = sql.split(None, 2)[:2]
    if not isinstance(tree, (*QUERIES, *CHANGES, *DEFINITIONS)):
        if not VERB.fullmatch(word[0]):
            raise database_error(f'syntax error at or near "{word[0]}"', "42601", position=1)
        raise MissingError(f"for {' '.join(word).upper()[:40]} statements")
    if isinstance(tree, exp.Create) and str(tree.args["kind"]).upper() not in CREATED:
        raise MissingError(f"for {' '.join(word).upper()[:40]} statements")
    for reference in tree.find_all(exp.Reference, exp.ForeignKey):
        options = reference.args.get("options") or []
        actions = [str(option).upper() for option in options]
        actions += [
            f"ON {event.upper()} {action}"
            for event in ("delete", "update")
            if (action := reference.args.get(event))
        ]
        for action in actions:
            if not action.endswith(("NO ACTION", "RESTRICT")):
                raise MissingError(f"with {action[:40]}")


def _table(tree: exp.Expr) -> str:
    if isinstance(tree, (*CHANGES, *DEFINITIONS)):
        found = tree.this.find(exp.Table) if isinstance(tree.this, exp.Expr) else None
        return found.name if found else ""
    return ""


def _serials(tree: exp.Expr, table: str) -> Iterator[str]:
    """Sequences for columns that count by themselves, which the engine does not make alone."""
    if not isinstance(tree, exp.Create):
        return
    for column in tree.find_all(exp.ColumnDef):
        kind = column.args.get("kind")
        word = str(kind.this.value).upper() if kind is not None else ""
        identities = [
            constraint
            for constraint in column.args.get("constraints") or []
            if isinstance(constraint.kind, exp.GeneratedAsIdentityColumnConstraint)
        ]
        if word not in SERIALS and not identities:
            continue
        sequence = f"{table}_{column.name}_seq"
        yield f'CREATE SEQUENCE IF NOT EXISTS "{sequence}"'
        if word in SERIALS:
            column.set("kind", exp.DataType.build(SERIALS[word]))
        for identity in identities:
            column.args["constraints"].remove(identity)
        default = exp.Anonymous(this="nextval", expressions=[exp.Literal.string(sequence)])
        constraint = exp.ColumnConstraint(kind=exp.DefaultColumnConstraint(this=default))
        column.append("constraints", constraint)


def _escape_patterns(tree: exp.Expr) -> None:
    """A backslash escapes in a pattern without ESCAPE, too, which it does not in the engine."""
    for like in list(tree.find_all(exp.Like, exp.ILike)):
        if not isinstance(like.parent, exp.Escape):
            literal = exp.Literal.string("\\")
            like.replace(exp.Escape(this=like.copy(), expression=literal))


def _rewritten(node: exp.Expr, types: Mapping[str, str]) -> exp.Expr:
    """What has another name, or would read the machine's clock and chance."""
    if isinstance(node, exp.Placeholder) and node.this:
        kind = types[node.name]
        bound: exp.Expr = exp.Placeholder(this=node.name)
        return (
            exp.Cast(this=bound, to=exp.DataType.build(kind, dialect="duckdb")) if kind else bound
        )
    if isinstance(node, TIMES) or (
        isinstance(node, exp.Anonymous) and node.name.lower() in CLOCKS
    ):
        return _variable(NOW)
    if isinstance(node, exp.CurrentDate):
        return exp.cast(_variable(NOW), "date")
    if isinstance(node, exp.CurrentTime):
        return exp.cast(_variable(NOW), "time")
    if isinstance(node, exp.Uuid):
        return exp.cast(_hash(), "uuid")
    if isinstance(node, exp.Rand):
        text = (
            f"(('0x' || substr(md5(getvariable('{SEED}') || nextval('main.{IDS}')), 1, 8))::BIGINT"
        )
        return sqlglot.parse_one(f"{text} / 4294967296.0::DOUBLE)", read="duckdb")
    if isinstance(node, exp.DataType):
        return _type(node)
    if isinstance(node, exp.ColumnDef):
        return _bounded(node)
    return node


def _type(node: exp.DataType) -> exp.Expr:
    if node.this in (exp.DataType.Type.TIMESTAMPTZ, exp.DataType.Type.TIMESTAMPLTZ):
        return exp.DataType.build("timestamp")
    return node


def _bounded(column: exp.ColumnDef) -> exp.Expr:
    """varchar(5) keeps to its five characters, which the engine would not check."""
    kind = column.args.get("kind")
    if kind is None or str(kind.this.value).upper() not in TEXTS:
        return column
    length = kind.find(exp.DataTypeParam)
    if length is None:
        return column
    column.set("kind", exp.DataType.build("text"))
    name = exp.Column(this=exp.to_identifier(column.name, quoted=column.this.quoted))
    fits = exp.LTE(this=exp.Length(this=name), expression=length.this.copy())
    check = exp.ColumnConstraint(kind=exp.CheckColumnConstraint(this=fits))
    column.append("constraints", check)
    return column


def _variable(name: str) -> exp.Expr:
    return exp.Anonymous(this="getvariable", expressions=[exp.Literal.string(name)])


def _hash() -> exp.Expr:
    return sqlglot.parse_one(HASH, read="duckdb")


def _typed(tree: exp.Expr) -> Iterator[tuple[str, str, bool]]:
    """Where a bare parameter meets a column: stored in it, or compared with it."""
    if isinstance(tree, exp.Insert):
        yield from _inserted(tree)
    if isinstance(tree, exp.Update):
        for change in tree.expressions:
            if isinstance(change, exp.EQ) and isinstance(change.expression, exp.Placeholder):
                yield change.this.name, change.expression.name, False
    for where in tree.find_all(exp.Where):
        for compared in where.find_all(*COMPARISONS):
            sides = (compared.this, compared.expression)
            for one, other in (sides, sides[::-1]):
                if isinstance(one, exp.Column) and isinstance(other, exp.Placeholder):
                    yield one.name, other.name, True


def _inserted(tree: exp.Insert) -> Iterator[tuple[str, str, bool]]:
    if not isinstance(tree.this, exp.Schema) or not isinstance(tree.expression, exp.Values):
        return
    columns = [column.name for column in tree.this.expressions]
    for row in tree.expression.expressions:
        for column, value in zip(columns, row.expressions, strict=False):
            if isinstance(value, exp.Placeholder):
                yield column, value.name, False
