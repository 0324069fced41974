// Calls on their way to the service: in memory, and in storage where that was agreed to, until they are acknowledged.
import { store, unique } from "./visitor.js";

const SHELF = "intarsia.queue.";
const MOST = 500;
const CALL_BYTES = 32_000;
/** Browsers send at most 64 KiB for pages that go away. */
const BATCH_BYTES = 48_000;
const SOON = 40;
const LONGEST = 60_000;
const PATIENCE = 15_000;

/** The queue of this tab. `tell(name, detail)` says what became of calls. */
export function createQueue(options, tell) {
  const shelf = SHELF + unique();
  const address = `${options.host}/v1/batch`;
  const waiting = new Map();
  let calls = [];
  let underWay = [];
  let sending = null;
  let timer = 0;
  let failures = 0;
  /** Before this moment the service does not want to be asked again. */
  let closedUntil = 0;

  /** Send this call; resolves when it was acknowledged (true) or given up (false). `keep`: it may be stored. */
  function add(call, keep) {
    return new Promise((resolve) => {
      if (sizeOf(call) > CALL_BYTES) {
        tell("error", { message: "a call is too large and was not sent", call });
        return resolve(false);
      }
      waiting.set(call.messageId, resolve);
      calls.push({ call, keep });
      settle(calls.slice(0, -MOST), false);
      save();
      if (!failures) wake(SOON);
    });
  }

  /** What other tabs, or this one in an earlier life, left unsent. Who sends it too does no harm: it counts once. */
  function adopt() {
    const others = store.names().filter((name) => name.startsWith(SHELF) && name !== shelf);
    const known = new Set(calls.map(({ call }) => call.messageId));
    for (const name of others) {
      const left = store.read(name);
      if (Array.isArray(left)) calls.push(...left.filter((one) => one && !known.has(one.messageId)).map((call) => ({ call, keep: true })));
    }
    save();
    others.forEach(store.remove);
    if (calls.length) wake(SOON);
  }

  /** Give up what is not to be told any more. */
  function drop(isTold) {
    settle(calls.filter(({ call }) => !isTold(call)), false);
    save();
  }

  /** Send now; resolves when nothing is left, or after the first failure. */
  function flush() {
    clearTimeout(timer);
    const left = closedUntil - Date.now();
    if (left > 0) return Promise.resolve(wake(left));
    if (!sending && calls.length) sending = send().finally(() => (sending = null));
    return sending || Promise.resolve();
  }

  async function send() {
    while (calls.length) {
      underWay = batchOf(calls);
      const pause = await attempt(underWay);
      underWay = [];
      if (pause === null) {
        failures = 0;
        continue;
      }
      failures += 1;
      const longer = Math.min(LONGEST, 1000 * 2 ** Math.min(failures - 1, 9)) * (0.5 + Math.random() / 2);
      if (pause) closedUntil = Date.now() + pause;
      return wake(Math.max(pause, longer));
    }
  }

  /** Milliseconds after which to try again; null where nothing is to be tried again. */
  async function attempt(batch) {
    let answer;
    try {
      answer = await fetch(address, { ...REQUEST, body: bodyOf(batch), signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      return 0;
    }
    if (answer.status === 429 || answer.status === 408 || answer.status >= 500) return pauseOf(answer);
    if (!answer.ok) tell("error", { message: `calls were refused with ${answer.status}`, status: answer.status });
    else await tellRefused(answer);
    settle(batch, answer.ok);
    save();
    return null;
  }

  async function tellRefused(answer) {
    const { receipts = [] } = await answer.json().catch(() => ({}));
    for (const receipt of receipts) if (receipt.status === "refused") tell("error", { message: receipt.message, receipt });
  }

  /** The page may go away now: hand over what is not under way; it stays here until it is acknowledged. */
  function leave() {
    const closed = Date.now() < closedUntil;
    let left = calls.filter((one) => !underWay.includes(one) && !(closed && one.keep));
    for (let room = 1; left.length && room; ) {
      const batch = batchOf(left);
      room = navigator.sendBeacon(address, new Blob([bodyOf(batch)], { type: TEXT }));
      left = left.slice(batch.length);
    }
    if (calls.length) wake(5000);
  }

  function settle(gone, acknowledged) {
    if (!gone.length) return;
    calls = calls.filter((one) => !gone.includes(one));
    for (const { call } of gone) {
      const resolve = waiting.get(call.messageId);
      waiting.delete(call.messageId);
      if (resolve) resolve(acknowledged);
    }
  }

  function save() {
    const kept = calls.filter(({ keep }) => keep).map(({ call }) => call);
    if (kept.length) store.write(shelf, kept);
    else store.remove(shelf);
  }

  function wake(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(flush, milliseconds);
  }

  function bodyOf(batch) {
    return JSON.stringify({ writeKey: options.key, sentAt: new Date().toISOString(), batch: batch.map(({ call }) => call) });
  }

  addEventListener("online", flush);
  return { add, adopt, drop, flush, leave };
}

/** As plain text, which browsers send to other origins without asking beforehand. */
const TEXT = "text/plain;charset=UTF-8";
const REQUEST = {
  method: "POST",
  keepalive: true,
  credentials: "omit",
  referrerPolicy: "strict-origin",
  headers: { "Content-Type": TEXT },
};

function batchOf(calls) {
  let bytes = 0;
  let count = 0;
  while (count < calls.length && count < 100 && (bytes += sizeOf(calls[count].call)) < BATCH_BYTES) count += 1;
  return calls.slice(0, count || 1);
}

function pauseOf(answer) {
  const told = answer.headers.get("Retry-After");
  const seconds = Number(told);
  return Math.max(0, Number.isNaN(seconds) ? Date.parse(told) - Date.now() || 0 : seconds * 1000);
}

function sizeOf(call) {
  return new Blob([JSON.stringify(call)]).size;
}
