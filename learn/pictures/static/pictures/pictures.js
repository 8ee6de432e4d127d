// Draws the graphs of the service map and of state machines. What lays them out is loaded when the
// first one is opened. Without it, tables say the same.

/** Once it can be seen: what stands in a closed part is drawn when that is opened. */
function drawWhenOpen(figure) {
  const closed = figure.parentElement.closest("details:not([open])");
  if (closed) {
    closed.addEventListener("toggle", () => drawWhenOpen(figure), { once: true });
    return;
  }
  draw(figure);
}

async function draw(figure) {
  if (figure.dataset.graph) return;
  figure.dataset.graph = "drawn";
  const drawer = await import(figure.dataset.drawer);
  drawer.draw(figure);
}

function drawAll(root) {
  for (const figure of root.querySelectorAll("[data-graph]")) drawWhenOpen(figure);
}

document.addEventListener("htmx:afterSwap", () => drawAll(document));
drawAll(document);
