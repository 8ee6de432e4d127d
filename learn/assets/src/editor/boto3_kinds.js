// Which client or resource a Python expression is, as far as a look at the assignments tells.

const MADE = /^boto3\.(client|resource)\(\s*["']([\w-]+)["'][^()]*\)/;
const ASSIGNED = /^[ \t]*([A-Za-z_][\w.]*)[ \t]*(?::[^=\n]+)?=[ \t]*([^=\n].*)$/gm;

/** `{variable: kind}`, with a kind as of `kindOf`. */
export function variables(text, models) {
  const found = {};
  for (const [, name, expression] of text.matchAll(ASSIGNED)) {
    const kind = kindOf(expression, found, models);
    if (kind) found[name] = kind;
  }
  return found;
}

/** `{service, members}` of `boto3.client("sqs")`, of a known variable, or of `dynamodb.Table(...)`. */
export function kindOf(expression, known, models) {
  const text = expression.trim();
  const made = text.match(MADE);
  if (made) {
    const [all, how, service] = made;
    return inner(top(how, service, models), text.slice(all.length), models);
  }
  const [name] = text.match(/^[A-Za-z_]\w*(?:\.[a-z_]\w*)*/) ?? [];
  if (!name || !Object.hasOwn(known, name)) return null;
  return inner(known[name], text.slice(name.length), models);
}

function top(how, service, models) {
  const members = how === "client" ? models.clients?.[service] : models.resources?.[service]?.[""];
  return members ? { how, service, members } : null;
}

/** What `.Table("orders")` after a resource makes of it; null where something else follows. */
function inner(kind, rest, models) {
  if (!kind || !rest.trim() || rest.trim().startsWith("#")) return kind;
  const made = rest.match(/^\.([A-Z]\w*)\([^()]*\)\s*(?:#.*)?$/);
  if (!made || kind.how !== "resource") return null;
  const members = models.resources[kind.service]?.[made[1]];
  return members ? { ...kind, members } : null;
}
