// Keys for a review: the question's first field has the focus, Ctrl+Enter sends from anywhere in
// it, and Enter goes on from the result. Without this, Tab leads to the same places.

const FIELDS = ":is(input, select, textarea, button):not([type=hidden], [hidden], :disabled)";
const question = document.querySelector("#review_form");
const result = document.querySelector("#review_result");

// Not scrolled to: what is above is to be read first.
question?.querySelector(`.question ${FIELDS}`)?.focus({ preventScroll: true });
result?.focus({ preventScroll: true });

question?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault(); // In a field of one line, Enter sends by itself.
  question.requestSubmit();
});

// On the result and not on the button, where the space bar would go on instead of scrolling.
result?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.repeat || event.target !== result) return;
  document.querySelector("#review_next").requestSubmit();
});
