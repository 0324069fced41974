// What the shop front itself says, in the languages of the shop. Everything else is Intarsia's answer.
export const WORDS = {
  en: {
    skip: "Skip to the shop", try: "Try it", demo: "A demonstration of Intarsia", who: "You are", city: "in",
    anywhere: "some town", weather: "on", mild: "a mild day", cold: "a cold day", warm: "a warm day",
    why: "Why this page?", motto: "Groceries, carried home", language: "Language", cart: "Cart",
    consentTitle: "May the shop get to know you?",
    consentText: "We would remember what you look at and buy, to show you what fits. Without it the shop works just as well, only it is the same for everybody.",
    yes: "Yes, get to know me", no: "No, thank you", opening: "The shop is opening…", close: "Close",
    add: "Add to cart", view: "View", yourCart: "Your cart", empty: "Nothing in it yet. The bread is good today.",
    sum: "In all", buy: "Buy", noMoney: "A demonstration: nothing is charged and nothing is sent.",
    stranger: "a stranger", anew: "somebody new", less: "One less", more: "One more",
    added: "In the cart: {name}", bought: "Thank you! The order is in.", remembered: "The shop will remember.",
    forgotten: "The shop will not remember.", changed: "The page has changed: {slots}", changedMuch: "The page has changed.",
    notHere: "That shelf is not on your page today.", noProduct: "That product is not on your page today.",
    help: "Address and hours. Questions are answered in the chat.",
    agreed: "The customers of this demonstration have agreed already. As a stranger you are asked.",
    closed: "The shop cannot be reached. Please try again.",
    decision: "Decision", release: "Release", level: "Level", holds: "Holds until", always: "something happens",
    filledBy: { ranked: "the best that is allowed", pinned: "pinned by the editor", "slot fallback": "the slot’s stand-in",
      "layout fallback": "the layout’s stand-in", static: "plain text", empty: "left empty" },
    levels: ["everything worked", "something was slow or missing", "a slot took its stand-in",
      "a slot took the layout’s stand-in", "a slot shows plain text"],
    gates: { broken: "could not be shown", locale: "not written in this language", schedule: "not at this time",
      policy: "forbidden by the policy", targeting: "not for this person; its rule is", merge: "lacks a fact about this person",
      experiment: "taken out by the experiment", items: "has no products to show", placed: "stands elsewhere",
      channel: "cannot be shown in this channel", cap: "was shown often enough" },
    unknown: "we do not know", stopped: "Stopped: {n}", outranked: "Allowed, but came after: {n}", variation: "test “{experiment}”: {variation}",
    looked: "variant {variant}: {detail}", notThis: "not variant {variant}: {detail}",
    tier: "tier", score: "worth", itemsFrom: "products: {from}", note: "Note", quiet: "Nothing was stopped here.",
  },
  de: {
    skip: "Zum Laden springen", try: "Ausprobieren", demo: "Eine Vorführung von Intarsia", who: "Sie sind", city: "in",
    anywhere: "irgendeiner Stadt", weather: "an", mild: "einem milden Tag", cold: "einem kalten Tag", warm: "einem warmen Tag",
    why: "Warum diese Seite?", motto: "Lebensmittel, nach Hause getragen", language: "Sprache", cart: "Korb",
    consentTitle: "Darf der Laden Sie kennenlernen?",
    consentText: "Wir würden uns merken, was Sie ansehen und kaufen, um zu zeigen, was passt. Ohne das funktioniert der Laden genauso gut, nur ist er für alle gleich.",
    yes: "Ja, gern", no: "Nein, danke", opening: "Der Laden öffnet…", close: "Schließen",
    add: "In den Korb", view: "Ansehen", yourCart: "Ihr Korb", empty: "Noch nichts darin. Das Brot ist heute gut.",
    sum: "Zusammen", buy: "Kaufen", noMoney: "Eine Vorführung: Es wird nichts berechnet und nichts geliefert.",
    stranger: "ein Fremder", anew: "jemand Neues", less: "Eins weniger", more: "Eins mehr",
    added: "Im Korb: {name}", bought: "Danke! Die Bestellung ist da.", remembered: "Der Laden merkt es sich.",
    forgotten: "Der Laden merkt sich nichts.", changed: "Die Seite hat sich geändert: {slots}", changedMuch: "Die Seite hat sich geändert.",
    notHere: "Dieses Regal steht heute nicht auf Ihrer Seite.", noProduct: "Diese Ware steht heute nicht auf Ihrer Seite.",
    help: "Adresse und Zeiten. Fragen beantworten wir im Chat.",
    agreed: "Die Kunden dieser Vorführung haben schon zugestimmt. Als Fremder werden Sie gefragt.",
    closed: "Der Laden ist nicht zu erreichen. Bitte noch einmal versuchen.",
    decision: "Entscheidung", release: "Ausgabe", level: "Stufe", holds: "Gilt bis", always: "etwas geschieht",
    filledBy: { ranked: "das Beste, was darf", pinned: "von der Redaktion gesetzt", "slot fallback": "der Ersatz des Platzes",
      "layout fallback": "der Ersatz der Seite", static: "nur Text", empty: "leer geblieben" },
    levels: ["alles hat geklappt", "etwas war langsam oder fehlte", "ein Platz nahm seinen Ersatz",
      "ein Platz nahm den Ersatz der Seite", "ein Platz zeigt nur Text"],
    gates: { broken: "ließ sich nicht zeigen", locale: "gibt es nicht in dieser Sprache", schedule: "nicht zu dieser Zeit",
      policy: "verboten durch die Vorschrift", targeting: "nicht für diese Person; die Regel heißt", merge: "eine Angabe zur Person fehlt",
      experiment: "herausgenommen durch den Test", items: "hat keine Waren zu zeigen", placed: "steht anderswo",
      channel: "in diesem Kanal nicht zu zeigen", cap: "oft genug gezeigt" },
    unknown: "wir wissen es nicht", stopped: "Aufgehalten: {n}", outranked: "Erlaubt, aber dahinter: {n}", variation: "Test „{experiment}“: {variation}",
    looked: "Variante {variant}: {detail}", notThis: "nicht Variante {variant}: {detail}",
    tier: "Rang", score: "Wert", itemsFrom: "Waren: {from}", note: "Hinweis", quiet: "Hier wurde nichts aufgehalten.",
  },
};

let language = "en";

/** Speak this language from now on, and translate what stands on the page. */
export function speak(locale) {
  const spoken = locale.split("-")[0];
  language = WORDS[spoken] ? spoken : "en";
  document.documentElement.lang = language === spoken ? locale : language;
  document.title = `Larder Lane: ${say("motto")}`;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = say(place.dataset.word);
  for (const place of document.querySelectorAll("[data-word-label]")) place.setAttribute("aria-label", say(place.dataset.wordLabel));
}

/** The words of this name, with `{…}` filled in. */
export function say(name, values = {}) {
  const words = name.split(".").reduce((found, step) => found?.[step], WORDS[language]) ?? name;
  return typeof words === "string" ? words.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "") : words;
}

/** A price as people of this language write it. */
export function money(amount, currency) {
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(amount);
}

/** A key of the shop's content as a reader sees it: "carousel-for-you" -> "carousel for you". */
export function readable(key) {
  return String(key).replaceAll("-", " ");
}
