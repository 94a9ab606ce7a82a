/**
 * Moves focus to the error summary when a page or fragment comes back with one, and from its
 * links into the field they name (a radio group's first choice has the id of the group).
 */
function focusSummary(root) {
  root.querySelector("[data-error-summary]")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  if (!link) return;
  const named = document.getElementById(link.hash.slice(1));
  const control = named?.matches("input, select, textarea, button")
    ? named
    : named?.querySelector("input, select, textarea");
  if (!control) return;
  event.preventDefault();
  control.focus();
  control.scrollIntoView({ block: "center" });
});

document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));
focusSummary(document);
