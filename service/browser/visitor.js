// Who this browser is, and what the person agreed to. Nothing is kept before they agreed that something may be.

const KEPT = "intarsia";

/** Storage that may be blocked, full or away: it then holds nothing, and nobody fails for it. */
export const store = {
  read: (name) => quietly(() => JSON.parse(localStorage.getItem(name))),
  write: (name, value) => quietly(() => localStorage.setItem(name, JSON.stringify(value))),
  remove: (name) => quietly(() => localStorage.removeItem(name)),
  names: () => quietly(() => Object.keys(localStorage)) || [],
};

/** An id that nobody else has, also on pages without TLS. */
export function unique() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The visitor: `id`, `user`, `answers`. `changed` is told what moves in another tab. */
export function createVisitor(options, changed) {
  const visitor = { id: unique(), user: undefined, answers: {}, kept: false };

  /** Purpose -> yes or no, with the browser's own no (Global Privacy Control) before every yes. */
  visitor.consent = () => {
    const holds = ([purpose, yes]) => [purpose, yes && !(navigator.globalPrivacyControl && options.gpc.includes(purpose))];
    return Object.fromEntries(Object.entries(visitor.answers).map(holds));
  };
  visitor.answered = () => Object.keys(visitor.answers).length > 0;
  visitor.granted = () => Object.values(visitor.consent()).includes(true);
  visitor.storable = () => (options.storeFor ? visitor.consent()[options.storeFor] === true : visitor.granted());

  /** Keep what is known now, or forget what was kept. */
  visitor.save = () => {
    const { id, user, answers } = visitor;
    if (visitor.storable()) store.write(KEPT, { id, user, answers });
    else if (visitor.kept) store.remove(KEPT);
    visitor.kept = visitor.storable();
  };

  /** Become somebody of whom nothing is known; the answers stay those of this browser. */
  visitor.renew = (user) => {
    visitor.id = unique();
    visitor.user = user;
  };

  /** Take over what is kept: at the start, after a page came back, or after another tab changed it. */
  visitor.recall = () => {
    const known = store.read(KEPT);
    const before = visitor.id;
    const was = JSON.stringify(visitor);
    if (known && typeof known.id === "string") {
      Object.assign(visitor, { id: known.id, user: known.user, answers: known.answers || {} });
      visitor.kept = true;
    } else if (visitor.kept) {
      // Somebody took the agreement back elsewhere.
      for (const purpose in visitor.answers) visitor.answers[purpose] = false;
      visitor.kept = false;
      visitor.renew(visitor.user);
    }
    if (was !== JSON.stringify(visitor)) changed(before);
  };

  addEventListener("storage", (event) => {
    if (event.key === KEPT || event.key === null) visitor.recall();
  });
  return visitor;
}

function quietly(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
