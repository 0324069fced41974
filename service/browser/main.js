// The script for pages: what happened, what was agreed to, and what to show. It sets up `window.intarsia`.
import { optionsOf } from "./options.js";
import { createQueue } from "./queue.js";
import { createSlots, hideSlots } from "./slots.js";
import { createVisitor, unique } from "./visitor.js";

const CONSENT_TOLD = "Segment Consent Preference Updated";
const MOST_HELD = 100;

function create(options) {
  /** Calls that wait until the person has answered. */
  let held = [];
  let sent = false;
  let tcString;
  const visitor = createVisitor(options, moved);
  const queue = createQueue(options, tell);
  const seen = (event, properties, messageId) => make("track", { event, properties, messageId });
  const slots = createSlots(options, visitor, { track: seen, tell, signals: () => ({ ...gpc(), tcf: tcString }) });

  /** One call on its way: sent, held until there is an answer, or given up where nothing was agreed to. */
  function make(type, fields) {
    const call = { type, messageId: unique(), timestamp: new Date().toISOString(), ...own(), ...fields, context: context() };
    call.messageId = call.messageId || unique();
    if (visitor.granted() || (options.sendFirst && !visitor.answered())) return send(call);
    if (visitor.answered()) return Promise.resolve(false);
    return new Promise((resolve) => {
      held.push([call, resolve]);
      if (held.length > MOST_HELD) held.shift()[1](false);
    });
  }

  function send(call) {
    sent = true;
    return queue.add(call, visitor.storable());
  }

  function own() {
    return { anonymousId: visitor.id, ...(visitor.user ? { userId: visitor.user } : {}) };
  }

  function context() {
    const categoryPreferences = visitor.consent();
    return {
      locale: options.locale(),
      page: pageOf(),
      library: { name: "intarsia.js", version: "1" },
      ...gpc(),
      ...(visitor.answered() ? { consent: { categoryPreferences, tcString } } : {}),
    };
  }

  /** The person has answered: what was held goes out with the answer, or is gone. */
  function release(before) {
    if (!visitor.answered()) return;
    const calls = held;
    held = [];
    for (const [call, resolve] of calls) {
      // A name that lived in memory alone gives way to the one that is kept.
      if (call.anonymousId === before) call.anonymousId = visitor.id;
      if (visitor.granted()) send(call).then(resolve);
      else resolve(false);
    }
  }

  /** Another tab, or an earlier visit, knows better. */
  function moved(before) {
    if (!visitor.granted()) queue.drop(isAnswer);
    release(before);
    tell("consent", visitor.consent());
    if (started) slots.fill(!visitor.granted());
  }

  /** What the person answered, purpose by purpose; without words, the answers. `more` says of what text and whence. */
  function consent(answers, more = {}) {
    if (!answers) return visitor.consent();
    const before = JSON.stringify(visitor.consent());
    for (const purpose in answers) visitor.answers[purpose] = answers[purpose] === true;
    if (JSON.stringify(visitor.consent()) === before) return visitor.consent();
    const { version, evidence, ...properties } = more;
    const kept = visitor.kept;
    const known = kept || visitor.user || sent;
    visitor.save();
    if (!visitor.granted()) queue.drop(isAnswer);
    // Of whom nothing is known here, a no needs to be told to nobody.
    if (visitor.granted() || known) {
      const call = { type: "track", event: CONSENT_TOLD, properties, messageId: unique(), timestamp: new Date().toISOString() };
      const told = context();
      Object.assign(told.consent, { textVersion: version, evidence });
      // Until it is acknowledged even a no is kept, where something was kept before: it has to arrive.
      queue.add({ ...call, ...own(), context: told }, visitor.storable() || kept);
      sent = true;
    }
    // After the answer: what was done before it says nothing of it.
    release(visitor.id);
    if (!visitor.granted()) {
      visitor.renew(visitor.user);
      sent = false;
    }
    tell("consent", visitor.consent());
    queue.flush().then(() => slots.fill(!visitor.granted()));
    return visitor.consent();
  }

  function identify(user, traits) {
    if (typeof user === "object") [user, traits] = [undefined, user];
    if (user) visitor.user = String(user);
    visitor.save();
    const done = make("identify", { traits });
    queue.flush().then(() => slots.fill(false));
    return done;
  }

  function reset() {
    visitor.renew();
    visitor.save();
    return slots.fill(true);
  }

  function page(name, properties) {
    if (typeof name === "object") [name, properties] = [undefined, name];
    return make("page", { name, properties: { ...pageOf(), ...campaign(), ...properties } });
  }

  function listen() {
    document.addEventListener("visibilitychange", () => document.hidden && queue.leave());
    addEventListener("pagehide", queue.leave);
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      visitor.recall();
      queue.flush();
      if (options.page) page();
      slots.fill(false);
    });
    listenToTcf(options.tcf, (answers, text) => {
      tcString = text;
      consent(answers, { source: "tcf" });
    });
  }

  let started = false;
  function begin() {
    visitor.recall();
    queue.adopt();
    listen();
    started = true;
    if (options.page) page();
    tell("ready", {});
    slots.fill(false);
  }

  return {
    begin,
    track: (event, properties) => make("track", { event, properties }),
    page,
    identify,
    group: (groupId, traits) => make("group", { groupId, traits }),
    alias: (userId, previousId) => make("alias", { userId, previousId: previousId || visitor.user || visitor.id }),
    reset,
    consent,
    context: (more) => (slots.know(more), slots.fill(false)),
    refresh: () => queue.flush().then(() => slots.fill(false)),
    flush: queue.flush,
    person: own,
  };
}

function isAnswer(call) {
  return call.event === CONSENT_TOLD;
}

/** An event of the page, `intarsia:NAME`, on an element or on the document. */
function tell(name, detail, element = document) {
  element.dispatchEvent(new CustomEvent(`intarsia:${name}`, { bubbles: true, detail }));
}

/** What the browser itself says: https://www.w3.org/TR/gpc/ */
function gpc() {
  return navigator.globalPrivacyControl ? { gpc: true } : {};
}

/** Where this is; what stands behind ? and # may be anything, so of that only campaigns are told. */
function pageOf() {
  return { path: location.pathname, url: location.origin + location.pathname, title: document.title, referrer: document.referrer.split(/[?#]/)[0] };
}

function campaign() {
  const told = [...new URLSearchParams(location.search)].filter(([name]) => name.startsWith("utm_"));
  return told.length ? { campaign: Object.fromEntries(told.map(([name, value]) => [name.slice(4), value])) } : {};
}

/** A consent dialogue that speaks IAB's TCF answers for the person: a purpose is granted if all of its numbers are. */
function listenToTcf(purposes, answer) {
  if (typeof window.__tcfapi !== "function") {
    if (document.readyState !== "complete") addEventListener("load", () => listenToTcf(purposes, answer), { once: true });
    return;
  }
  window.__tcfapi("addEventListener", 2, (data, success) => {
    if (!success || data.gdprApplies === false || !/^(tcloaded|useractioncomplete)$/.test(data.eventStatus)) return;
    const granted = data.purpose?.consents || {};
    const answers = purposes.map(([name, numbers]) => [name, numbers.split(",").every((number) => granted[number] === true)]);
    answer(Object.fromEntries(answers), data.tcString);
  });
}

const METHODS = ["track", "page", "identify", "group", "alias", "reset", "consent", "context", "refresh", "flush", "person"];

function setUp() {
  const early = window.intarsia;
  if (early && !Array.isArray(early)) return;
  const script = document.currentScript;
  const waiting = [];
  const face = { start };
  for (const method of METHODS) face[method] = (...words) => new Promise((resolve) => waiting.push([resolve, method, ...words]));
  window.intarsia = face;

  function start(told, source) {
    const options = optionsOf(told, source);
    if (!options.key) return console.error("intarsia: the script needs a key of this site: data-key");
    const made = create(options);
    face.start = () => {};
    if (options.hide) hideSlots(options.hide);
    const begin = () => {
      for (const method of METHODS) face[method] = made[method];
      made.begin();
      for (const [method, ...words] of early || []) made[method](...words);
      for (const [resolve, method, ...words] of waiting) resolve(made[method](...words));
    };
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
    else begin();
  }

  if (script && script.dataset.key !== undefined) start(script.dataset, script.src);
}

setUp();
