// What is saved here is to hold in this browser, too, which may remember another choice.

const REMEMBERED = ["coldstart:editor", "coldstart:theme"];

document.querySelector("[data-preferences]").addEventListener("submit", () => {
  for (const key of REMEMBERED) {
    try {
      localStorage.removeItem(key);
    } catch {
      // A browser that refuses storage remembers nothing either.
    }
  }
});
