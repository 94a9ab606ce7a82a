// The gateway's own card fields on our page. What the browser learns here is only shown: whether
// the payment is paid is decided by the server, which asks the gateway itself.

const form = document.querySelector("[data-card-form]");

if (form) {
  const stripe = window.Stripe(form.dataset.publishableKey);
  const elements = stripe.elements({ clientSecret: form.dataset.clientSecret });
  elements.create("payment").mount(form.querySelector("[data-card-element]"));
  form.addEventListener("submit", (event) => pay(event, stripe, elements));
}

async function pay(event, stripe, elements) {
  event.preventDefault();
  setBusy(true);
  showError("");
  const { error } = await stripe.confirmPayment({
    elements,
    confirmParams: { return_url: form.dataset.returnUrl },
  });
  // Only a failure gets here; otherwise the browser is already on its way to return_url.
  showError(error.message);
  setBusy(false);
}

function setBusy(isBusy) {
  const button = form.querySelector("[data-card-submit]");
  button.disabled = isBusy;
  button.setAttribute("aria-busy", String(isBusy));
}

function showError(text) {
  const box = form.querySelector("[data-card-error]");
  box.textContent = text;
  box.hidden = !text;
}
