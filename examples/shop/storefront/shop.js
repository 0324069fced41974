// The shop front: every click is told to Intarsia, and the page is asked for again.
import { assemble, configure, tellConsent, track } from "./api.js";
import { add, showCart, sum, takeOut, told } from "./cart.js";
import { listen as listenFor } from "./live.js";
import { cardOf, goTo, goToAisle, goToSlot, productOf, show } from "./page.js";
import { reasons } from "./why.js";
import { money, say, speak } from "./words.js";
import { visitor } from "./visitor.js";

const $ = (id) => document.getElementById(id);
const LONGEST_TIMER = 2 ** 31 - 1;
/** Of a page that is new from top to bottom it is enough to say that it changed. */
const MOST_NAMED = 4;

let config = { currency: "USD", people: [] };
let answer = null;
let product = null;
let timer = 0;
let asked = 0;

/** Ask for the page again and show what has changed. Only the newest question counts. */
async function refresh() {
  const number = ++asked;
  const fresh = await assemble(surroundings());
  if (number !== asked) return;
  answer = fresh;
  const changed = show(answer);
  if (changed.length) note(say(changed.length > MOST_NAMED ? "changedMuch" : "changed", { slots: changed.join(", ") }), true);
  if ($("why").open) $("why-body").replaceChildren(...reasons(answer));
  waitFor(answer.valid_until);
  await reportExposures();
}

/** The answer says until when it holds: a cart reminder ends by the clock alone. */
function waitFor(until) {
  clearTimeout(timer);
  const left = until ? until * 1000 - Date.now() + 400 : 0;
  if (left > 0 && left < LONGEST_TIMER) timer = setTimeout(() => guarded(refresh), left);
}

function surroundings() {
  const place = $("place").value;
  const weather = $("weather").value;
  return { ...(place ? { place } : {}), ...(weather ? { temperature: Number(weather) } : {}) };
}

async function reportExposures() {
  if (!visitor.consent) return;
  for (const { assigned } of answer.slots.flatMap((slot) => slot.modules)) {
    for (const { experiment, variation } of assigned ?? []) {
      const id = `exposure:${experiment}:${visitor.unit}`;
      if (visitor.isNews(`${id}:${variation}`)) await track("Experiment Viewed", { experiment, variation }, id);
    }
  }
}

async function view(card) {
  product = productOf(card);
  $("product-name").textContent = product.name;
  $("product-category").textContent = product.category.replaceAll("-", " ");
  $("product-because").textContent = product.because;
  $("product-price").textContent = money(product.price, product.currency);
  $("product-image").src = product.image || "icon.svg";
  $("product").showModal();
  await track("Product Viewed", told(product));
  await refresh();
}

async function putIn(one) {
  add(one);
  showCart(config.currency);
  note(say("added", { name: one.name }));
  await track("Product Added", told({ ...one, quantity: 1 }));
  await refresh();
}

async function putBack(id) {
  const line = takeOut(id);
  showCart(config.currency);
  await track("Product Removed", told({ ...line, quantity: 1 }));
  await refresh();
}

async function buy() {
  const order = { order_id: crypto.randomUUID(), total: sum(), currency: config.currency, products: visitor.cart.map(told) };
  visitor.cart = [];
  showCart(config.currency);
  $("cart").close();
  note(say("bought"));
  await track("Order Completed", order);
  await refresh();
  scrollTo({ top: 0 });
}

async function answerConsent(given) {
  visitor.consent = given;
  $("consent").hidden = true;
  note(say(given ? "remembered" : "forgotten"));
  await tellConsent(given);
  await refresh();
}

async function become(who) {
  if (who === "new") visitor.startAnew();
  else visitor.user = who;
  greet();
  scrollTo({ top: 0 });
  await refresh();
  await stayCurrent();
}

/** Whatever changes this person, here or on another device, changes the page that is open. */
function stayCurrent() {
  return listenFor(() => guarded(refresh));
}

/** Everything around the page, as it is for this person. */
function greet() {
  speak(visitor.locale);
  $("locale").value = visitor.locale;
  $("consent").hidden = visitor.consent !== null;
  const people = config.people.map(({ user_id: id, label }) => new Option(label, id));
  $("who").replaceChildren(new Option(say("stranger"), ""), ...people, new Option(say("anew"), "new"));
  $("who").value = visitor.user;
  showCart(config.currency);
}

function note(text, quietly = false) {
  const said = $("said");
  if (quietly && said.classList.contains("shown")) return;
  said.textContent = text;
  said.classList.toggle("shown", true);
  clearTimeout(note.timer);
  note.timer = setTimeout(() => said.classList.remove("shown"), 3500);
}

/** Where links of pages, mails and chats lead. */
const PLACES = {
  cart: () => openDrawer("cart"),
  product: followToProduct,
  aisle: (category) => sayUnless(goToAisle(category), "notHere"),
  delivery: () => sayUnless(goToSlot("delivery"), "notHere"),
  help: showHelp,
  preferences: askConsent,
};

function follow(hash) {
  const [what, name] = hash.slice(1).split("/");
  if (Object.hasOwn(PLACES, what)) PLACES[what](name);
  else if (what.startsWith("slot-")) sayUnless(goToSlot(what.slice(5)), "notHere");
  else if (what && what !== "page") note(say("notHere"));
}

function sayUnless(there, words) {
  if (!there) note(say(words));
}

function followToProduct(id) {
  const card = cardOf(id);
  if (card) guarded(() => view(card));
  else note(say("noProduct"));
}

/** Questions are answered in the chat; the page itself has an address and hours, at its end. */
function showHelp() {
  goToSlot("footer");
  note(say("help"));
}

/** A stranger may answer again. Customers come with the data, and with their consent. */
function askConsent() {
  $("consent").hidden = !visitor.isStranger;
  if (!visitor.isStranger) return note(say("agreed"));
  goTo($("consent"));
  $(visitor.consent ? "consent-no" : "consent-yes").focus({ preventScroll: true });
}

function openDrawer(name) {
  if (name === "why" && answer) $("why-body").replaceChildren(...reasons(answer));
  if (!$(name).open) $(name).showModal();
}

async function guarded(action) {
  try {
    await action();
  } catch (error) {
    console.error(error);
    note(say("closed"));
  }
}

function clickOnPage(event) {
  const card = event.target.closest(".item");
  const button = event.target.closest("[data-do]");
  const link = event.target.closest("a[href]");
  if (card && (button || link)) {
    event.preventDefault();
    guarded(() => (button?.dataset.do === "add" ? putIn(productOf(card)) : view(card)));
  } else if (link) {
    const module = link.closest("[data-module]");
    const where = { module: module?.dataset.module, slot: module?.dataset.slot, decision_id: answer?.decision_id };
    if (module) guarded(() => track("Module Clicked", where));
    const hash = link.getAttribute("href").startsWith("/shop/#") ? link.hash : "";
    if (hash) {
      event.preventDefault();
      follow(hash);
    }
  }
}

function clickInCart(event) {
  const what = event.target.closest("[data-do]")?.dataset.do;
  const line = visitor.cart.find((one) => one.id === event.target.closest("li")?.dataset.item);
  if (what && line) guarded(() => (what === "more" ? putIn(line) : putBack(line.id)));
}

function listen() {
  $("page").addEventListener("click", clickOnPage);
  $("cart-lines").addEventListener("click", clickInCart);
  $("cart-open").addEventListener("click", () => openDrawer("cart"));
  $("cart-buy").addEventListener("click", () => guarded(buy));
  $("why-open").addEventListener("click", () => openDrawer("why"));
  $("product-add").addEventListener("click", () => {
    $("product").close();
    guarded(() => putIn(product));
  });
  $("consent-yes").addEventListener("click", () => guarded(() => answerConsent(true)));
  $("consent-no").addEventListener("click", () => guarded(() => answerConsent(false)));
  $("who").addEventListener("change", (event) => guarded(() => become(event.target.value)));
  $("locale").addEventListener("change", (event) => {
    visitor.locale = event.target.value;
    greet();
    guarded(refresh);
  });
  for (const name of ["place", "weather"]) $(name).addEventListener("change", () => guarded(refresh));
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  addEventListener("hashchange", () => follow(location.hash));
}

async function open() {
  config = { ...config, ...(await configure()) };
  greet();
  listen();
  await refresh();
  await stayCurrent();
  if (location.hash) follow(location.hash);
}

speak(visitor.locale);
guarded(open);
