/**
 * Opens links marked data-panel in the side dialog instead of leaving the page.
 *
 * The link works by itself: when the dialog or the fetch fails, the browser follows it, and on
 * the page that the panel would show (data-panel-page) it is always followed.
 * Esc, the close button, the backdrop and the browser's back button all close the dialog,
 * and focus returns to the link that opened it.
 */
const dialog = document.querySelector("[data-panel-dialog]");
const body = dialog?.querySelector("[data-panel-content]");
const waiting = body?.innerHTML;
let opener = null;
let isOpening = false;

function isPlainClick(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

function focusHeading() {
  const heading = body.querySelector("h1, h2");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function nameDialogByItsHeading() {
  const heading = body.querySelector("h1, h2");
  if (!heading) return;
  heading.id ||= "panel-title";
  dialog.setAttribute("aria-labelledby", heading.id);
}

function open(link) {
  opener = link;
  isOpening = true;
  body.innerHTML = waiting;
  dialog.showModal();
  history.pushState({ panel: true }, "");
  window.htmx.ajax("GET", link.href, { target: body, swap: "innerHTML", source: dialog });
}

function closeFromHistory() {
  if (dialog.open) dialog.close();
}

function afterClose() {
  isOpening = false;
  if (history.state?.panel) history.back();
  body.innerHTML = waiting;
  opener?.focus();
}

function followInstead() {
  if (isOpening) window.location.assign(opener.href);
}

/** What was in focus stays so when its panel is drawn anew; if it is gone, the heading gets it. */
function afterDrawing() {
  nameDialogByItsHeading();
  if (isOpening || !body.contains(document.activeElement)) focusHeading();
  isOpening = false;
}

if (dialog && window.htmx && !document.querySelector("[data-panel-page]")) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-panel]");
    if (!link || !isPlainClick(event) || dialog.contains(link)) return;
    event.preventDefault();
    open(link);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-panel-close]")) dialog.close();
  });
  dialog.addEventListener("close", afterClose);
  window.addEventListener("popstate", closeFromHistory);
  body.addEventListener("htmx:afterSettle", afterDrawing);
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    dialog.addEventListener(failure, followInstead);
  }
}
