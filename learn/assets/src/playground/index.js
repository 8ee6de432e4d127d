// The playground: the lab page's editor, Ctrl+Enter, and text that this browser keeps. Without this
// module the form still runs and saves.

import { keep, kept } from "../lab/browser_drafts.js";
import { openFiles } from "../lab/files.js";
import { offer } from "../lab/notices.js";
import { preferences } from "../lab/preferences.js";

const form = document.querySelector("#playground");
const words = JSON.parse(document.querySelector("#playground_words").textContent);
const message = document.querySelector("#playground_message");
const status = document.querySelector("#playground_status");
const results = document.querySelector("#playground_results");

const files = openFiles(form, words, keepDraft);
const served = files.texts();

function keepDraft() {
  keep(form.dataset.draft, { files: files.texts() });
}

/** Text that was neither run nor saved when the page was left comes back. */
async function restoreDraft() {
  const draft = await kept(form.dataset.draft);
  if (!draft || !(draft.at > Number(form.dataset.since)) || files.same(draft.files, served)) return;
  files.show(draft.files);
  offer(message, words.back, words.drop, () => replaceTexts(served));
}

function replaceTexts(texts) {
  files.show(texts);
  keepDraft();
  files.focus();
}

function onSubmit({ submitter }) {
  if (submitter?.hasAttribute("formaction")) return;
  files.mark([]);
  status.textContent = words.running;
}

function onAnswer({ detail }) {
  if (detail.elt === form && !detail.successful) status.textContent = words.notRun;
}

/** The result came, or the sentence that says why there is none. */
function onSwap({ detail }) {
  if (detail.target.id === "pictures") return;
  const announcement = results.querySelector("[data-announcement]")?.dataset.announcement;
  if (!announcement || status.textContent === announcement) return;
  status.textContent = announcement;
  const { top } = results.getBoundingClientRect();
  if (top > innerHeight * 0.6) results.scrollIntoView({ block: "start" });
}

function onKey(event) {
  if (event.key !== "Enter") return;
  const isInName = event.target.name === "name";
  if (!isInName && !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.stopPropagation();
  if (isInName) return form.querySelector(".play-save button").click();
  // A click, because htmx sends to where the button that was clicked says.
  form.querySelector("[data-run]").click();
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
  reset() {
    const before = files.texts();
    if (files.same(before, served)) return;
    replaceTexts(served);
    offer(message, words.reset, words.undo, () => replaceTexts(before));
  },
};

for (const button of form.querySelectorAll("[data-tool]")) {
  button.hidden = false;
  button.addEventListener("click", () => tools[button.dataset.tool](button));
}
form.querySelector("[data-tool=plain]").setAttribute("aria-pressed", preferences.isPlain);
form.addEventListener("submit", onSubmit, { capture: true });
form.addEventListener("htmx:afterRequest", onAnswer);
form.addEventListener("keydown", onKey, { capture: true });
document.addEventListener("htmx:afterSwap", onSwap);
files.load();
restoreDraft();
