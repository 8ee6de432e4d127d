// The lab page as a place to work: editor, autosave, history, Run and Submit. Without this module
// the form still submits, and the history is a page.

import { Autosave } from "./autosave.js";
import { kept } from "./browser_drafts.js";
import { openFiles } from "./files.js";
import { offer } from "./notices.js";
import { preferences } from "./preferences.js";
import { currentReport, pressed, refused } from "./report.js";

const form = document.querySelector("#lab_editor");
const words = JSON.parse(document.querySelector("#lab_words").textContent);
const message = document.querySelector("#lab_message");
const status = document.querySelector("#lab_status");
const saved = document.querySelector("#lab_saved");
const historyPanel = document.querySelector("#lab_history");

// What Run or Submit sent last.
let sent = {};

const files = openFiles(form, words, () => autosave.changed());
const autosave = new Autosave(form, files, { onState: showState });

function showState(state) {
  const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  saved.textContent = words.states[state].replace("%(time)s", time);
}

/** Shows other texts. What was there becomes a version of its own, and a button brings it back. */
async function replaceTexts(texts, sentence, label = words.undo) {
  const before = files.texts();
  if (files.same(before, { ...before, ...texts })) return;
  await autosave.save();
  files.show(texts);
  autosave.changed({ isNew: true });
  offer(message, sentence, label, () => {
    files.show(before);
    autosave.changed({ isNew: true });
    files.focus();
  });
}

function starter() {
  const templates = [...form.querySelectorAll("template[data-starter]")];
  return Object.fromEntries(templates.map((t) => [t.dataset.starter, t.content.textContent]));
}

function offerOther(draft, sentence) {
  offer(message, sentence, words.bringBack, () => {
    files.show(draft.files);
    autosave.changed();
    files.focus();
  });
}

/** After a crash, or without a connection, this browser may know more than the site. */
async function restoreDraft() {
  const served = files.texts();
  const draft = await kept(autosave.key);
  if (draft && !files.same(draft.files, served)) {
    const bases = draft.bases ?? [draft.base];
    const isAhead = bases.includes(form.dataset.base) && files.same(files.texts(), served);
    if (!isAhead) return offerOther(draft, words.otherCode);
    autosave.goOn(...bases);
    files.show(draft.files);
    autosave.changed();
    return offer(message, words.back, words.drop, () => {
      files.show(served);
      autosave.changed();
      files.focus();
    });
  }
  if (!draft && form.dataset.guestDraft) {
    const guests = await kept(form.dataset.guestDraft);
    if (guests && !files.same(guests.files, served)) offerOther(guests, words.guestCode);
  }
}

function markReport() {
  const report = currentReport();
  files.mark(report && form.dataset.base === report.submission ? report.marks : []);
  for (const button of document.querySelectorAll("#lab_results [data-go]")) button.hidden = false;
}

function onReport({ detail }) {
  if (detail.target === historyPanel) return showHistory();
  const report = currentReport();
  if (!report) return;
  if (form.dataset.base !== report.submission) {
    const isAll = files.same(files.texts(), sent);
    autosave.stored(report.submission, { isAll });
    message.replaceChildren();
    if (isAll) showState("submitted");
  }
  if (report.announcement && status.textContent !== report.announcement) {
    status.textContent = report.announcement;
  }
  if (report.isGraded) files.mark(report.marks);
  for (const button of report.element.querySelectorAll("[data-go]")) button.hidden = false;
  report.measure();
}

function onSubmit({ submitter }) {
  pressed();
  sent = files.texts();
  files.mark([]);
  status.textContent = submitter?.value === "run" ? words.running : words.submitted;
  autosave.keepHere();
}

/** The sentence that says why stands above the editor. */
function onAnswer({ detail }) {
  if (detail.elt !== form || detail.successful) return;
  refused();
  status.textContent = words.notSubmitted;
}

function showHistory() {
  historyPanel.hidden = false;
  historyPanel.querySelector("[data-tool]").hidden = false;
  historyPanel.querySelector("h2, h3")?.focus();
}

async function onRestore(event) {
  const restore = event.target.closest("[data-restore]");
  if (!restore) return;
  event.preventDefault();
  const answer = await fetch(restore.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    status.textContent = words.notRestored;
    return;
  }
  const { files: texts } = await answer.json();
  historyPanel.hidden = true;
  await replaceTexts(texts, words.restored.replace("%(when)s", restore.dataset.restore));
  files.focus();
}

/** Ctrl+Enter runs, with Shift it submits. */
function onKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.stopPropagation();
  // A click, because htmx sends the button that was clicked.
  form.querySelector(event.shiftKey ? "[value=submission]" : "[value=run]").click();
}

function onGo(event) {
  const button = event.target.closest("[data-go]");
  if (button) files.goTo(button.dataset.go, Number(button.dataset.line));
}

const tools = {
  smaller: () => files.resize(-1),
  larger: () => files.resize(1),
  find: () => files.find(),
  async plain(button) {
    const isPlain = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", isPlain);
    await files.setPlain(isPlain);
  },
  async reset() {
    await replaceTexts(starter(), words.reset);
    files.focus();
  },
  closeHistory() {
    historyPanel.hidden = true;
    form.querySelector("[data-history]").focus();
  },
};

function onTool(event) {
  const button = event.target.closest("[data-tool]");
  if (button) tools[button.dataset.tool](button);
}

/** Whether the brief is open is remembered, as the whole page changes with it. */
function rememberBrief() {
  const brief = document.querySelector("#lab_brief");
  const key = "coldstart:brief";
  try {
    if (localStorage.getItem(key) === "closed" && matchMedia("(min-width: 56.25rem)").matches) {
      brief.open = false;
    }
    brief.addEventListener("toggle", () =>
      localStorage.setItem(key, brief.open ? "open" : "closed"),
    );
  } catch {
    // Without storage it is open.
  }
}

for (const button of document.querySelectorAll("[data-tool]")) button.hidden = false;
form
  .querySelector("[data-tool=plain]")
  .setAttribute("aria-pressed", preferences.isPlain);
form.addEventListener("submit", onSubmit, { capture: true });
form.addEventListener("htmx:afterRequest", onAnswer);
form.addEventListener("keydown", onKey, { capture: true });
document.addEventListener("click", onTool);
document.addEventListener("click", onGo);
document.addEventListener("submit", onRestore);
document.addEventListener("htmx:afterSwap", onReport);
rememberBrief();
files.load();
restoreDraft();
markReport();
