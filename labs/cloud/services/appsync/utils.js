// What resolvers import from '@aws-appsync/utils', after AWS's documentation:
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-util-reference-js.html
'use strict';

const __state = {};

class __Stop {
  constructor(kind, value) {
    this.kind = kind;
    this.value = value;
  }
}

// A number that changes with each use and is the same in each run (mulberry32).
function __random() {
  __state.seed = (__state.seed + 0x6d2b79f5) | 0;
  let t = Math.imul(__state.seed ^ (__state.seed >>> 15), 1 | __state.seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

Math.random = __random;
Date.now = () => __state.nowMs;

function __hex(count) {
  let text = '';
  for (let i = 0; i < count; i++) text += Math.floor(__random() * 16).toString(16);
  return text;
}

const __isMap = (value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function __toDynamoDB(value) {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(__toDynamoDB) };
  return { M: __toMapValues(value) };
}

function __toMapValues(map) {
  const out = {};
  for (const [name, value] of Object.entries(map ?? {})) {
    if (value !== undefined) out[name] = __toDynamoDB(value);
  }
  return out;
}

const __comparisons = {
  eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=',
};

// {title: {contains: 'x'}, or: [...]} as a DynamoDB expression.
class __Expression {
  constructor() {
    this.names = {};
    this.values = {};
    this.count = 0;
  }

  name(field) {
    return field.split('.').map((part) => {
      this.names['#' + part] = part;
      return '#' + part;
    }).join('.');
  }

  value(field, operator, value) {
    const name = `:${field.replace(/\W/g, '_')}_${operator}${this.count++ || ''}`;
    this.values[name] = __toDynamoDB(value);
    return name;
  }

  of(condition) {
    const parts = Object.entries(condition).map(([key, rule]) => this.part(key, rule));
    return parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(' AND ');
  }

  part(key, rule) {
    if (key === 'and' || key === 'or') {
      return rule.map((each) => `(${this.of(each)})`).join(key === 'and' ? ' AND ' : ' OR ');
    }
    if (key === 'not') return `NOT (${this.of(rule)})`;
    const tests = Object.entries(rule).map(([operator, value]) => this.test(key, operator, value));
    return tests.length === 1 ? tests[0] : tests.map((test) => `(${test})`).join(' AND ');
  }

  test(field, operator, value) {
    const name = this.name(field);
    const bound = (each) => this.value(field, operator, each);
    if (operator in __comparisons) return `${name} ${__comparisons[operator]} ${bound(value)}`;
    switch (operator) {
      case 'attributeExists':
        return `attribute_${value ? '' : 'not_'}exists(${name})`;
      case 'attributeType':
        return `attribute_type(${name}, ${bound(value)})`;
      case 'beginsWith':
        return `begins_with(${name}, ${bound(value)})`;
      case 'contains':
        return `contains(${name}, ${bound(value)})`;
      case 'notContains':
        return `NOT contains(${name}, ${bound(value)})`;
      case 'between':
        return `${name} BETWEEN ${bound(value[0])} AND ${bound(value[1])}`;
      case 'in':
        return `${name} IN (${value.map(bound).join(', ')})`;
      case 'size': {
        const [[inner, length]] = Object.entries(value);
        return `size(${name}) ${__comparisons[inner]} ${bound(length)}`;
      }
    }
    throw new Error(`Unknown operator ${operator}`);
  }
}

function __expression(condition) {
  const expression = new __Expression();
  const text = expression.of(condition);
  return {
    expression: text,
    expressionNames: expression.names,
    expressionValues: expression.values,
  };
}

const __pad = (number, width) => String(number).padStart(width, '0');

function __formatted(ms, format) {
  const date = new Date(ms);
  const parts = {
    yyyy: date.getUTCFullYear(), MM: __pad(date.getUTCMonth() + 1, 2),
    dd: __pad(date.getUTCDate(), 2), HH: __pad(date.getUTCHours(), 2),
    mm: __pad(date.getUTCMinutes(), 2), ss: __pad(date.getUTCSeconds(), 2),
    SSS: __pad(date.getUTCMilliseconds(), 3), Z: '+0000', XXX: 'Z',
  };
  return format.replace(/'([^']*)'|yyyy|MM|dd|HH|mm|ss|SSS|XXX|Z/g,
    (found, quoted) => (quoted === undefined ? parts[found] : quoted));
}

const __sets = (name, convert) => (values) => ({ [name]: values.map(convert) });

const __dynamodb = {
  toDynamoDB: __toDynamoDB,
  toMapValues: __toMapValues,
  toMap: (map) => ({ M: __toMapValues(map) }),
  toList: (list) => ({ L: list.map(__toDynamoDB) }),
  toString: (text) => ({ S: text }),
  toNumber: (number) => ({ N: number }),
  toBoolean: (value) => ({ BOOL: value }),
  toNull: () => ({ NULL: true }),
  toBinary: (text) => ({ B: text }),
  toStringSet: __sets('SS', String),
  toNumberSet: __sets('NS', (number) => number),
  toBinarySet: __sets('BS', String),
};

const __time = {
  nowISO8601: () => new Date(__state.nowMs).toISOString(),
  nowEpochSeconds: () => Math.floor(__state.nowMs / 1000),
  nowEpochMilliSeconds: () => __state.nowMs,
  nowFormatted: (format) => __formatted(__state.nowMs, format),
  parseISO8601ToEpochMilliSeconds: (text) => Date.parse(text),
  parseFormattedToEpochMilliSeconds: (text) => Date.parse(text),
  epochMilliSecondsToSeconds: (ms) => Math.floor(ms / 1000),
  epochMilliSecondsToISO8601: (ms) => new Date(ms).toISOString(),
  epochMilliSecondsToFormatted: (ms, format) => __formatted(ms, format),
};

const __letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function __base64Encode(text) {
  const bytes = unescape(encodeURIComponent(text));
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((step) => bytes.charCodeAt(i + step));
    const n = (a << 16) | ((b || 0) << 8) | (c || 0);
    out += __letters[n >> 18] + __letters[(n >> 12) & 63];
    out += i + 1 < bytes.length ? __letters[(n >> 6) & 63] : '=';
    out += i + 2 < bytes.length ? __letters[n & 63] : '=';
  }
  return out;
}

function __base64Decode(text) {
  let bytes = '';
  let bits = 0;
  let value = 0;
  for (const letter of text.replace(/=+$/, '')) {
    value = (value << 6) | __letters.indexOf(letter);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += String.fromCharCode((value >> bits) & 255);
    }
  }
  return decodeURIComponent(escape(bytes));
}

const __isNothing = (value) => value === null || value === undefined;
const __isEmpty = (value) =>
  __isNothing(value) || value === '' || (typeof value === 'object' && !Object.keys(value).length);

const util = {
  error(message, errorType, data, errorInfo) {
    throw new __Stop('error', {
      message, errorType: errorType ?? null, data: data ?? null, errorInfo: errorInfo ?? null,
    });
  },
  appendError(message, errorType, data, errorInfo) {
    __state.outErrors.push({
      message, errorType: errorType ?? null, data: data ?? null, errorInfo: errorInfo ?? null,
    });
  },
  unauthorized() {
    throw new __Stop('unauthorized', null);
  },
  validate(holds, message, errorType, data, errorInfo) {
    if (!holds) util.error(message, errorType ?? 'CustomTemplateException', data, errorInfo);
  },
  autoId: () => {
    const digits = __hex(31);
    return [digits.slice(0, 8), digits.slice(8, 12), '4' + digits.slice(12, 15),
      '8' + digits.slice(15, 18), digits.slice(18, 30)].join('-');
  },
  autoUlid: () => {
    const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    let text = '';
    for (let rest = __state.nowMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) {
      text = letters[rest % 32] + text;
    }
    for (let i = 0; i < 16; i++) text += letters[Math.floor(__random() * 32)];
    return text;
  },
  autoKsuid: () => {
    let text = '';
    for (let i = 0; i < 27; i++) text += __letters[Math.floor(__random() * 62)];
    return text;
  },
  toJson: (value) => JSON.stringify(value),
  parseJson: (text) => JSON.parse(text),
  escapeJavaScript: (text) => JSON.stringify(text).slice(1, -1).replace(/'/g, "\\'"),
  urlEncode: encodeURIComponent,
  urlDecode: decodeURIComponent,
  base64Encode: __base64Encode,
  base64Decode: __base64Decode,
  isNull: __isNothing,
  isNullOrEmpty: __isEmpty,
  isNullOrBlank: (text) => __isNothing(text) || String(text).trim() === '',
  defaultIfNull: (value, other) => (__isNothing(value) ? other : value),
  defaultIfNullOrEmpty: (value, other) => (__isEmpty(value) ? other : value),
  defaultIfNullOrBlank: (value, other) => (util.isNullOrBlank(value) ? other : value),
  isString: (value) => typeof value === 'string',
  isNumber: (value) => typeof value === 'number',
  isBoolean: (value) => typeof value === 'boolean',
  isList: Array.isArray,
  isMap: __isMap,
  typeOf: (value) => (__isNothing(value) ? 'Null' : Array.isArray(value) ? 'List'
    : __isMap(value) ? 'Map' : typeof value === 'string' ? 'String'
      : typeof value === 'number' ? 'Number' : typeof value === 'boolean' ? 'Boolean' : 'Object'),
  matches: (pattern, text) => new RegExp(pattern).test(text),
  authType: () => __state.authType,
  dynamodb: __dynamodb,
  time: __time,
  str: {
    toUpper: (text) => text.toUpperCase(),
    toLower: (text) => text.toLowerCase(),
    toReplace: (text, part, other) => text.split(part).join(other),
    normalize: (text, form) => text.normalize(form.toUpperCase()),
  },
  math: {
    roundNum: (number) => Math.round(number),
    minVal: (a, b) => Math.min(a, b),
    maxVal: (a, b) => Math.max(a, b),
    randomDouble: __random,
    randomWithinRange: (from, to) => from + Math.floor(__random() * (to - from)),
  },
  transform: {
    toDynamoDBConditionExpression: (condition) => JSON.stringify(__expression(condition)),
    toDynamoDBFilterExpression: (condition) => JSON.stringify(__expression(condition)),
    toSubscriptionFilter: (condition) => ({
      filterGroup: (condition.or ?? [condition]).map((group) => ({
        filters: (group.and ?? [group]).flatMap((part) =>
          Object.entries(part).flatMap(([fieldName, rule]) =>
            Object.entries(rule).map(([operator, value]) => ({ fieldName, operator, value })))),
      })),
    }),
  },
  http: {
    copyHeaders: (headers) => ({ ...headers }),
    addResponseHeader: (name, value) => { __state.responseHeaders[name] = value; },
    addResponseHeaders: (headers) => { Object.assign(__state.responseHeaders, headers); },
  },
};

const extensions = {
  setSubscriptionFilter: (filter) => { __state.subscriptionFilter = filter; },
  setSubscriptionInvalidationFilter: () => {},
  evictFromApiCache: () => {},
  invalidateSubscriptions: () => {},
};

const runtime = {
  earlyReturn: (value) => {
    throw new __Stop('return', value ?? null);
  },
};

const __modules = { '@aws-appsync/utils': { util, extensions, runtime } };

const __print = (level) => (...values) => {
  const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  __state.logs.push(`${level}: ${texts.join(' ')}`);
};
const console = { log: __print('INFO'), error: __print('ERROR') };

// Calls the resolver's request or response function; takes and gives JSON.
function __call(json) {
  const { name, context, nowMs, seed, authType } = JSON.parse(json);
  Object.assign(__state, {
    nowMs, seed, authType, outErrors: [], logs: [], responseHeaders: {}, subscriptionFilter: null,
  });
  const ctx = { ...context, arguments: context.args, error: context.error ?? undefined };
  const answer = {};
  try {
    const called = __handlers[name];
    if (!called) {
      answer.missing = name;
    } else {
      const result = called(ctx);
      answer.result = result === undefined ? null : result;
    }
  } catch (thrown) {
    if (!(thrown instanceof __Stop)) {
      answer.thrown = `${thrown}`;
    } else {
      answer[thrown.kind] = thrown.value === null && thrown.kind !== 'return' ? {} : thrown.value;
    }
  }
  return JSON.stringify({
    ...answer,
    stash: ctx.stash,
    outErrors: __state.outErrors,
    logs: __state.logs,
    subscriptionFilter: __state.subscriptionFilter,
    responseHeaders: __state.responseHeaders,
  });
}
