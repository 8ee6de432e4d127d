// The lab's files. Their textareas are what the form sends; an editor, where there is one, writes
// each change into its textarea at once.

import { nextSize, preferences } from "./preferences.js";
import { tabs } from "./tabs.js";

class File {
  constructor(place) {
    this.place = place;
    this.textarea = place.querySelector("textarea[data-file]");
    this.name = this.textarea.dataset.file;
    this.label = place.querySelector("label");
    this.label.addEventListener("click", () => this.editor?.focus());
    this.editor = null;
    this.marks = [];
  }

  get text() {
    return this.textarea.value;
  }

  set text(text) {
    this.textarea.value = text;
    this.editor?.setText(text);
  }

  /** Puts an editor in the textarea's place, with its cursor. */
  open(createEditor, { words, description, boto3Url, onChange }) {
    const { selectionStart, selectionEnd } = this.textarea;
    const hadFocus = document.activeElement === this.textarea;
    const parent = document.createElement("div");
    parent.className = "editor-host";
    this.textarea.before(parent);
    this.editor = createEditor({
      parent,
      fileName: this.name,
      text: this.text,
      label: this.name,
      description,
      words,
      boto3Url,
      onChange: (text) => {
        this.textarea.value = text;
        onChange();
      },
    });
    this.textarea.hidden = true;
    // The label is the editor's now: it focuses what is shown, not what is hidden.
    this.label.htmlFor = "";
    this.editor.mark(this.marks);
    this.editor.select(selectionStart, selectionEnd);
    if (hadFocus) this.editor.focus();
  }

  close() {
    this.editor?.destroy();
    this.editor = null;
    this.place.querySelector(".editor-host")?.remove();
    this.textarea.hidden = false;
    this.label.htmlFor = this.textarea.id;
  }

  mark(marks) {
    this.marks = marks;
    this.editor?.mark(marks);
  }

  goTo(line) {
    if (this.editor) {
      this.editor.showLine(line);
      this.editor.focus();
      return;
    }
    const start = this.text.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.textarea.focus();
    this.textarea.setSelectionRange(start, start);
  }
}

/** `onChange` is called after each change by the user, and by nothing else. */
export function openFiles(form, words, onChange) {
  const files = [...form.querySelectorAll(".editor-file")].map((place) => new File(place));
  const byName = Object.fromEntries(files.map((file) => [file.name, file]));
  const shown = tabs(form.querySelector("[data-tabs]"), files);
  let createEditor = null;

  async function load() {
    if (preferences.isPlain) return;
    try {
      ({ createEditor } = await import(form.dataset.editor));
    } catch {
      return; // The textareas are enough.
    }
    if (!preferences.isPlain) openEditors();
  }

  function openEditors() {
    for (const file of files) {
      if (file.editor) continue;
      file.open(createEditor, {
        words: words.phrases,
        description: words.leave,
        boto3Url: form.dataset.boto3,
        onChange,
      });
    }
    form.classList.add("has-editor");
  }

  function closeEditors() {
    for (const file of files) file.close();
    form.classList.remove("has-editor");
  }

  function setSize(size) {
    form.style.setProperty("--editor-size", `${size}rem`);
  }

  for (const { textarea } of files) textarea.addEventListener("input", onChange);
  setSize(preferences.size);

  /** The editor is large: a phone gets it when its reader has come down to the code. */
  function loadInView() {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        (window.requestIdleCallback ?? setTimeout)(load);
      },
      { rootMargin: "200px" },
    );
    observer.observe(files[0].place);
  }

  return {
    load: loadInView,
    texts: () => Object.fromEntries(files.map((file) => [file.name, file.text])),
    same: (one, other) => files.every(({ name }) => one[name] === other[name]),
    show(texts) {
      for (const file of files) if (file.name in texts) file.text = texts[file.name];
    },
    focus() {
      const { editor, textarea } = shown();
      (editor ?? textarea).focus();
    },
    find: () => shown().editor?.find(),
    /** `[{file, line, text}]`, from a report. */
    mark(marks) {
      for (const file of files) file.mark(marks.filter((mark) => mark.file === file.name));
    },
    goTo(name, line) {
      if (!byName[name]) return;
      shown(byName[name]);
      byName[name].goTo(line);
    },
    async setPlain(plain) {
      preferences.set({ plain });
      if (plain) closeEditors();
      else if (createEditor) openEditors();
      else await load();
    },
    resize(step) {
      const size = nextSize(preferences.size, step);
      preferences.set({ size });
      setSize(size);
    },
  };
}
