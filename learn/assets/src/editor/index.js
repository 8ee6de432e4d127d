// A code editor in a shadow root. There CodeMirror keeps its styles in a constructed sheet, which
// the Content-Security-Policy allows, instead of an inline <style>, which it does not.

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
} from "@codemirror/commands";
import { bracketMatching, foldKeymap, indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";

import { boto3Completion } from "./boto3.js";
import { languageOf } from "./languages.js";
import { markLines, marks, showLine } from "./marks.js";
import { theme } from "./theme.js";
import { typingOver } from "./typing_over.js";

// After Escape the Tab key leaves the editor, until something is typed. CodeMirror's own two
// seconds are too short for some people.
const ESCAPED_MS = 600_000;

const leaveByEscapeAndTab = EditorView.domEventHandlers({
  keydown(event, view) {
    if (event.key === "Escape") queueMicrotask(() => view.setTabFocusMode(ESCAPED_MS));
    return false;
  },
});

const basics = [
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  history(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ icons: false }),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true }),
  leaveByEscapeAndTab,
  typingOver,
  EditorState.tabSize.of(4),
  keymap.of([
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
];

/**
 * An editor inside `parent`, an element that can have a shadow root.
 *
 *   fileName    decides on the language
 *   text        what it begins with
 *   label       its accessible name; `description` the id-less text read after it
 *   words       translations of CodeMirror's own phrases, {english: translated}
 *   boto3Url    where the completion of boto3 is, or ""
 *   onChange    called with the whole text after each change by the user
 */
export function createEditor({
  parent,
  fileName,
  text,
  label,
  description = "",
  words = {},
  boto3Url = "",
  onChange = () => {},
}) {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open", delegatesFocus: true });
  // Set while the program itself puts a text in: that is no change by the user.
  let isQuiet = false;
  const view = new EditorView({
    root,
    parent: root,
    doc: text,
    extensions: [
      basics,
      theme,
      marks,
      languageOf(fileName),
      boto3Url ? boto3Completion(boto3Url) : [],
      EditorState.phrases.of(words),
      EditorView.contentAttributes.of({
        "aria-label": label,
        tabindex: "0", // So that all can tell that what scrolls can be reached.
        ...(description ? { "aria-description": description } : {}),
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !isQuiet) onChange(update.state.doc.toString());
      }),
    ],
  });
  return {
    view,
    get text() {
      return view.state.doc.toString();
    },
    /** Replaces the text, as one step that Undo takes back; the cursor stays about where it was. */
    setText(newText) {
      if (newText === this.text) return;
      isQuiet = true;
      const anchor = Math.min(view.state.selection.main.head, newText.length);
      const changes = { from: 0, to: view.state.doc.length, insert: newText };
      view.dispatch({ changes, selection: { anchor } });
      isQuiet = false;
    },
    select(anchor, head) {
      const end = view.state.doc.length;
      view.dispatch({ selection: { anchor: Math.min(anchor, end), head: Math.min(head, end) } });
    },
    focus: () => view.focus(),
    find: () => openSearchPanel(view),
    mark: (lines) => markLines(view, lines),
    showLine: (line) => showLine(view, line),
    destroy: () => view.destroy(),
  };
}
