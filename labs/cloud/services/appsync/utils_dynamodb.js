// What resolvers import from '@aws-appsync/utils/dynamodb'; it comes after utils.js.
'use strict';

const __conditioned = (request, condition) =>
  (condition ? { ...request, condition: __expression(condition) } : request);

// A set, as util.dynamodb makes one, is a value already.
const __attribute = (value) =>
  (__isMap(value) && ['SS', 'NS', 'BS'].some((kind) => kind in value) && Object.keys(value).length === 1
    ? value : __toDynamoDB(value));

function __item(map) {
  const out = {};
  for (const [name, value] of Object.entries(map ?? {})) {
    if (value !== undefined) out[name] = __attribute(value);
  }
  return out;
}

function __projection(fields) {
  const names = {};
  for (const field of fields) names['#' + field] = field;
  return { projection: { expression: Object.keys(names).join(', '), expressionNames: names } };
}

const __operation = (kind) => (...values) => ({ __operation: kind, values });

function __update(changes) {
  const parts = { SET: [], REMOVE: [], ADD: [], DELETE: [] };
  const names = {};
  const values = {};
  Object.entries(changes).forEach(([field, change], index) => {
    if (change === undefined) return;
    const name = field.split('.').map((part) => {
      names['#' + part] = part;
      return '#' + part;
    }).join('.');
    const bind = (value, suffix = '') => {
      const key = `:v${index}${suffix}`;
      values[key] = __attribute(value);
      return key;
    };
    const given = __isMap(change) && change.__operation ? change.values : [change];
    switch (__isMap(change) && change.__operation) {
      case 'remove':
        parts.REMOVE.push(name);
        break;
      case 'increment':
        parts.SET.push(`${name} = if_not_exists(${name}, ${bind(0, 'z')}) + ${bind(given[0] ?? 1)}`);
        break;
      case 'decrement':
        parts.SET.push(`${name} = if_not_exists(${name}, ${bind(0, 'z')}) - ${bind(given[0] ?? 1)}`);
        break;
      case 'append':
        parts.SET.push(`${name} = list_append(if_not_exists(${name}, ${bind([], 'z')}), ${bind(given[0])})`);
        break;
      case 'prepend':
        parts.SET.push(`${name} = list_append(${bind(given[0])}, if_not_exists(${name}, ${bind([], 'z')}))`);
        break;
      case 'updateListItem':
        parts.SET.push(`${name}[${given[1]}] = ${bind(given[0])}`);
        break;
      default:
        parts.SET.push(`${name} = ${bind(given[0])}`);
    }
  });
  const expression = Object.entries(parts)
    .filter(([, list]) => list.length)
    .map(([verb, list]) => `${verb} ${list.join(', ')}`)
    .join(' ');
  const update = { expression, expressionNames: names };
  return Object.keys(values).length ? { ...update, expressionValues: values } : update;
}

function __paged(operation, { limit, nextToken, consistentRead, index, filter, projection, ...rest }) {
  const request = { operation, ...rest };
  if (limit !== undefined && limit !== null) request.limit = limit;
  if (nextToken) request.nextToken = nextToken;
  if (index) request.index = index;
  if (consistentRead !== undefined) request.consistentRead = consistentRead;
  if (filter) request.filter = __expression(filter);
  return projection ? { ...request, ...__projection(projection) } : request;
}

function __tables(tables, convert) {
  const out = {};
  for (const [name, value] of Object.entries(tables)) out[name] = convert(value);
  return out;
}

const ddb = {
  get: ({ key, consistentRead, projection }) => ({
    operation: 'GetItem', key: __toMapValues(key),
    ...(consistentRead === undefined ? {} : { consistentRead }),
    ...(projection ? __projection(projection) : {}),
  }),
  put: ({ key, item, condition }) => __conditioned(
    { operation: 'PutItem', key: __toMapValues(key), attributeValues: __item(item) }, condition),
  update: ({ key, update, condition }) => __conditioned(
    { operation: 'UpdateItem', key: __toMapValues(key), update: __update(update) }, condition),
  remove: ({ key, condition }) => __conditioned(
    { operation: 'DeleteItem', key: __toMapValues(key) }, condition),
  query: ({ query, scanIndexForward, ...rest }) => __paged('Query', {
    query: __expression(query),
    ...(scanIndexForward === undefined ? {} : { scanIndexForward }), ...rest,
  }),
  scan: ({ totalSegments, segment, ...rest } = {}) => __paged('Scan', {
    ...(totalSegments === undefined ? {} : { totalSegments, segment }), ...rest,
  }),
  batchGet: ({ tables }) => ({
    operation: 'BatchGetItem',
    tables: __tables(tables, ({ keys, consistentRead }) => ({
      keys: keys.map(__toMapValues), ...(consistentRead === undefined ? {} : { consistentRead }),
    })),
  }),
  batchPut: ({ tables }) => ({
    operation: 'BatchPutItem', tables: __tables(tables, (items) => items.map(__item)),
  }),
  batchDelete: ({ tables }) => ({
    operation: 'BatchDeleteItem', tables: __tables(tables, (keys) => keys.map(__toMapValues)),
  }),
  transactGet: ({ items }) => ({
    operation: 'TransactGetItems',
    transactItems: items.map(({ table, key }) => ({ table, key: __toMapValues(key) })),
  }),
  transactWrite: ({ items }) => ({
    operation: 'TransactWriteItems',
    transactItems: items.map(__transacted),
  }),
  operations: {
    increment: __operation('increment'), decrement: __operation('decrement'),
    add: __operation('add'), replace: __operation('replace'), remove: __operation('remove'),
    append: __operation('append'), prepend: __operation('prepend'),
    updateListItem: __operation('updateListItem'),
  },
};

function __transacted(item) {
  const [[kind, spec]] = Object.entries(item).filter(([name]) => name !== 'table');
  const table = item.table ?? spec.table;
  const built = {
    putItem: ddb.put, updateItem: ddb.update, deleteItem: ddb.remove,
    conditionCheck: ({ key, condition }) => __conditioned({ key: __toMapValues(key) }, condition),
  }[kind](spec);
  const operation = kind[0].toUpperCase() + kind.slice(1);
  return { ...built, table, operation };
}

__modules['@aws-appsync/utils/dynamodb'] = ddb;
