// What runs in Node.js: one line of JSON in, [[rule, data], …], one line out, [{value} or {error, type}, …].
// The first argument names the engine. What JSON cannot say is said as {"number": "NaN"}; undefined is null.
"use strict";

const readline = require("node:readline");

const ENGINES = {
  "json-logic-js": () => require("json-logic-js").apply,
  "json-logic-engine": () => {
    const { LogicEngine } = require("json-logic-engine");
    return (rule, data) => new LogicEngine().run(rule, data);
  },
};

function told(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : { number: String(value) };
  if (Array.isArray(value)) return Array.from(value, told);
  if (typeof value !== "object") return typeof value === "function" ? { function: value.name } : value;
  const known = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(known.map(([key, inner]) => [key, told(inner)]));
}

function answer(apply, rule, data) {
  try {
    return { value: told(apply(rule, data)) };
  } catch (error) {
    const type = Number.isNaN(error) ? "NaN" : String(error?.type ?? error?.message ?? error?.name);
    return { error: String(error?.message ?? error), type };
  }
}

const apply = ENGINES[process.argv[2]]();
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const cases = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(cases.map(([rule, data]) => answer(apply, rule, data)))}\n`);
});
