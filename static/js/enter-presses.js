/** Enter in a field with data-enter-presses="id" presses that button instead of the form's own. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  const button = document.getElementById(event.target.dataset?.enterPresses ?? "");
  if (!button) return;
  event.preventDefault();
  button.click();
});
