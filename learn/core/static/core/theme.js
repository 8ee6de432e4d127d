// A plain script in the head: the colours that were chosen in this browser hold from the first
// paint on. Without a choice, they are those of the account, or else of the system.
(() => {
  try {
    const choice = localStorage.getItem("coldstart:theme");
    if (choice) document.documentElement.dataset.theme = choice;
  } catch {
    // A browser that stores nothing follows the system.
  }
})();
