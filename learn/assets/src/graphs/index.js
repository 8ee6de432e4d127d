// Graphs as SVG, laid out by dagre: boxes with a name, arrows with a label.

import { place } from "./place.js";
import { svg } from "./svg.js";

// Pixels from which arrows may run from left to right.
const WIDE = 640;

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
  canvas.hidden = false;
  const fromLeft = graph.is_wide && canvas.clientWidth >= WIDE;
  const placed = place(graph, { fromLeft });
  canvas.replaceChildren(svg(placed, scaleOf(placed.width, canvas.clientWidth)));
  if (!fromLeft) canvas.scrollLeft = (canvas.scrollWidth - canvas.clientWidth) / 2;
}
