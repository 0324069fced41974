// Who is in the shop: kept in this browser, one cart for each person.
const STRANGER = "";

const read = (name, otherwise) => {
  try {
    return JSON.parse(localStorage.getItem(`larder:${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
};
const keep = (name, value) => localStorage.setItem(`larder:${name}`, JSON.stringify(value));

export const visitor = {
  /** The user id of a known customer; empty for a stranger. */
  get user() { return read("user", STRANGER); },
  set user(id) { keep("user", id); },

  /** The stranger's id in this browser; made at the first visit. */
  get anonymous() {
    if (!read("anonymous", null)) this.startAnew();
    return read("anonymous", null);
  },
  /** Become a stranger nobody has met. */
  startAnew() {
    keep("anonymous", crypto.randomUUID());
    keep("consent", null);
    keep("user", STRANGER);
  },

  get isStranger() { return this.user === STRANGER; },
  get unit() { return this.user || this.anonymous; },
  /** This person as the delivery API names them. */
  get person() { return this.isStranger ? { anonymous_id: this.anonymous } : { user_id: this.user }; },
  /** This person as the tracking API names them. */
  get sender() { return this.isStranger ? { anonymousId: this.anonymous } : { userId: this.user }; },

  /** What a stranger said to the question; null before the answer. Customers agreed long ago. */
  get consent() { return this.isStranger ? read("consent", null) : true; },
  set consent(given) { keep("consent", given); },

  get locale() { return read("locale", navigator.language === "de-AT" ? "de-AT" : navigator.language.startsWith("de") ? "de" : "en"); },
  set locale(value) { keep("locale", value); },

  get cart() { return read(`cart:${this.unit}`, []); },
  set cart(lines) { keep(`cart:${this.unit}`, lines); },

  /** Whether this is the first time that this is said of this person. */
  isNews(what) {
    const told = read("told", []);
    if (told.includes(what)) return false;
    keep("told", [...told.slice(-200), what]);
    return true;
  },
};
