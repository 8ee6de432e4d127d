// Where each box and each arrow stands.

import { Graph, layout } from "@dagrejs/dagre";

const FONT = "600 14px system-ui, sans-serif";
const SMALL = "12px system-ui, sans-serif";
const PADDING = 14;
const HEIGHTS = { title: 20, small: 16 };

const pen = document.createElement("canvas").getContext("2d");

function widthOf(text, font) {
  pen.font = font;
  return Math.ceil(pen.measureText(text).width * 1.06);
}

function sizeOf(node) {
  const isPoint = node.shape === "point";
  const lines = [node.caption, node.note].filter(Boolean);
  const widths = lines.map((line) => widthOf(line, SMALL));
  const width = Math.max(widthOf(node.short, isPoint ? SMALL : FONT), ...widths) + 2 * PADDING;
  if (isPoint) return { width, height: 26 };
  return { width: Math.max(width, 72), height: HEIGHTS.title + lines.length * HEIGHTS.small + 14 };
}

/** `{nodes, edges, width, height}`: nodes have x, y (their middle), width and height, edges points. */
export function place({ nodes, edges }, { fromLeft }) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: fromLeft ? "LR" : "TB",
    nodesep: fromLeft ? 26 : 34,
    ranksep: fromLeft ? 46 : 40,
    edgesep: 14,
    marginx: 12,
    marginy: 12,
  });
  nodes.forEach((node) => graph.setNode(node.id, { ...node, ...sizeOf(node) }));
  edges.forEach((edge, number) => {
    const width = edge.label ? widthOf(edge.label, SMALL) + 8 : 0;
    const size = { width, height: edge.label ? 18 : 0, labelpos: "c" };
    graph.setEdge(edge.source, edge.target, { ...edge, ...size }, String(number));
  });
  layout(graph);
  const { width, height } = graph.graph();
  return {
    nodes: graph.nodes().map((id) => graph.node(id)),
    edges: graph.edges().map((id) => graph.edge(id)),
    width: Math.ceil(width),
    height: Math.ceil(height),
  };
}
