// What a page says beside the script's address: data-key, data-layout, data-locale …

const TCF = "personalization:1,5,6 analytics:1,8,9 advertising:1,2,3,4,7";

/** The options of this page, from the attributes of the script's element or from a call of `start`. */
export function optionsOf(told, source) {
  const given = (name, otherwise) => (told[name] === undefined ? otherwise : told[name]);
  return {
    key: given("key", ""),
    host: given("host", source ? new URL(source, location.href).origin : location.origin).replace(/\/+$/, ""),
    layout: given("layout", ""),
    locale: () => given("locale", document.documentElement.lang) || undefined,
    page: given("page", "on") !== "off",
    sendFirst: given("beforeConsent", "hold") === "send",
    storeFor: given("storageFor", ""),
    gpc: words(given("gpc", "advertising sale sharing")),
    tcf: words(given("tcf", TCF)).map((one) => one.split(":")),
    timeout: Number(given("timeout", 3000)),
    hide: Number(given("hide", 0)),
  };
}

function words(text) {
  return text.split(/\s+/).filter(Boolean);
}
