/** Enter in a field with data-enter-presses="id" presses that button, not the form's own. */
document.addEventListener("keydown", (event) => {
  const button = document.getElementById(event.target.dataset?.enterPresses);
  if (!button || event.key !== "Enter") return;
  event.preventDefault();
  button.click();
});
