// The editor in the site's colours. Custom properties reach into the shadow root, and each of
// them holds a light and a dark colour, so the scheme can change without this module.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const look = EditorView.theme({
  "&": {
    height: "100%",
    color: "var(--ink)",
    backgroundColor: "var(--code-paper)",
    fontSize: "var(--editor-size, 0.9rem)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { padding: "var(--s3) 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 var(--s3)" },
  ".cm-gutters": {
    backgroundColor: "var(--code-paper)",
    color: "var(--code-comment)",
    border: "none",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--surface-sunk)", color: "var(--ink)" },
  "& .cm-line::selection, & .cm-line ::selection": {
    backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent) !important",
  },
  "&.cm-focused .cm-matchingBracket, .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--accent)",
  },
  "&.cm-focused .cm-nonmatchingBracket, .cm-nonmatchingBracket": {
    backgroundColor: "var(--bad-soft)",
    outline: "1px solid var(--bad)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch.cm-searchMatch-selected": {
    backgroundColor: "var(--warn-soft)",
    outline: "2px solid var(--accent)",
  },
  ".cm-panels": {
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    fontFamily: "var(--sans)",
  },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line-strong)" },
  ".cm-panel.cm-search": {
    padding: "var(--s2) 3rem var(--s2) var(--s3)",
    fontSize: "0.9rem",
  },
  ".cm-panel.cm-search label": { display: "inline-flex", gap: "var(--s1)", alignItems: "center" },
  ".cm-panel.cm-search :is(input, button, label)": {
    margin: "2px var(--s2) 2px 0",
    fontSize: "0.87rem",
    verticalAlign: "middle",
  },
  ".cm-textfield": {
    minHeight: "2rem",
    padding: "0 var(--s2)",
    color: "var(--ink)",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
  },
  ".cm-button": {
    minHeight: "2rem",
    padding: "0 var(--s3)",
    color: "var(--ink)",
    background: "var(--surface)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    cursor: "pointer",
  },
  ".cm-button:hover": { background: "var(--surface-sunk)" },
  ".cm-panel.cm-search [name=close]": {
    top: "var(--s2)",
    right: "var(--s2)",
    width: "2rem",
    height: "2rem",
    fontSize: "1.25rem",
    color: "var(--ink)",
    cursor: "pointer",
  },
  "& :is(.cm-textfield, .cm-button, [name=close], input):focus-visible": {
    outline: "3px solid var(--accent)",
    outlineOffset: "1px",
  },
  ".cm-tooltip": {
    color: "var(--ink)",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    boxShadow: "var(--shadow)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "14em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15em var(--s2)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    color: "var(--on-accent)",
    backgroundColor: "var(--accent)",
  },
  ".cm-completionDetail": { color: "inherit", fontStyle: "normal" },
  ".cm-completionInfo": { fontSize: "0.85rem", lineHeight: "1.5", maxWidth: "22rem" },
  ".cm-foldPlaceholder": {
    color: "var(--ink-muted)",
    backgroundColor: "var(--surface-sunk)",
    border: "1px solid var(--line)",
  },
});

const highlight = HighlightStyle.define([
  {
    tag: [t.keyword, t.controlKeyword, t.operatorKeyword, t.definitionKeyword, t.moduleKeyword],
    color: "var(--code-keyword)",
  },
  { tag: [t.string, t.special(t.string), t.regexp, t.escape], color: "var(--code-string)" },
  { tag: [t.number, t.bool, t.null, t.atom], color: "var(--code-number)" },
  {
    tag: [
      t.definition(t.propertyName),
      t.function(t.definition(t.variableName)),
      t.definition(t.className),
      t.standard(t.variableName),
      t.meta,
    ],
    color: "var(--code-name)",
  },
  { tag: t.propertyName, color: "var(--code-name)" },
  { tag: [t.comment, t.lineComment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: t.invalid, color: "var(--bad)" },
]);

export const theme = [look, syntaxHighlighting(highlight)];
