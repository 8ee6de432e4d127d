// Lines of the learner's file of which the report tells: a background, a sign in the gutter, and
// the sentence below the line.

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, WidgetType, gutter } from "@codemirror/view";

const setMarks = StateEffect.define();

class Sentence extends WidgetType {
  constructor(text) {
    super();
    this.text = text;
  }

  eq(other) {
    return this.text === other.text;
  }

  toDOM() {
    const place = document.createElement("div");
    place.className = "cm-mark-sentence";
    place.textContent = this.text;
    return place;
  }

  ignoreEvent() {
    return true;
  }
}

class Sign extends GutterMarker {
  toDOM() {
    const sign = document.createElement("span");
    sign.textContent = "▶";
    return sign;
  }
}

const sign = new Sign();
const markedLine = Decoration.line({ class: "cm-mark-line" });

function decorations(state, marks) {
  const ranges = marks.flatMap(({ line, text }) => {
    if (line < 1 || line > state.doc.lines) return [];
    const { from, to } = state.doc.line(line);
    const sentence = Decoration.widget({ widget: new Sentence(text), block: true, side: 1 });
    return [markedLine.range(from), sentence.range(to)];
  });
  return Decoration.set(ranges, true);
}

const marked = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) return decorations(transaction.state, effect.value);
    }
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function signs(view) {
  const places = [];
  view.state.field(marked).between(0, view.state.doc.length, (from, to, { spec }) => {
    if (spec.class) places.push(sign.range(from));
  });
  return RangeSet.of(places, true);
}

const signGutter = gutter({
  class: "cm-mark-gutter",
  markers: signs,
  initialSpacer: () => sign,
});

const look = EditorView.theme({
  ".cm-line.cm-mark-line": { backgroundColor: "var(--bad-soft)" },
  ".cm-mark-sentence": {
    padding: "var(--s1) var(--s3)",
    borderLeft: "3px solid var(--bad)",
    backgroundColor: "var(--bad-soft)",
    color: "var(--bad)",
    fontFamily: "var(--sans)",
    whiteSpace: "pre-wrap",
  },
  ".cm-mark-gutter": { width: "1.2em" },
  ".cm-mark-gutter .cm-gutterElement": { color: "var(--bad)", textAlign: "center" },
});

export const marks = [marked, signGutter, look];

/** Marks these lines, `[{line, text}]`, and no others; shows the first. Edits move them along. */
export function markLines(view, lines) {
  const effects = [setMarks.of(lines)];
  const [first] = lines.filter(({ line }) => line >= 1 && line <= view.state.doc.lines);
  if (first) {
    const { from } = view.state.doc.line(first.line);
    effects.push(EditorView.scrollIntoView(from, { y: "center" }));
  }
  view.dispatch({ effects });
}

/** Puts the cursor into a line, in the middle of what is in view. */
export function showLine(view, line) {
  if (line < 1 || line > view.state.doc.lines) return;
  const { from } = view.state.doc.line(line);
  view.dispatch({
    selection: { anchor: from },
    effects: EditorView.scrollIntoView(from, { y: "center" }),
  });
}
