// Puts the keyboard where the answer goes. Without this, Tab leads there as well.

const form = document.querySelector("#review_form");
const field = form?.querySelector(
  ".question :is(input:not([type=hidden]), select, textarea):not(:disabled)",
);
field?.focus({ preventScroll: true });

// Ctrl+Enter (or Cmd+Enter) sends from within a text of several lines, where Enter is a new line.
form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
