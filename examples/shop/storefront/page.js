// The home page: slots that Intarsia fills. Only what has changed is replaced.
import { readable, say } from "./words.js";

const page = document.getElementById("page");

/** Show this answer; the keys of the slots that changed, none the first time. */
export function show(answer) {
  const first = page.getAttribute("aria-busy") === "true";
  const old = new Map([...page.querySelectorAll(":scope > .slot")].map((slot) => [slot.dataset.slot, slot]));
  const slots = Object.entries(answer.html).map(([key, html]) => {
    const known = old.get(key);
    return known && known.answer === html ? known : made(key, html, !first);
  });
  const changed = slots.filter((slot) => !old.has(slot.dataset.slot) || old.get(slot.dataset.slot) !== slot);
  if (changed.length || old.size !== slots.length) page.replaceChildren(...slots);
  page.setAttribute("aria-busy", "false");
  return first ? [] : changed.map((slot) => readable(slot.dataset.slot));
}

/** The product that a card on the page shows. */
export function productOf(card) {
  const { item, name, price, currency, category } = card.dataset;
  const image = card.querySelector("img")?.getAttribute("src") ?? "";
  const because = card.querySelector(".item-because")?.textContent ?? "";
  return { id: item, name, price: Number(price), currency, category, image, because };
}

/** Go to what shows this category; false where nothing does. A shelf comes first: a hero's own button must lead on. */
export function goToAisle(category) {
  const ofCategory = `[data-category="${CSS.escape(category)}"]`;
  const card = page.querySelector(`.carousel ${ofCategory}`) ?? page.querySelector(ofCategory);
  return goTo(card?.closest("section"));
}

/** Go to a slot by its key. */
export function goToSlot(key) {
  return goTo(page.querySelector(`[data-slot="${CSS.escape(key)}"]`));
}

export function cardOf(id) {
  return page.querySelector(`.item[data-item="${CSS.escape(id)}"]`);
}

/** Scroll to a place; false where there is none. */
export function goTo(place) {
  if (!place) return false;
  place.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "center" });
  return true;
}

function made(key, html, isNews) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const slot = template.content.querySelector(".slot") ?? wrapped(key, template.content);
  slot.answer = html;
  slot.classList.toggle("new", isNews);
  for (const card of slot.querySelectorAll(".item")) card.append(buttons(card.dataset.name));
  return slot;
}

function wrapped(key, content) {
  const slot = document.createElement("div");
  slot.className = "slot";
  slot.dataset.slot = key;
  slot.append(content);
  return slot;
}

function buttons(name) {
  const row = document.createElement("div");
  row.className = "item-do";
  for (const what of ["view", "add"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.do = what;
    button.textContent = say(what);
    button.setAttribute("aria-label", `${say(what)}: ${name}`);
    row.append(button);
  }
  return row;
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
