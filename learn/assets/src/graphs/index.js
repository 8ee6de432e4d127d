// Graphs as SVG, laid out by dagre: boxes with a name, arrows with a label.

import { place } from "./place.js";
import { svg } from "./svg.js";

const WIDE = "(min-width: 48rem)";

// Below this, letters are too small; the canvas scrolls then.
const SMALLEST = 0.75;

function scaleOf(width, room) {
  return Math.min(1, Math.max(SMALLEST, room / width));
}

/** Draws the graph of a figure, whose JSON learn/pictures/graphs.py writes. */
export function draw(figure) {
  const graph = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const canvas = figure.querySelector(".graph-canvas");
  if (!graph.nodes.length) return;
  const fromLeft = graph.is_wide && matchMedia(WIDE).matches;
  const placed = place(graph, { fromLeft });
  canvas.hidden = false;
  canvas.replaceChildren(svg(placed, scaleOf(placed.width, canvas.clientWidth)));
  if (!fromLeft) canvas.scrollLeft = (canvas.scrollWidth - canvas.clientWidth) / 2;
}
