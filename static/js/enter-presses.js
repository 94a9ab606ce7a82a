/** Enter in a field with data-enter-presses="id" presses that button. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const button = document.getElementById(event.target.dataset?.enterPresses);
  button?.click();
  if (button) event.preventDefault();
});
