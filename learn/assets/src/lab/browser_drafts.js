// The text in this browser, kept at every change. localStorage survives the page at once, but a
// browser that is killed may not have written it to its disk for seconds. IndexedDB hands each
// change to the system when its transaction ends. So both are written, and the newer one counts.

const DATABASE = "coldstart";
const STORE = "drafts";
const PREFIX = "coldstart:draft:";

let database = null;

function open() {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return database;
}

/** The browser may refuse storage (private window, full disk): the site keeps the text as well. */
export function keep(key, draft) {
  const kept = { ...draft, at: Date.now() };
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(kept));
  } catch {
    // IndexedDB may have room.
  }
  open()
    .then((db) => db.transaction(STORE, "readwrite").objectStore(STORE).put(kept, key))
    .catch(() => {});
}

/** `{bases, files, at}`, or null. */
export async function kept(key) {
  const found = [fromLocalStorage(key), await fromDatabase(key)];
  const drafts = found.filter((draft) => draft && typeof draft.files === "object");
  return drafts.sort((one, other) => (other.at ?? 0) - (one.at ?? 0))[0] ?? null;
}

function fromLocalStorage(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

async function fromDatabase(key) {
  try {
    const db = await open();
    return await new Promise((resolve, reject) => {
      const request = db.transaction(STORE).objectStore(STORE).get(key);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } catch {
    return null;
  }
}
