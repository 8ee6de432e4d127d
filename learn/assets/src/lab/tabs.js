// Several files as tabs. One file keeps its name above it, and so does each without this module.

/**
 * Returns a function: called with a file it shows that one, and it returns the one that is shown.
 * Keys are those of the tabs pattern of the ARIA Authoring Practices.
 */
export function tabs(list, files) {
  let current = files[0];
  if (files.length < 2) return () => current;
  const buttons = new Map(files.map((file) => [file, button(file)]));

  function show(file = current) {
    current = file;
    for (const [other, tab] of buttons) {
      const isShown = other === file;
      tab.setAttribute("aria-selected", isShown);
      tab.tabIndex = isShown ? 0 : -1;
      other.place.hidden = !isShown;
    }
    return current;
  }

  function onKey(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const place = files.indexOf(current) + steps[event.key];
    show(files[Math.min(Math.max(place, 0), files.length - 1)]);
    buttons.get(current).focus();
  }

  list.setAttribute("role", "tablist");
  list.addEventListener("keydown", onKey);
  for (const [file, tab] of buttons) {
    tab.addEventListener("click", () => show(file));
    list.append(tab);
  }
  list.hidden = false;
  show();
  return show;
}

function button(file) {
  const tab = document.createElement("button");
  tab.type = "button";
  tab.className = "editor-tab";
  tab.id = `${file.textarea.id}_tab`;
  tab.textContent = file.name;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", file.place.id);
  file.place.setAttribute("role", "tabpanel");
  file.place.setAttribute("aria-labelledby", tab.id);
  file.place.querySelector(".editor-name").classList.add("visually-hidden");
  return tab;
}
