// Keeps the text: in this browser at every change, on the site at every pause.

import { keep } from "./browser_drafts.js";

const PAUSE_MS = 1_000;
// Who types without a pause is saved as often as this.
const LONGEST_MS = 8_000;
// Without a connection.
const RETRY_MS = 15_000;

const TRAIL_LENGTH = 20;

/**
 * The saving of one form's files.
 *
 * A base names the text from which this one goes on: a draft or a submission that the site has, or
 * may have got. The browser's draft notes the trail of bases, so that after a crash it is clear
 * whether the browser is ahead of the site or the other way round.
 */
export class Autosave {
  constructor(form, files, { onState }) {
    this.form = form;
    this.files = files;
    this.onState = onState;
    this.base = form.dataset.base;
    this.trail = [this.base];
    this.isDirty = false;
    this.isNew = false;
    this.saving = null;
    this.timer = null;
    this.firstChange = 0;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save({ isLast: true });
    });
  }

  get key() {
    return this.form.dataset.draft;
  }

  /** The text has changed; with `isNew` it begins a version of its own. */
  changed({ isNew = false } = {}) {
    this.isNew ||= isNew;
    if (!this.isDirty) this.firstChange = Date.now();
    this.isDirty = true;
    this.keepHere();
    this.schedule();
  }

  /** The site has a submission; `isAll` says whether nothing was typed since it was sent. */
  stored(base, { isAll }) {
    this.base = base;
    this.form.dataset.base = base;
    this.goOn(base);
    this.keepHere();
    if (!isAll) return;
    this.isDirty = false;
    clearTimeout(this.timer);
  }

  /** The text goes on from these, too. */
  goOn(...bases) {
    this.trail = [...new Set([...this.trail, ...bases])].slice(-TRAIL_LENGTH);
  }

  keepHere() {
    keep(this.key, { bases: this.trail, files: this.files.texts() });
  }

  schedule() {
    clearTimeout(this.timer);
    const left = LONGEST_MS - (Date.now() - this.firstChange);
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE_MS, left)));
  }

  /** Saves on the site, if there is something to save and somebody to save it for. */
  async save({ isLast = false } = {}) {
    while (this.saving) await this.saving;
    if (!this.form.dataset.save || !this.isDirty) return;
    this.saving = this.saveNow(isLast);
    await this.saving;
  }

  async saveNow(isLast) {
    this.isDirty = false;
    const token = uuid();
    this.goOn(token);
    this.keepHere();
    const state = await this.send(token, isLast);
    this.saving = null;
    this.onState(state);
    if (state === "saved") {
      this.isNew = false;
      if (this.isDirty) this.schedule();
    } else {
      this.isDirty = true;
      this.firstChange = Date.now();
      if (state === "unreachable") this.timer = setTimeout(() => this.save(), RETRY_MS);
    }
  }

  /** What came of it: "saved", "logged out", "refused" or "unreachable". */
  async send(token, isLast) {
    const body = new FormData(this.form);
    body.set("token", token);
    body.set("base", this.base);
    if (this.isNew) body.set("new", "1");
    try {
      const answer = await fetch(this.form.dataset.save, {
        method: "POST",
        body,
        keepalive: isLast,
        redirect: "error",
      });
      if (answer.status === 401) return "logged out";
      if (!answer.ok) return answer.status < 500 ? "refused" : "unreachable";
      ({ base: this.base } = await answer.json());
      return "saved";
    } catch {
      return "unreachable";
    }
  }
}

/** As crypto.randomUUID, which browsers have on HTTPS alone. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
