// How this browser's user likes the editor: {plain, size}. What is not set here follows
// data-editor-plain and data-editor-size of the page's root, which the user's settings may fill.

const KEY = "coldstart:editor";
const SIZES = [0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.75];
const DEFAULT_SIZE = 0.9;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export const preferences = {
  get isPlain() {
    return read().plain ?? document.documentElement.dataset.editorPlain === "true";
  },
  /** In rem. */
  get size() {
    const size = Number(read().size ?? document.documentElement.dataset.editorSize);
    return SIZES.includes(size) ? size : DEFAULT_SIZE;
  },
  /** The browser may refuse storage: then the choice holds for this page alone. */
  set(changes) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...read(), ...changes }));
    } catch {
      // Nothing depends on it.
    }
  },
};

/** The next size up (1) or down (-1), as far as there is one. */
export function nextSize(size, step) {
  const place = SIZES.indexOf(size) + step;
  return SIZES[Math.min(Math.max(place, 0), SIZES.length - 1)];
}
