/**
 * Inside [data-read-to-end] the button [data-agree] can be pressed once the end of the text
 * [data-text] has been in view. The text may be scrolled by wheel, finger or, as it takes the
 * focus, by keyboard. Without scripts the button stands after the whole text and just works.
 */
function watch(box) {
  const [text, end, button, hint] = ["text", "text-end", "agree", "hint"].map((name) => box.querySelector(`[data-${name}]`));
  button.disabled = true;
  const observer = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    observer.disconnect();
    button.disabled = false;
    hint.textContent = hint.dataset.read;
  }, { root: text });
  observer.observe(end);
}

document.querySelectorAll("[data-read-to-end]").forEach(watch);
