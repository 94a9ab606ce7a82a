/* The card fields, in the sandbox's own frame. They talk to the page through one port and send
   the card only to the API, which gives back a payment method's id. */
"use strict";

const fields = {
  number: document.querySelector("#number"),
  expiry: document.querySelector("#expiry"),
  cvc: document.querySelector("#cvc"),
};
const GROUP = { amex: [4, 6, 5], other: [4, 4, 4, 4, 3] };
let port = null;
let key = "";

const digits = (text) => text.replace(/\D/g, "");
const isAmex = () => /^3[47]/.test(digits(fields.number.value));

function passesLuhn(number) {
  const sum = [...number].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/* --- what is wrong, in Stripe's words ----------------------------------------------------- */

const checks = {
  number() {
    const number = digits(fields.number.value);
    if (number.length < (isAmex() ? 15 : 16)) return ["incomplete_number", "Your card number is incomplete."];
    if (!passesLuhn(number)) return ["invalid_number", "Your card number is invalid."];
    return null;
  },
  expiry() {
    const text = digits(fields.expiry.value);
    if (text.length < 4) return ["incomplete_expiry", "Your card’s expiration date is incomplete."];
    const month = Number(text.slice(0, 2));
    const year = 2000 + Number(text.slice(2));
    const today = new Date();
    const past = year * 12 + month < today.getUTCFullYear() * 12 + today.getUTCMonth() + 1;
    if (month < 1 || month > 12) return ["invalid_expiry_month", "Your card’s expiration month is invalid."];
    if (year < today.getUTCFullYear()) return ["invalid_expiry_year_past", "Your card’s expiration year is in the past."];
    if (past) return ["invalid_expiry_month_past", "Your card’s expiration date is in the past."];
    if (year > today.getUTCFullYear() + 50) return ["invalid_expiry_year", "Your card’s expiration year is invalid."];
    return null;
  },
  cvc() {
    const short = digits(fields.cvc.value).length < (isAmex() ? 4 : 3);
    return short ? ["incomplete_cvc", "Your card’s security code is incomplete."] : null;
  },
};

function show(name, problem) {
  const field = fields[name];
  document.querySelector(`#${name}-problem`).textContent = problem ? problem[1] : "";
  if (problem) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  resize();
}

function validate() {
  let first = null;
  for (const name of Object.keys(fields)) {
    const problem = checks[name]();
    show(name, problem);
    if (problem && !first) {
      first = { type: "validation_error", code: problem[0], message: problem[1] };
      fields[name].focus();
    }
  }
  return first ? { error: first } : {};
}

/* --- typing ------------------------------------------------------------------------------- */

function grouped(number) {
  const parts = [];
  let rest = number;
  for (const size of isAmex() ? GROUP.amex : GROUP.other) {
    if (rest) parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return parts.join(" ");
}

function tidy(name) {
  const field = fields[name];
  const atEnd = field.selectionEnd === field.value.length;
  const text = digits(field.value);
  if (!atEnd) return;
  if (name === "number") field.value = grouped(text.slice(0, 19));
  if (name === "cvc") field.value = text.slice(0, isAmex() ? 4 : 3);
  if (name === "expiry") field.value = expiry(text);
}

function expiry(text) {
  const padded = /^[2-9]/.test(text) ? `0${text}` : text;
  const year = padded.length > 4 ? padded.slice(-2) : padded.slice(2); // 122030 is 12 / 30
  return padded.length > 2 ? `${padded.slice(0, 2)} / ${year}` : padded;
}

function changed() {
  const complete = Object.values(checks).every((check) => check() === null);
  const empty = Object.values(fields).every((field) => !field.value);
  port?.postMessage({ type: "change", detail: { complete, empty, collapsed: false, value: { type: "card" } } });
}

for (const [name, field] of Object.entries(fields)) {
  field.addEventListener("input", () => {
    tidy(name);
    if (field.hasAttribute("aria-invalid")) show(name, checks[name]());
    changed();
  });
  field.addEventListener("blur", () => field.value && show(name, checks[name]()));
  field.addEventListener("focus", () => port?.postMessage({ type: "focus", detail: {} }));
}

/* --- the card becomes a payment method ---------------------------------------------------- */

async function createPaymentMethod() {
  const problem = validate();
  if (problem.error) return problem;
  const text = digits(fields.expiry.value);
  const body = new URLSearchParams({
    key,
    type: "card",
    "card[number]": digits(fields.number.value),
    "card[exp_month]": String(Number(text.slice(0, 2))),
    "card[exp_year]": String(2000 + Number(text.slice(2))),
    "card[cvc]": digits(fields.cvc.value),
  });
  try {
    const answer = await (await fetch("/v1/payment_methods", { method: "POST", body })).json();
    if (answer.error) showRefusal(answer.error);
    return answer.error ? { error: answer.error } : { id: answer.id };
  } catch {
    return { error: { type: "api_connection_error", message: "The connection was lost. Please try again." } };
  }
}

function showRefusal(error) {
  const name = { number: "number", exp_month: "expiry", exp_year: "expiry", cvc: "cvc" }[error.param];
  if (name) show(name, [error.code, error.message]);
}

/* --- the page around the frame ------------------------------------------------------------ */

function resize() {
  port?.postMessage({ type: "resize", height: document.documentElement.offsetHeight });
}

const VARIABLES = {
  colorPrimary: "--primary",
  colorBackground: "--background",
  colorText: "--text",
  colorTextSecondary: "--text-secondary",
  colorDanger: "--danger",
  fontFamily: "--font",
  fontSizeBase: "--size",
  borderRadius: "--radius",
  spacingUnit: "--unit",
};

function style({ appearance = {}, locale }) {
  const root = document.documentElement;
  root.lang = locale || "en";
  root.dataset.theme = appearance.theme ?? "auto";
  for (const [name, property] of Object.entries(VARIABLES)) {
    const value = appearance.variables?.[name];
    if (value) root.style.setProperty(property, value);
    else root.style.removeProperty(property);
  }
  resize();
}

function clear() {
  for (const [name, field] of Object.entries(fields)) {
    field.value = "";
    show(name, null);
  }
}

const actions = { validate, createPaymentMethod };

async function hear({ data }) {
  if (data.type === "style") style(data.options);
  if (data.type === "focus") fields.number.focus();
  if (data.type === "clear") clear();
  if (data.type === "request") {
    const result = await actions[data.action]();
    port.postMessage({ type: "reply", id: data.id, result });
  }
}

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || event.data?.type !== "hello" || port) return;
  [port] = event.ports;
  key = event.data.key;
  port.onmessage = hear;
  style(event.data.options);
  new ResizeObserver(resize).observe(document.body);
  port.postMessage({ type: "ready", detail: {} });
});
