/**
 * The gateway's own card fields on our page (data-card-form). What the browser learns here is
 * only shown: whether the payment is paid is decided by the server, which asks the gateway.
 * A refusal of the bank is told by the server as well: it knows why, and what to do next.
 */
const form = document.querySelector("[data-card-form]");
const ALREADY_CONFIRMED = ["payment_intent_unexpected_state", "setup_intent_unexpected_state"];

function cssToken(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function resolvedColor(property, className) {
  const probe = document.createElement("span");
  probe.className = className;
  form.append(probe);
  const color = getComputedStyle(probe)[property];
  probe.remove();
  return color;
}

/** The fields live in the gateway's frame: they are told our colours, light or dark. */
function appearance() {
  return {
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe",
    variables: {
      colorPrimary: resolvedColor("color", "card-form__brand"),
      colorBackground: resolvedColor("backgroundColor", "card-form__surface"),
      colorText: resolvedColor("color", "card-form__surface"),
      colorDanger: resolvedColor("color", "card-form__bad"),
      borderRadius: cssToken("--round-control"),
      fontFamily: cssToken("--font"),
    },
  };
}

function mount() {
  const stripe = window.Stripe(form.dataset.publishableKey);
  if (form.dataset.savedCard) {
    form.addEventListener("submit", (event) => pay(event, stripe, savedCard()));
    return;
  }
  const elements = stripe.elements({
    clientSecret: form.dataset.clientSecret,
    appearance: appearance(),
  });
  const card = elements.create("payment");
  card.on?.("ready", () => form.querySelector("[data-card-waiting]")?.remove());
  card.mount(form.querySelector("[data-card-element]"));
  form.addEventListener("submit", (event) => pay(event, stripe, { elements }));
}

/** A card that is kept already: its owner confirms, nothing is typed. */
function savedCard() {
  return {
    clientSecret: form.dataset.clientSecret,
    confirmParams: { payment_method: form.dataset.savedCard },
  };
}

async function pay(event, stripe, what) {
  event.preventDefault();
  setBusy(true);
  showError("");
  const confirm = form.dataset.intent === "setup" ? stripe.confirmSetup : stripe.confirmPayment;
  const { error } = await confirm({
    ...what,
    confirmParams: { ...what.confirmParams, return_url: form.dataset.returnUrl },
  });
  // Only a failure gets here; otherwise the browser is already on its way to return_url.
  // A declined card, or a payment that another tab has paid: the server tells the whole story.
  const isKnownThere = error.type === "card_error" || ALREADY_CONFIRMED.includes(error.code);
  if (isKnownThere) return window.location.assign(form.dataset.returnUrl);
  showError(error.message);
  setBusy(false);
}

function setBusy(isBusy) {
  const button = form.querySelector("[data-card-submit]");
  button.disabled = isBusy;
  button.setAttribute("aria-busy", String(isBusy));
  form.querySelector("[data-card-busy]").hidden = !isBusy;
}

function showError(text) {
  const box = form.querySelector("[data-card-error]");
  box.textContent = text;
  box.hidden = !text;
}

if (form && window.Stripe) mount();
if (form && !window.Stripe) showError(form.dataset.unavailable);
