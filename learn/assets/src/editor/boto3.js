// Completion of boto3: services, methods of clients and resources, names of parameters. What
// there is comes from botocore's service models (`manage.py boto3_completion` writes the file),
// fetched when a completion is first asked for.

import { pythonLanguage } from "@codemirror/lang-python";
import { syntaxTree } from "@codemirror/language";

import { kindOf, variables } from "./boto3_kinds.js";

const RECEIVER = /((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*|boto3\.(?:client|resource)\([^()]*\)(?:\.[A-Z]\w*\([^()]*\))?)\.(\w*)$/;
const SERVICE = /\b(client|resource)\(\s*["']([\w-]*)$/;
const NESTED = new Set(["DictionaryExpression", "ArrayExpression", "SetExpression", "TupleExpression", "String"]);

/** The extension for Python files; `url` is where the models are. */
export function boto3Completion(url) {
  let models = null;
  const load = () => {
    models ??= fetch(url)
      .then((response) => (response.ok ? response.json() : {}))
      .catch(() => {
        models = null; // The connection may be back for the next completion.
        return {};
      });
    return models;
  };
  const sources = [services, members, parameters];
  return sources.map((source) =>
    pythonLanguage.data.of({ autocomplete: (context) => source(context, load) }),
  );
}

/** Inside boto3.client(" */
async function services(context, load) {
  const match = lineBefore(context).match(SERVICE);
  if (!match) return null;
  const [, how, typed] = match;
  const { clients = {}, resources = {} } = await load();
  const names = Object.keys(how === "client" ? clients : resources);
  return {
    from: context.pos - typed.length,
    options: names.map((label) => ({ label, type: "namespace" })),
    validFor: /^[\w-]*$/,
  };
}

/** After a variable and a dot. */
async function members(context, load) {
  const match = lineBefore(context).match(RECEIVER);
  if (!match || isIn(context, "String", "Comment")) return null;
  const [, receiver, typed] = match;
  const text = context.state.doc.toString();
  if (!text.includes("boto3")) return null;
  const models = await load();
  const members = kindOf(receiver, variables(text, models), models)?.members;
  if (!members) return null;
  return {
    from: context.pos - typed.length,
    options: Object.entries(members).map(([label, what]) => option(label, what)),
    validFor: /^\w*$/,
  };
}

/** `what` is null for an attribute, else the parameters; required ones end with "*". */
function option(label, what) {
  if (what === null) return { label, type: "property" };
  const required = what.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  return { label, type: "method", detail: `(${required.join(", ")})`, boost: 1 };
}

/** Between the parentheses of a method's call. */
async function parameters(context, load) {
  const call = callAround(context);
  if (!call) return null;
  const word = context.matchBefore(/\w*/);
  if (!context.explicit && word.from === word.to) return null;
  const text = context.state.doc.toString();
  const models = await load();
  const dot = call.callee.lastIndexOf(".");
  const kind = kindOf(call.callee.slice(0, dot), variables(text, models), models);
  const names = kind?.members[call.callee.slice(dot + 1)];
  if (!names?.length) return null;
  return {
    from: word.from,
    options: names
      .map((name) => ({ name: name.replace("*", ""), isRequired: name.endsWith("*") }))
      .filter(({ name }) => !call.given.has(name))
      .map(({ name, isRequired }) => ({
        label: `${name}=`,
        type: "keyword",
        boost: isRequired ? 3 : 2,
      })),
    validFor: /^\w*$/,
  };
}

/** The call in whose arguments the cursor is, unless it is in a value: `{callee, given}`. */
function callAround({ state, pos }) {
  let node = syntaxTree(state).resolveInner(pos, -1);
  while (node && node.name !== "ArgList") {
    if (NESTED.has(node.name)) return null;
    node = node.parent;
  }
  if (!node || node.parent?.name !== "CallExpression" || pos <= node.from) return null;
  const before = state.sliceDoc(node.from + 1, pos);
  if (/=\s*[^,]*$/.test(before)) return null;
  const callee = state.sliceDoc(node.parent.firstChild.from, node.parent.firstChild.to);
  if (!/\.\w+$/.test(callee)) return null;
  const names = node.getChildren("VariableName").filter((name) => name.nextSibling?.name === "AssignOp");
  return { callee, given: new Set(names.map(({ from, to }) => state.sliceDoc(from, to))) };
}

function lineBefore({ state, pos }) {
  const { from } = state.doc.lineAt(pos);
  return state.sliceDoc(Math.max(from, pos - 300), pos);
}

function isIn({ state, pos }, ...names) {
  return names.includes(syntaxTree(state).resolveInner(pos, -1).name);
}
