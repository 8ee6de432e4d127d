// The page of an open attempt: saves each answer while it is given, keeps what could not be saved
// and sends it again, and shows the time that is left. Without this module the buttons do the same.

const form = document.querySelector("#attempt");
const savedLine = form.querySelector("[data-saved]");
const announcement = form.querySelector("[data-announcement]");

const TYPING_PAUSE_MS = 700;
const SLOW_MS = 1500;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
const DAY_SECONDS = 86400;
const LAST_CALL_SECONDS = 4;
const WARNINGS = { 300: "Five minutes left.", 60: "One minute left." };
const STALE = "Not saved: this page has become stale. Load it again.";
const KEPT_ALIVE = 60_000;
const OFFLINE = "Not saved: the site cannot be reached. Stay on this page, it is tried again.";

/** `version` counts changes; `saved` is the last version that the server has, or has refused. */
const items = [...form.querySelectorAll("[data-question]")].map((element) => ({
  element,
  name: element.dataset.question,
  state: element.querySelector("[data-state]"),
  version: 0,
  saved: 0,
}));

let running = null;
let failures = 0;
let retryTimer;
let pauseTimer;
let ended = false;
let leaving = false;
let asked = false;

function isDirty(item) {
  return item.version !== item.saved;
}

/** Another log-in changes the token in the cookie; that of the form is then too old. */
function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
}

function fieldsOf(item) {
  const fields = new URLSearchParams({ part: item.name });
  for (const [key, value] of new FormData(form)) {
    if (key === item.name || key.startsWith(`${item.name}-`)) fields.append(key, value);
  }
  return fields;
}

function tell(text, isBad = false) {
  if (savedLine.textContent !== text) savedLine.textContent = text;
  savedLine.classList.toggle("quiz-unsaved", isBad);
}

function showAnswered(numbers) {
  for (const place of form.querySelectorAll("[data-place]")) {
    const answered = numbers.includes(Number(place.dataset.place.slice(1)));
    place.toggleAttribute("data-answered", answered);
    place.querySelector("[data-place-state]").textContent = answered ? ", answered" : "";
  }
  form.querySelector("[data-answered-count]").textContent = numbers.length;
}

/** One answer to the server. False if it has to be sent again later. */
async function save(item) {
  const { version } = item;
  const slow = setTimeout(() => tell("Saving…"), SLOW_MS);
  const body = fieldsOf(item);
  try {
    const response = await fetch(form.dataset.saveUrl, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token() },
      // It goes on when the page is left; browsers refuse that for bodies of 64 KiB and more.
      keepalive: String(body).length < KEPT_ALIVE,
    });
    return await onResponse(item, version, response);
  } catch {
    tell(OFFLINE, true);
    return false;
  } finally {
    clearTimeout(slow);
  }
}

async function onResponse(item, version, response) {
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = isJson ? await response.json() : {};
  if (response.ok) {
    item.saved = version;
    item.state.textContent = "";
    showAnswered(answer.answered);
    return true;
  }
  if (answer.ended) {
    end(answer.error);
    return true;
  }
  if (response.status === 422 || response.status === 400) {
    item.saved = version;
    item.state.textContent = `Not saved. ${answer.error ?? "This is too long."}`;
    return true;
  }
  if (response.status === 403 || response.status === 404) tell(STALE, true);
  else tell(answer.error ?? OFFLINE, true);
  return false;
}

/** Sends what is not saved, one answer after the other. Resolves to whether all was taken. */
function flush() {
  clearTimeout(pauseTimer);
  clearTimeout(retryTimer);
  running ??= sendAll().finally(() => (running = null));
  return running;
}

async function sendAll() {
  for (let item = items.find(isDirty); item && !ended; item = items.find(isDirty)) {
    if (!(await save(item))) {
      retryTimer = setTimeout(flush, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
      failures += 1;
      return false;
    }
    failures = 0;
    if (!ended && !items.some(isDirty)) tell("Saved");
  }
  return true;
}

function onChange(event) {
  const item = items.find(({ element }) => element.contains(event.target));
  if (!item || ended) return;
  item.version += 1;
  clearTimeout(pauseTimer);
  pauseTimer = setTimeout(flush, TYPING_PAUSE_MS);
}

/** The attempt takes nothing any more. What was typed stays to be read. */
function end(sentence) {
  ended = true;
  tell("");
  const notice = document.createElement("p");
  notice.className = "notice notice-warning";
  notice.setAttribute("role", "alert");
  notice.append(`${sentence} `);
  const link = document.createElement("a");
  link.href = location.pathname;
  link.textContent = "See the result";
  notice.append(link, ".");
  form.querySelector(".quiz-progress").after(notice);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  notice.scrollIntoView({ block: "center" });
}

/** What is typed reaches the server before the page is left: else it would be lost with it. */
async function onSubmit(event) {
  if (leaving) return;
  event.preventDefault();
  if (asked || ended) return;
  asked = true;
  const button = event.submitter;
  const taken = await flush();
  asked = false;
  if (!taken || ended || button?.hasAttribute("data-stay")) return;
  leaving = true;
  // Not before this event is over: browsers ignore a form that is submitted while it is submitted.
  setTimeout(() => form.requestSubmit(button));
}

function onLeave(event) {
  if (!leaving && !ended && items.some(isDirty)) event.preventDefault();
}

function clockText(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${two(minutes)}:${two(seconds % 60)} left`;
  return hours ? `${hours}:${rest}` : rest;
}

/** Counts down from what the server said; the server's own clock decides. */
function startClock(clock) {
  const endsAt = Date.now() + Number(form.dataset.secondsLeft) * 1000;
  let before = Infinity;
  const tick = () => {
    const left = Math.max(Math.ceil((endsAt - Date.now()) / 1000), 0);
    // Before the last day, the date that the page came with tells more.
    if (left < DAY_SECONDS) clock.textContent = clockText(left);
    clock.classList.toggle("quiz-urgent", left <= 60);
    for (const [limit, sentence] of Object.entries(WARNINGS)) {
      if (left <= limit && before > limit && before !== Infinity) announcement.textContent = sentence;
    }
    if (left <= LAST_CALL_SECONDS && before > LAST_CALL_SECONDS) flush();
    if (left === 0) onTimeOver();
    before = left;
  };
  const timer = setInterval(tick, 1000);
  tick();

  function onTimeOver() {
    clearInterval(timer);
    if (ended || leaving) return;
    leaving = true;
    location.assign(location.pathname);
  }
}

form.addEventListener("input", onChange);
form.addEventListener("change", onChange);
form.addEventListener("submit", onSubmit);
addEventListener("beforeunload", onLeave);
addEventListener("online", flush);
addEventListener("pageshow", () => (leaving = false));
document.addEventListener("visibilitychange", () => document.hidden && flush());
const clock = form.querySelector("[data-clock]");
if (clock) startClock(clock);
if ("unsaved" in form.dataset) for (const item of items) item.version += 1;
