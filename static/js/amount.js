/** Round sums as buttons (data-amount) that fill the field of their data-amount-picker. */
function input(picker) {
  return picker.querySelector("input");
}

function markPressed(picker) {
  const typed = Number(input(picker).value);
  for (const button of picker.querySelectorAll("[data-amount]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.amount) === typed));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-amount-picker] [data-amount]");
  if (!button) return;
  const picker = button.closest("[data-amount-picker]");
  input(picker).value = button.dataset.amount;
  input(picker).dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("input", (event) => {
  const picker = event.target.closest("[data-amount-picker]");
  if (picker) markPressed(picker);
});
