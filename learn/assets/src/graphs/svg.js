// The SVG of a graph. Its colours are classes, which pictures.css fills for both schemes.

const NAMESPACE = "http://www.w3.org/2000/svg";

function element(name, attributes, ...children) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const text = (x, y, name, content) => element("text", { x, y, class: name }, content);

function box(node) {
  const { x, y, width, height, shape, tone } = node;
  const left = x - width / 2;
  const top = y - height / 2;
  const group = element("g", { class: `graph-node graph-${shape} graph-node-${tone || "plain"}` });
  group.append(element("title", {}, [node.caption, node.title, node.note].filter(Boolean).join(" · ")));
  const radius = shape === "point" ? height / 2 : 7;
  group.append(element("rect", { x: left, y: top, width, height, rx: radius }));
  if (shape === "point") {
    group.append(text(x, y + 4, "graph-small", node.short));
    return group;
  }
  let line = top + 7;
  if (node.caption) group.append(text(x, (line += 14), "graph-small", node.caption));
  group.append(text(x, (line += 18), "graph-title", node.short));
  if (node.note) group.append(text(x, (line += 16), "graph-note", node.note));
  return group;
}

/** A line through the points with round corners. */
function path(points) {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  let drawn = `M${first.x},${first.y}`;
  rest.slice(0, -1).forEach((point, at) => {
    const next = rest[at + 1];
    const isLast = at === rest.length - 2;
    const x = isLast ? next.x : (point.x + next.x) / 2;
    const y = isLast ? next.y : (point.y + next.y) / 2;
    drawn += ` Q${point.x},${point.y} ${x},${y}`;
  });
  return rest.length === 1 ? `${drawn} L${last.x},${last.y}` : drawn;
}

function head(points) {
  const [before, { x, y }] = points.slice(-2);
  const angle = (Math.atan2(y - before.y, x - before.x) * 180) / Math.PI;
  const place = `translate(${x} ${y}) rotate(${angle})`;
  return element("path", { d: "M0,0 L-9,-4.5 L-9,4.5 Z", transform: place, class: "graph-head" });
}

function arrow(edge) {
  const classes = `graph-edge graph-edge-${edge.tone || "plain"}${edge.is_dashed ? " graph-edge-dashed" : ""}`;
  return element(
    "g",
    { class: classes },
    element("path", { d: path(edge.points), class: "graph-line" }),
    head(edge.points),
  );
}

function label(edge) {
  const { x, y, width, height } = edge;
  return element(
    "g",
    { class: `graph-label graph-label-${edge.tone || "plain"}` },
    element("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 3 }),
    text(x, y + 4, "graph-small", edge.label),
  );
}

export function svg({ nodes, edges, width, height }, scale) {
  const size = {
    width: Math.floor(width * scale),
    height: Math.floor(height * scale),
    viewBox: `0 0 ${width} ${height}`,
    "aria-hidden": "true",
  };
  return element(
    "svg",
    size,
    ...edges.map(arrow),
    ...nodes.map(box),
    ...edges.filter((edge) => edge.label).map(label),
  );
}
