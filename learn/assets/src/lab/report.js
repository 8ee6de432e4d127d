// The report: how long it took, what it says to screen readers, and the lines that it marks.

// When Run or Submit was pressed, until the verdict is measured.
let pressedAt = null;

export function pressed() {
  pressedAt = performance.now();
}

export function refused() {
  pressedAt = null;
}

/** On narrow screens the result stands below the editor: where it is out of sight, go there. */
function reveal(report) {
  const { top } = report.getBoundingClientRect();
  if (top < -innerHeight / 2 || top > innerHeight * 0.6) {
    document.querySelector("#lab_results").scrollIntoView({ block: "start" });
  }
}

/** On the next frame the verdict is on the screen, not only in the document. */
function measure(report) {
  if (pressedAt === null || !report.dataset.verdict) return;
  const start = pressedAt;
  pressedAt = null;
  requestAnimationFrame(() => {
    const milliseconds = Math.round(performance.now() - start);
    const place = report.querySelector("[data-elapsed-ms]");
    place.dataset.elapsedMs = milliseconds;
    place.textContent = milliseconds;
    place.closest("[data-elapsed]").hidden = false;
  });
  reveal(report);
}

/** The report on the page, as far as the editor is concerned, or null. */
export function currentReport() {
  const report = document.querySelector("#lab_results [data-submission]");
  if (!report) return null;
  return {
    element: report,
    submission: report.dataset.submission,
    isGraded: Boolean(report.dataset.verdict),
    announcement: report.dataset.announcement ?? "",
    marks: JSON.parse(report.dataset.marks ?? "[]"),
    measure: () => measure(report),
  };
}
