// The lab page: keeps the editor's text against loss, resets it, and measures how long a verdict
// takes. Without this module the form still submits.

const form = document.querySelector("#lab_editor");
const message = document.querySelector("#lab_message");
const status = document.querySelector("#lab_status");
const key = `coldstart:draft:${form.dataset.draft}`;
const editors = [...form.querySelectorAll("textarea[data-file]")];

// When Submit was pressed, until the verdict is measured.
let pressedAt = null;

function texts() {
  return Object.fromEntries(editors.map((editor) => [editor.dataset.file, editor.value]));
}

function show(files) {
  for (const editor of editors) {
    if (editor.dataset.file in files) editor.value = files[editor.dataset.file];
  }
}

function starter() {
  const templates = [...form.querySelectorAll("template[data-starter]")];
  return Object.fromEntries(templates.map((t) => [t.dataset.starter, t.content.textContent]));
}

function same(one, other) {
  return editors.every(({ dataset: { file } }) => one[file] === other[file]);
}

/** The browser may refuse storage (private window, full disk): then there is no draft. */
function store(draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Submitting works all the same.
  }
}

function stored() {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return typeof draft?.files === "object" ? draft : null;
  } catch {
    return null;
  }
}

/** `base` names the text that the page came with, so that an old draft never hides newer code. */
function saveDraft() {
  store({ base: form.dataset.base, files: texts() });
}

/** Shows a sentence above the editor, with a button that does something about it. */
function offer(sentence, label, action) {
  const notice = document.createElement("p");
  notice.className = "notice row row-apart";
  const text = document.createElement("span");
  text.textContent = sentence;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button-secondary button-small";
  button.textContent = label;
  button.addEventListener("click", () => {
    action();
    saveDraft();
    notice.remove();
    editors[0].focus();
  });
  notice.append(text, button);
  message.replaceChildren(...message.querySelectorAll(".notice-warning, .notice-error"), notice);
}

function restoreDraft() {
  const draft = stored();
  const served = texts();
  if (!draft || same(draft.files, served)) return;
  if (draft.base === form.dataset.base) {
    show(draft.files);
    offer("Your unsubmitted changes are back.", "Drop them", () => show(served));
  } else {
    offer("This browser has other, unsubmitted code of yours.", "Bring it back", () =>
      show(draft.files),
    );
  }
}

function reset() {
  const before = texts();
  show(starter());
  saveDraft();
  offer("The editor is back at the starter.", "Undo", () => show(before));
}

/** The result stands below the editor: where it is out of sight, go there. */
function reveal(report) {
  const { top } = report.getBoundingClientRect();
  if (top < 0 || top > innerHeight * 0.6) {
    document.querySelector("#lab_results").scrollIntoView({ block: "start" });
  }
}

/** On the next frame the verdict is on the screen, not only in the document. */
function measure(report) {
  if (pressedAt === null || !report.dataset.verdict) return;
  const start = pressedAt;
  pressedAt = null;
  requestAnimationFrame(() => {
    const milliseconds = Math.round(performance.now() - start);
    const place = report.querySelector("[data-elapsed-ms]");
    place.dataset.elapsedMs = milliseconds;
    place.textContent = milliseconds;
    place.closest("[data-elapsed]").hidden = false;
  });
  reveal(report);
}

function onReport() {
  const report = document.querySelector("#lab_results [data-submission]");
  if (!report) return;
  if (form.dataset.base !== report.dataset.submission) {
    form.dataset.base = report.dataset.submission;
    saveDraft();
    message.replaceChildren();
  }
  if (report.dataset.announcement && status.textContent !== report.dataset.announcement) {
    status.textContent = report.dataset.announcement;
  }
  measure(report);
}

function onSubmit() {
  pressedAt = performance.now();
  status.textContent = "Submitted. Your code is being graded.";
  saveDraft();
}

/** The sentence that says why stands above the editor. */
function onAnswer({ detail }) {
  if (detail.elt !== form || detail.successful) return;
  pressedAt = null;
  status.textContent = "Not submitted.";
}

form.addEventListener("submit", onSubmit, { capture: true });
form.addEventListener("htmx:afterRequest", onAnswer);
form.addEventListener("input", saveDraft);
form.querySelector("[data-reset]").addEventListener("click", reset);
form.querySelector("[data-reset]").hidden = false;
document.addEventListener("htmx:afterSwap", onReport);
restoreDraft();
