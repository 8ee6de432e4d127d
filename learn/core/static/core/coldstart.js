// What every page does in the browser. No page needs it: forms and links work without.

/** Closes open menus that the event did not happen in. */
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

function closeMenuOnEscape(event) {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

/** A button with data-copy="text" copies the text and says so for a moment. */
async function copy(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select it and copy";
  }
  setTimeout(() => (button.textContent = label), 2000);
}

/** Shows one sentence above the page's content, and reads it out. */
export function notify(text, level = "error") {
  const notices = document.querySelector("#notices");
  const notice = document.createElement("p");
  notice.className = `notice notice-${level}`;
  notice.textContent = text;
  notices.replaceChildren(notice);
  notices.scrollIntoView({ block: "nearest" });
}

const SENTENCES = {
  403: "This page has become stale. Reload it and try again.",
  404: "That is no longer there, or you are no longer logged in. Reload the page.",
  413: "That is too large to send.",
  429: "That was too often. Wait a minute, then try again.",
};

function onResponseError(event) {
  const { status } = event.detail.xhr;
  notify(SENTENCES[status] ?? "Something went wrong on our side. Try again in a moment.");
}

function onSendError() {
  notify("The site cannot be reached. Check your connection, then try again.");
}

/** "/" leads to the search, from wherever nobody is typing. */
function searchOnSlash(event) {
  if (document.documentElement.dataset.keys === "off") return;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  // Not event.target: the editor is in a shadow root, and its host is no text field.
  const [target] = event.composedPath();
  if (event.defaultPrevented || target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  const field = document.querySelector("#search_words");
  if (field) field.focus();
  else document.querySelector("[data-search]").click();
}

/** The server shows times in this zone, unless the user's settings name another. */
function tellTimeZone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone) document.cookie = `time_zone=${timeZone}; path=/; max-age=31536000; samesite=lax`;
}

tellTimeZone();
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", searchOnSlash);
document.addEventListener("click", copy);
document.addEventListener("keydown", closeMenuOnEscape);
document.addEventListener("htmx:responseError", onResponseError);
document.addEventListener("htmx:sendError", onSendError);
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
