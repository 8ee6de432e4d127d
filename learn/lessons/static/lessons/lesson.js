// A lesson in the browser: where one is in the table of contents, and buttons that copy code.

/** The section whose heading was passed last is the current one. */
function followContents() {
  const links = new Map();
  for (const link of document.querySelectorAll(".contents a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  if (!links.size) return;
  const passed = new Set();
  const show = (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) passed.add(target);
      else passed.delete(target);
    }
    const current = links.get([...links.keys()].findLast((heading) => passed.has(heading)));
    for (const link of links.values()) {
      if (link === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  // All that is above the upper quarter of the window, however far: a jump skips no heading.
  const observer = new IntersectionObserver(show, { rootMargin: "1000000px 0px -75% 0px" });
  for (const heading of links.keys()) observer.observe(heading);
}

/** coldstart.js copies what a button with data-copy has. */
function addCopyButtons() {
  const { copyCode, copyLabel } = document.querySelector("[data-lesson]").dataset;
  for (const block of document.querySelectorAll(".prose .codehilite")) {
    const code = block.querySelector("pre");
    if (!code || code.querySelector(".go")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-code not-printed";
    button.textContent = copyCode;
    button.setAttribute("aria-label", copyLabel);
    button.dataset.copy = code.textContent;
    block.append(button);
  }
}

followContents();
addCopyButtons();
