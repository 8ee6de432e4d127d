// What resolvers import from '@aws-appsync/utils/rds'; it comes after utils.js.
'use strict';

const __quoted = (name) => name.split('.').map((part) => `"${part}"`).join('.');
const __like = { contains: (v) => `%${v}%`, notContains: (v) => `%${v}%`, beginsWith: (v) => `${v}%` };

class __Sql {
  constructor() {
    this.params = {};
    this.hints = {};
    this.count = 0;
  }

  bind(value) {
    const name = `P${this.count++}`;
    if (__isMap(value) && value.__hint) {
      this.hints[`:${name}`] = value.__hint;
      this.params[`:${name}`] = value.value;
    } else {
      this.params[`:${name}`] = value ?? null;
    }
    return `:${name}`;
  }

  where(condition) {
    const parts = Object.entries(condition).map(([key, rule]) => {
      if (key === 'and' || key === 'or') {
        return `(${rule.map((each) => this.where(each)).join(` ${key.toUpperCase()} `)})`;
      }
      if (key === 'not') return `NOT (${this.where(rule)})`;
      return Object.entries(rule).map(([operator, value]) => this.test(key, operator, value))
        .join(' AND ');
    });
    return parts.join(' AND ');
  }

  test(field, operator, value) {
    const name = __quoted(field);
    if (operator in __comparisons) return `${name} ${__comparisons[operator]} ${this.bind(value)}`;
    if (operator in __like) {
      const not = operator === 'notContains' ? 'NOT ' : '';
      return `${name} ${not}LIKE ${this.bind(__like[operator](value))}`;
    }
    if (operator === 'between') {
      return `${name} BETWEEN ${this.bind(value[0])} AND ${this.bind(value[1])}`;
    }
    if (operator === 'attributeExists') return `${name} IS ${value ? 'NOT ' : ''}NULL`;
    if (operator === 'in') return `${name} IN (${value.map((each) => this.bind(each)).join(', ')})`;
    throw new Error(`Unknown operator ${operator}`);
  }

  done(text) {
    return { __sql: text, params: this.params, hints: this.hints };
  }
}

const __columns = (columns) => (!columns || columns === '*' ? '*' : columns.map(__quoted).join(', '));
const __returning = (columns) => (columns ? ` RETURNING ${__columns(columns)}` : '');

const rds = {
  sql: (strings, ...values) => {
    const sql = new __Sql();
    return sql.done(strings.reduce((text, part, i) => text + sql.bind(values[i - 1]) + part));
  },
  select: ({ table, from, columns, where, orderBy, limit, offset }) => {
    const sql = new __Sql();
    let text = `SELECT ${__columns(columns)} FROM ${__quoted(table ?? from)}`;
    if (where && Object.keys(where).length) text += ` WHERE ${sql.where(where)}`;
    if (orderBy) {
      text += ` ORDER BY ${orderBy.map(({ column, dir }) =>
        `${__quoted(column)} ${dir === 'DESC' ? 'DESC' : 'ASC'}`).join(', ')}`;
    }
    if (limit !== undefined) text += ` LIMIT ${Number(limit)}`;
    if (offset !== undefined) text += ` OFFSET ${Number(offset)}`;
    return sql.done(text);
  },
  insert: ({ table, values, returning }) => {
    const sql = new __Sql();
    const rows = Array.isArray(values) ? values : [values];
    const names = Object.keys(rows[0]);
    const bound = rows.map((row) => `(${names.map((name) => sql.bind(row[name])).join(', ')})`);
    return sql.done(`INSERT INTO ${__quoted(table)} (${names.map(__quoted).join(', ')}) ` +
      `VALUES ${bound.join(', ')}${__returning(returning)}`);
  },
  update: ({ table, values, where, returning }) => {
    const sql = new __Sql();
    const sets = Object.entries(values).map(([name, value]) => `${__quoted(name)} = ${sql.bind(value)}`);
    const condition = where ? ` WHERE ${sql.where(where)}` : '';
    return sql.done(`UPDATE ${__quoted(table)} SET ${sets.join(', ')}${condition}${__returning(returning)}`);
  },
  remove: ({ table, where, returning }) => {
    const sql = new __Sql();
    const condition = where ? ` WHERE ${sql.where(where)}` : '';
    return sql.done(`DELETE FROM ${__quoted(table)}${condition}${__returning(returning)}`);
  },
  createPgStatement: (...parts) => {
    const request = { statements: [], variableMap: {}, variableTypeHintMap: {} };
    parts.forEach((part, index) => {
      if (typeof part === 'string') {
        request.statements.push(part);
        return;
      }
      const rename = (text) => text.replace(/:P(\d+)\b/g, `:S${index}P$1`);
      request.statements.push(rename(part.__sql));
      for (const [name, value] of Object.entries(part.params)) request.variableMap[rename(name)] = value;
      for (const [name, hint] of Object.entries(part.hints)) request.variableTypeHintMap[rename(name)] = hint;
    });
    return request;
  },
  toJsonObject: (text) => JSON.parse(text).sqlStatementResults.map(({ records, columnMetadata }) =>
    (records ?? []).map((record) => Object.fromEntries(record.map((field, i) => {
      const [[kind, value]] = Object.entries(field);
      return [columnMetadata[i].label, kind === 'isNull' ? null : value];
    })))),
  typeHint: Object.fromEntries(['DATE', 'TIME', 'TIMESTAMP', 'UUID', 'JSON', 'DECIMAL'].map(
    (hint) => [hint, (value) => ({
      __hint: hint, value: hint === 'JSON' && typeof value !== 'string' ? JSON.stringify(value) : value,
    })])),
};
rds.createMySQLStatement = rds.createPgStatement;

__modules['@aws-appsync/utils/rds'] = rds;
