// Sentences above the editor.

/** Shows a sentence with a button that does something about it. Errors and warnings stay. */
export function offer(place, sentence, label, action) {
  const notice = document.createElement("p");
  notice.className = "notice row row-apart";
  const text = document.createElement("span");
  text.textContent = sentence;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button-secondary button-small";
  button.textContent = label;
  button.addEventListener("click", () => {
    notice.remove();
    action();
  });
  notice.append(text, button);
  place.replaceChildren(...place.querySelectorAll(".notice-warning, .notice-error"), notice);
}
