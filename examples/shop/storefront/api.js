// The two APIs that a shop front needs: delivery (what to show) and tracking (what happened).
import { visitor } from "./visitor.js";

let keys = null;

/** The shop's configuration: keys for this browser, customers to play, currency. */
export async function configure() {
  const answer = await fetch("/shop/config.json");
  if (!answer.ok) throw new Error(`configuration: ${answer.status}`);
  keys = await answer.json();
  return keys;
}

/** Intarsia's answer: the HTML of each slot of the home page, and the reasons. */
export async function assemble(surroundings) {
  const body = {
    layout: "home", channel: "web", person: visitor.person, locale: visitor.locale, why: true,
    context: { device: device(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...referrer(), ...surroundings },
  };
  const answer = await fetch("/v1/assemble", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${keys.deliver_key}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`assemble: ${answer.status}`);
  return answer.json();
}

/** The address of this person's stream of changes; empty where the shop has none. */
export async function ticket() {
  if (!keys.live) return "";
  const answer = await fetch("/v1/live/tickets", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${keys.deliver_key}` },
    body: JSON.stringify({ person: visitor.person }),
  });
  if (!answer.ok) throw new Error(`tickets: ${answer.status}`);
  return (await answer.json()).url;
}

/** Tell what this person did, in the shape of Segment's `track`. Nothing is told of those who have not agreed. */
export async function track(event, properties = {}, messageId = crypto.randomUUID()) {
  if (visitor.consent) await send(event, properties, messageId);
}

/** Tell what this person may be known by. */
export async function tellConsent(given) {
  await send("Segment Consent Preference Updated", {}, crypto.randomUUID(), given);
}

async function send(event, properties, messageId, given = visitor.consent) {
  const now = new Date().toISOString();
  const call = { ...visitor.sender, event, properties, messageId, timestamp: now, sentAt: now, context: context(given) };
  const answer = await fetch("/v1/track", {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json", Authorization: `Basic ${btoa(`${keys.track_key}:`)}` },
    body: JSON.stringify(call),
  });
  if (!answer.ok) throw new Error(`track: ${answer.status}`);
}

function context(given) {
  const consent = { categoryPreferences: { personalization: given, analytics: given } };
  return { locale: visitor.locale, page: { path: location.pathname }, ...(visitor.isStranger ? { consent } : {}) };
}

function device() {
  if (matchMedia("(max-width: 40rem)").matches) return "mobile";
  return matchMedia("(max-width: 64rem) and (pointer: coarse)").matches ? "tablet" : "desktop";
}

function referrer() {
  return document.referrer && !document.referrer.startsWith(location.origin) ? { referrer: document.referrer } : {};
}
