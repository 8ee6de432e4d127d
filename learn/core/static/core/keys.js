// The switch of the colours, and keys for what is otherwise a click: "?" tells which.

const root = document.documentElement;
const stored = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const store = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It holds for this page.
  }
};

function showTheme() {
  const theme = root.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

function chooseTheme(event) {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  root.dataset.theme = button.dataset.themeChoice;
  keepTheme(button.parentElement.dataset.themeUrl);
  showTheme();
}

/** In the account of who is logged in, for all browsers; a guest's in this browser. */
function keepTheme(url) {
  store("coldstart:theme", root.dataset.theme);
  if (!url) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({ theme: root.dataset.theme });
  fetch(url, { method: "POST", headers: { "X-CSRFToken": token }, body, keepalive: true })
    .then((response) => response.ok && localStorage.removeItem("coldstart:theme"))
    .catch(() => {}); // Then it holds in this browser alone.
}

const dialog = document.querySelector("#keys");
const ACTIONS = {
  n: () => document.querySelector("a[rel=next]")?.click(),
  p: () => document.querySelector("a[rel=prev]")?.click(),
  h: () => document.querySelector(".brand").click(),
  "?": () => dialog?.showModal(),
};

/** Letters do something only where nobody types, and only if nobody has switched them off. */
function onKey(event) {
  const action = ACTIONS[event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  // Not event.target: an editor may be in a shadow root, and its host is no text field.
  const [target] = event.composedPath();
  if (target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
  if (root.dataset.keys === "off" && event.key !== "?") return;
  event.preventDefault();
  action();
}

root.dataset.keys = stored("coldstart:keys") ?? "on";
document.addEventListener("click", chooseTheme);
document.addEventListener("keydown", onKey);
for (const part of document.querySelectorAll("[data-with-scripts]")) part.hidden = false;
for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = root.dataset.keys === "on";
  box.addEventListener("change", () => {
    root.dataset.keys = box.checked ? "on" : "off";
    store("coldstart:keys", root.dataset.keys);
  });
}
for (const button of document.querySelectorAll("[data-keys-help]")) {
  button.addEventListener("click", () => dialog.showModal());
}
showTheme();
