/* Stands in for Stripe.js: the same calls, with the card fields in a frame of the sandbox's own
   origin, so that the page around it never sees a card number. */
(() => {
  "use strict";

  const BASE = new URL(document.currentScript.src).origin;
  const TEST_KEY = /^pk_/;

  /* --- the API, with the publishable key -------------------------------------------------- */

  async function call(key, method, path, fields) {
    const body = new URLSearchParams({ key, ...fields });
    const address = `${BASE}/v1/${path}`;
    try {
      const answer =
        method === "GET"
          ? await fetch(`${address}?${body}`)
          : await fetch(address, { method, body });
      return await answer.json();
    } catch {
      const message = "We are experiencing issues connecting to our payments provider. Please check your internet connection and try again.";
      return { error: { type: "api_connection_error", message } };
    }
  }

  const idOf = (clientSecret) => String(clientSecret).split("_secret_")[0];

  /* --- the card fields -------------------------------------------------------------------- */

  class PaymentElement {
    #listeners = new Map();
    #waiting = new Map();
    #options;
    #frame = null;
    #port = null;
    #requests = 0;
    #ready;

    constructor(key, options) {
      this.#options = { key, ...options };
    }

    mount(target) {
      const place = typeof target === "string" ? document.querySelector(target) : target;
      if (!place) {
        throw new Error(`The selector you specified (${target}) applies to no DOM elements that are currently on the page.`);
      }
      this.#ready = new Promise((resolve) => this.on("ready", resolve));
      this.#frame = document.createElement("iframe");
      this.#frame.title = "Secure payment input frame";
      this.#frame.src = `${BASE}/elements/payment`;
      this.#frame.style.cssText = "border:0;inline-size:100%;block-size:0;display:block;color-scheme:normal";
      this.#frame.addEventListener("load", () => this.#connect());
      place.replaceChildren(this.#frame);
    }

    unmount() {
      this.#port?.close();
      this.#frame?.remove();
      this.#frame = this.#port = null;
    }

    destroy() {
      this.unmount();
    }

    update(options) {
      Object.assign(this.#options, options);
      this.#port?.postMessage({ type: "style", options: this.#style() });
    }

    focus() {
      this.#frame?.focus();
      this.#port?.postMessage({ type: "focus" });
    }

    blur() {
      this.#frame?.blur();
    }

    clear() {
      this.#port?.postMessage({ type: "clear" });
    }

    collapse() {}

    on(event, listener) {
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
      return this;
    }

    off(event, listener) {
      const kept = (this.#listeners.get(event) ?? []).filter((one) => listener && one !== listener);
      this.#listeners.set(event, kept);
      return this;
    }

    once(event, listener) {
      const only = (detail) => {
        this.off(event, only);
        listener(detail);
      };
      return this.on(event, only);
    }

    async ask(action) {
      if (!this.#frame) {
        throw new Error("The payment Element has not been mounted.");
      }
      await this.#ready;
      return new Promise((resolve) => {
        this.#waiting.set(++this.#requests, resolve);
        this.#port.postMessage({ type: "request", action, id: this.#requests });
      });
    }

    #style() {
      const { appearance = {}, locale = "auto" } = this.#options;
      return { appearance, locale: locale === "auto" ? document.documentElement.lang : locale };
    }

    #connect() {
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.onmessage = ({ data }) => this.#hear(data);
      const hello = { type: "hello", key: this.#options.key, options: this.#style() };
      this.#frame.contentWindow.postMessage(hello, BASE, [port2]);
    }

    #hear(data) {
      if (data.type === "reply") {
        this.#waiting.get(data.id)?.(data.result);
        this.#waiting.delete(data.id);
      } else if (data.type === "resize") {
        this.#frame.style.blockSize = `${data.height}px`;
      } else {
        for (const listener of this.#listeners.get(data.type) ?? []) {
          listener({ elementType: "payment", ...data.detail });
        }
      }
    }
  }

  class Elements {
    #key;
    #options;
    #element = null;

    constructor(key, options) {
      this.#key = key;
      this.#options = options;
    }

    get clientSecret() {
      return this.#options.clientSecret;
    }

    create(type, options = {}) {
      if (type !== "payment") {
        throw new Error(`The sandbox has no ${type} Element; create("payment") is what it knows.`);
      }
      if (this.#element) {
        throw new Error("Can only create one Element of type payment through elements.create().");
      }
      this.#element = new PaymentElement(this.#key, { ...this.#options, ...options });
      return this.#element;
    }

    getElement(type) {
      return type === "payment" ? this.#element : null;
    }

    update(options) {
      Object.assign(this.#options, options);
      this.#element?.update(options);
    }

    async fetchUpdates() {
      return {};
    }

    async submit() {
      return this.#element.ask("validate");
    }
  }

  /* --- confirming ------------------------------------------------------------------------- */

  const KINDS = {
    payment_intent: { path: "payment_intents", name: "paymentIntent" },
    setup_intent: { path: "setup_intents", name: "setupIntent" },
  };

  const never = () => new Promise(() => {});

  function leaveFor(address) {
    window.location.assign(address);
    return never();
  }

  function returnAddress(kind, intent, returnUrl) {
    const address = new URL(returnUrl);
    const ok = ["succeeded", "processing", "requires_capture"].includes(intent.status);
    address.searchParams.set(kind, intent.id);
    address.searchParams.set(`${kind}_client_secret`, intent.client_secret);
    address.searchParams.set("redirect_status", ok ? "succeeded" : "failed");
    return address.href;
  }

  function nextPage(intent) {
    const action = intent.next_action ?? {};
    return action.redirect_to_url?.url ?? action.use_stripe_sdk?.stripe_js;
  }

  async function confirm(key, kind, { elements, clientSecret, confirmParams = {}, redirect = "always" }) {
    const secret = clientSecret ?? elements?.clientSecret;
    if (!secret) {
      throw new Error("In order to call confirm, you must pass a client secret.");
    }
    if (redirect === "always" && !confirmParams.return_url) {
      throw new Error("You must provide a confirmParams.return_url when redirect is always.");
    }
    const fields = { client_secret: secret };
    if (confirmParams.return_url) fields.return_url = confirmParams.return_url;
    if (confirmParams.payment_method) {
      fields.payment_method = confirmParams.payment_method;
    } else {
      const made = await elements.getElement("payment").ask("createPaymentMethod");
      if (made.error) return { error: made.error };
      fields.payment_method = made.id;
    }
    const { path, name } = KINDS[kind];
    const intent = await call(key, "POST", `${path}/${idOf(secret)}/confirm`, fields);
    if (intent.error) return { error: intent.error };
    if (intent.status === "requires_action") return leaveFor(nextPage(intent));
    if (redirect === "if_required") return { [name]: intent };
    return leaveFor(returnAddress(kind, intent, confirmParams.return_url));
  }

  async function retrieve(key, kind, clientSecret) {
    const { path, name } = KINDS[kind];
    const fields = { client_secret: clientSecret };
    const intent = await call(key, "GET", `${path}/${idOf(clientSecret)}`, fields);
    return intent.error ? { error: intent.error } : { [name]: intent };
  }

  async function handleNextAction(key, { clientSecret }) {
    const kind = clientSecret.startsWith("seti_") ? "setup_intent" : "payment_intent";
    const found = await retrieve(key, kind, clientSecret);
    const intent = found[KINDS[kind].name];
    return intent?.status === "requires_action" ? leaveFor(nextPage(intent)) : found;
  }

  window.Stripe = (key) => {
    if (!TEST_KEY.test(key ?? "")) {
      throw new Error("Please call Stripe() with your publishable key.");
    }
    return {
      elements: (options = {}) => new Elements(key, options),
      confirmPayment: (options) => confirm(key, "payment_intent", options),
      confirmSetup: (options) => confirm(key, "setup_intent", options),
      retrievePaymentIntent: (secret) => retrieve(key, "payment_intent", secret),
      retrieveSetupIntent: (secret) => retrieve(key, "setup_intent", secret),
      handleNextAction: (options) => handleNextAction(key, options),
    };
  };
  window.Stripe.version = "sandbox";
})();
