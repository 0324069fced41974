// Elements with data-intarsia-slot: filled by one question for each layout; what was in them stays where that fails.
import { nodesOf } from "./html.js";
import { createWatch } from "./seen.js";

const SLOTS = "[data-intarsia-slot]";
const LONGEST_TIMER = 2 ** 31 - 1;

/** The slots of the page. `track(event, properties, messageId)` tells what was seen and followed; `signals()` are those of
 * consent that an answer depends on. */
export function createSlots(options, visitor, { track, tell, signals }) {
  const own = new WeakMap();
  const shown = new WeakMap();
  const numbers = {};
  const timers = {};
  let told = {};
  const { watch, unwatch } = createWatch(saw);

  /** Ask for every layout that the page has slots of, and fill them. `anew`: what stands there may not stay. */
  async function fill(anew) {
    const layouts = new Map();
    for (const element of document.querySelectorAll(SLOTS)) {
      const layout = (element.closest("[data-intarsia-layout]") || {}).dataset?.intarsiaLayout || options.layout;
      if (layout) layouts.set(layout, [...(layouts.get(layout) || []), element]);
    }
    await Promise.all([...layouts].map(([layout, elements]) => fillLayout(layout, elements, anew)));
  }

  async function fillLayout(layout, elements, anew) {
    const number = (numbers[layout] = (numbers[layout] || 0) + 1);
    const outdated = () => number !== numbers[layout];
    let answer;
    try {
      answer = await ask(layout);
    } catch (error) {
      if (outdated()) return;
      if (anew) elements.forEach(giveBack);
      return elements.forEach((element) => keep(element, layout, error.message));
    }
    if (outdated()) return;
    for (const element of elements) {
      try {
        put(element, answer, layout);
      } catch (error) {
        keep(element, layout, error.message);
      }
    }
    again(layout, answer.valid_until);
  }

  async function ask(layout) {
    const person = { anonymous_id: visitor.id, ...(visitor.user ? { user_id: visitor.user } : {}) };
    const context = { device: device(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...referrer(), ...told, ...signals() };
    const answer = await fetch(`${options.host}/v1/assemble`, {
      method: "POST",
      credentials: "omit",
      referrerPolicy: "strict-origin",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${options.key}` },
      body: JSON.stringify({ layout, channel: "web", person, locale: options.locale(), context, why: false }),
      signal: AbortSignal.timeout(options.timeout),
    });
    if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
    return answer.json();
  }

  function put(element, answer, layout) {
    const slot = element.dataset.intarsiaSlot;
    const html = answer.html[slot];
    const filled = (answer.slots || []).find((one) => one.slot === slot) || { modules: [] };
    if (!html || filled.filled_by === "static") {
      giveBack(element);
      return keep(element, layout, html === undefined ? "the layout has no such slot" : "nothing fits");
    }
    const before = shown.get(element);
    if (!before || before.html !== html) {
      const nodes = nodesOf(html);
      if (!own.has(element)) own.set(element, [...element.childNodes]);
      element.replaceChildren(nodes);
    }
    shown.set(element, { html, layout, slot, decision_id: answer.decision_id, modules: filled.modules });
    mark(element, "filled", { layout, decision_id: answer.decision_id, level: answer.level, modules: filled.modules });
    if (!before || before.html !== html) watch(element);
  }

  /** What the page itself had there. */
  function giveBack(element) {
    unwatch(element);
    if (shown.delete(element)) element.replaceChildren(...own.get(element));
  }

  function keep(element, layout, reason) {
    if (!shown.has(element)) mark(element, "kept", { layout, reason });
  }

  function mark(element, state, detail) {
    element.dataset.intarsiaState = state;
    tell(state, { slot: element.dataset.intarsiaSlot, ...detail }, element);
  }

  /** An answer may say until when it holds: a message about a cart ends by the clock alone. */
  function again(layout, until) {
    clearTimeout(timers[layout]);
    const left = until ? until * 1000 - Date.now() + 250 : 0;
    if (left > 0 && left < LONGEST_TIMER) timers[layout] = setTimeout(() => fill(false), left);
  }

  function saw(element) {
    const { html, modules, ...where } = shown.get(element);
    track("Slot Viewed", { ...where, modules: modules.map(({ key }) => key) });
    for (const { experiment, variation } of modules.flatMap(({ assigned }) => assigned || [])) {
      track("Experiment Viewed", { experiment, variation }, `exposure:${experiment}:${variation}:${visitor.id}`);
    }
  }

  document.addEventListener("click", ({ target }) => {
    const element = target.closest?.("a[href],button") && target.closest(SLOTS);
    if (!element || !shown.has(element)) return;
    const { layout, slot, decision_id } = shown.get(element);
    const module = (target.closest("[data-module]") || {}).dataset?.module;
    if (module) track("Module Clicked", { layout, slot, decision_id, module });
  });
  const know = (more) => (told = { ...told, ...more });
  return { fill, know };
}

/** Hide the slots until they are filled, or until that took too long; a strict content policy lets this pass. */
export function hideSlots(milliseconds) {
  if (!document.adoptedStyleSheets) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${SLOTS}:not([data-intarsia-state]){visibility:hidden}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const show = () => (document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet));
  setTimeout(show, milliseconds);
}

function device() {
  if (matchMedia("(max-width: 40rem)").matches) return "mobile";
  return matchMedia("(max-width: 64rem) and (pointer: coarse)").matches ? "tablet" : "desktop";
}

function referrer() {
  return document.referrer && !document.referrer.startsWith(location.origin) ? { referrer: document.referrer.split(/[?#]/)[0] } : {};
}
