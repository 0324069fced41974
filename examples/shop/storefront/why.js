// The reasons: for every slot who won, what stopped the others, who came after.
import { readable, say } from "./words.js";

/** The reasons of an answer, ready to stand in the drawer. */
export function reasons(answer) {
  return [facts(answer), ...answer.slots.map(ofSlot)];
}

function facts(answer) {
  const until = answer.valid_until ? new Date(answer.valid_until * 1000).toLocaleTimeString(document.documentElement.lang) : say("always");
  const list = element("dl", "why-facts");
  const rows = { decision: answer.decision_id, release: answer.release, level: `${answer.level}: ${say("levels")[answer.level]}`, holds: until };
  for (const [name, value] of Object.entries(rows)) list.append(element("dt", "", say(name)), element("dd", "", value));
  for (const note of answer.notes ?? []) list.append(element("dt", "", say("note")), element("dd", "", note));
  return list;
}

function ofSlot({ slot, filled_by: filledBy, modules, why }) {
  const section = element("section", "why-slot");
  const head = element("h3", "", readable(slot));
  head.append(element("span", "why-how", say(`filledBy.${filledBy}`)));
  section.append(head, ...modules.map(winner));
  if (why.note) section.append(element("p", "quiet", why.note));
  const stopped = folded("stopped", why.stopped, (one) => [element("b", "", readable(one.module)), ` ${told(one)}`]);
  const later = folded("outranked", why.outranked, (one) => [element("b", "", readable(one.module)), ` ${rank(one)}`]);
  section.append(...[stopped, later].filter(Boolean));
  if (!stopped && !later) section.append(element("p", "quiet", say("quiet")));
  return section;
}

function winner(one) {
  const card = element("div", "why-winner");
  const name = element("p", "why-name", readable(one.key));
  if (one.variant) name.append(element("span", "why-how", one.variant));
  card.append(name, element("p", "", one.reason));
  if (one.items_from) card.append(element("p", "quiet", say("itemsFrom", { from: one.items_from })));
  for (const { variant, shown, detail } of one.variants ?? []) {
    card.append(element("p", "quiet", say(shown ? "looked" : "notThis", { variant: readable(variant), detail })));
  }
  for (const { experiment, variation } of one.assigned ?? []) {
    card.append(element("p", "quiet", say("variation", { experiment: readable(experiment), variation })));
  }
  return card;
}

function told({ gate, detail }) {
  const unknown = detail.endsWith(" (unknown)");
  const what = readable(detail.replace(" (unknown)", ""));
  const known = unknown ? ` (${say("unknown")})` : "";
  return `${say(`gates.${gate}`)}${what ? ` “${what}”` : ""}${known}`;
}

function rank({ tier, score }) {
  return `${say("tier")} ${tier}, ${say("score")} ${score.toFixed(3)}`;
}

function folded(name, list, line) {
  if (!list?.length) return null;
  const details = element("details");
  const rows = element("ul");
  for (const one of list) {
    const row = element("li");
    row.append(...line(one));
    rows.append(row);
  }
  details.append(element("summary", "", say(name, { n: list.length })), rows);
  return details;
}

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}
