// Questions about an order: without this module, each item has a list of places. With it, items
// move up and down by buttons or by dragging, and the hidden lists follow.

const ARROWS = { up: "M10 16V4M5 9l5-5 5 5", down: "M10 4v12M5 11l5 5 5-5" };

class Order {
  constructor(list) {
    this.list = list;
    this.items = [...list.children];
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    list.after(this.status);
    list.classList.add("order-moves");
    this.restore();
    for (const item of this.items) this.equip(item);
    this.showEnds();
    list.addEventListener("dragover", (event) => this.dragOver(event));
  }

  /** The places that a page comes with are the order that was given before. */
  restore() {
    const places = this.items.map((item) => Number(selectOf(item).value));
    const isWhole = new Set(places).size === places.length && !places.includes(0);
    if (isWhole) {
      this.items.sort((a, b) => selectOf(a).value - selectOf(b).value);
      this.list.append(...this.items);
    }
    this.list.classList.toggle("order-given", isWhole);
  }

  equip(item) {
    const select = selectOf(item);
    select.hidden = true;
    const buttons = document.createElement("div");
    buttons.className = "order-buttons";
    buttons.append(this.button(item, "up", -1), this.button(item, "down", 1));
    item.append(buttons);
    // A label of a hidden list would catch clicks for nothing.
    const text = document.createElement("span");
    text.className = "order-text";
    text.append(...item.querySelector("label").childNodes);
    item.querySelector("label").replaceWith(text);
    item.draggable = true;
    item.addEventListener("dragstart", (event) => this.dragStart(event, item));
    item.addEventListener("dragend", () => this.drop());
  }

  button(item, direction, step) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Move ${direction}: ${nameOf(item)}`);
    button.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${ARROWS[direction]}"/></svg>`;
    button.addEventListener("click", () => this.move(item, step, button));
    return button;
  }

  move(item, step, button) {
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) {
      this.say(`${nameOf(item)} is already ${step < 0 ? "first" : "last"}.`);
      return;
    }
    if (step < 0) other.before(item);
    else other.after(item);
    // What moves in the document loses its focus.
    button.focus();
    this.give(item);
  }

  dragStart(event, item) {
    this.dragged = item;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    item.classList.add("order-dragged");
  }

  dragOver(event) {
    const over = event.target.closest(".order-item");
    if (!this.dragged || !over) return;
    event.preventDefault();
    if (over === this.dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(this.dragged);
    else over.after(this.dragged);
  }

  drop() {
    const item = this.dragged;
    this.dragged = null;
    item.classList.remove("order-dragged");
    this.give(item);
  }

  /** Writes the order into the lists, and tells whoever saves answers. */
  give(item) {
    const items = [...this.list.children];
    items.forEach((each, index) => (selectOf(each).value = String(index + 1)));
    this.list.classList.add("order-given");
    this.showEnds();
    this.say(`${nameOf(item)} is now at place ${items.indexOf(item) + 1} of ${items.length}.`);
    for (const type of ["input", "change"]) {
      selectOf(item).dispatchEvent(new Event(type, { bubbles: true }));
    }
  }

  showEnds() {
    for (const item of this.list.children) {
      const [up, down] = item.querySelectorAll("button");
      up.setAttribute("aria-disabled", String(!item.previousElementSibling));
      down.setAttribute("aria-disabled", String(!item.nextElementSibling));
    }
  }

  say(text) {
    this.status.textContent = text;
  }
}

function selectOf(item) {
  return item.querySelector("select");
}

function nameOf(item) {
  return item.querySelector("label, .order-text").textContent.trim();
}

function equipAll(root) {
  for (const list of root.querySelectorAll(".order:not(.order-moves)")) {
    if (!list.closest("fieldset:disabled")) new Order(list);
  }
}

equipAll(document);
// Parts of a page that htmx brings later.
document.addEventListener("htmx:load", (event) => equipAll(event.target));
