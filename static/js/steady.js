/**
 * Keeps a polled element (data-steady) still while nothing has changed, and says aloud when
 * something has: the text of its data-announce goes to the page's data-announcer.
 */
const seen = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse } = event.detail;
  if (!target.matches?.("[data-steady]")) return;
  if (seen.get(target.id) === serverResponse) event.detail.shouldSwap = false;
  seen.set(target.id, serverResponse);
});

document.addEventListener("htmx:afterSettle", () => {
  const announcer = document.querySelector("[data-announcer]");
  const text = document.querySelector("[data-announce]")?.textContent.trim();
  if (announcer && text && announcer.textContent !== text) announcer.textContent = text;
});
