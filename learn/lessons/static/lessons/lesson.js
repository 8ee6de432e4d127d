// A lesson in the browser: where one is in the table of contents, and buttons that copy code.

/** The section whose heading was passed last is the current one. */
function followContents() {
  const links = new Map();
  for (const link of document.querySelectorAll(".contents a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  if (!links.size) return;
  const show = () => {
    const passed = [...links.keys()].filter((heading) => heading.getBoundingClientRect().top < 140);
    const current = links.get(passed.at(-1));
    for (const link of links.values()) {
      if (link === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  // Whenever a heading enters or leaves the part of the window above which a section is "read".
  const observer = new IntersectionObserver(show, { rootMargin: "-130px 0px 0px 0px" });
  for (const heading of links.keys()) observer.observe(heading);
  show();
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
