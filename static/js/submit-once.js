/**
 * A form marked data-submit-once is sent once: a second click finds its button disabled, with
 * the words of data-busy-text. The button comes back when the page does (back button) and when
 * a request of htmx has ended.
 */
const BUSY = "data-busy";

function freeze(form, button) {
  form.setAttribute(BUSY, "");
  if (!button) return;
  button.dataset.idleText = button.textContent;
  if (button.dataset.busyText) button.textContent = button.dataset.busyText;
  // after this turn: a button disabled now would be left out of what is sent
  setTimeout(() => { button.disabled = true; });
}

function release(form) {
  form.removeAttribute(BUSY);
  for (const button of form.querySelectorAll("[data-idle-text]")) {
    button.textContent = button.dataset.idleText;
    delete button.dataset.idleText;
    setTimeout(() => { button.disabled = false; });
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-submit-once]");
  if (!form) return;
  if (form.hasAttribute(BUSY)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  freeze(form, event.submitter ?? form.querySelector("[type=submit]"));
}, { capture: true });

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-submit-once]");
  if (form && !event.detail.xhr?.getResponseHeader("HX-Redirect")) release(form);
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll(`form[${BUSY}]`).forEach(release);
});
