// The cart: kept in this browser, shown in a drawer.
import { money, say } from "./words.js";
import { visitor } from "./visitor.js";

const lines = document.getElementById("cart-lines");

/** Put one of this product into the cart. */
export function add(product) {
  const cart = visitor.cart;
  const line = cart.find((one) => one.id === product.id);
  if (line) line.quantity += 1;
  else cart.push({ ...product, because: undefined, quantity: 1 });
  visitor.cart = cart;
}

/** Take one of this product out; the line it was in. */
export function takeOut(id) {
  const cart = visitor.cart;
  const line = cart.find((one) => one.id === id);
  line.quantity -= 1;
  visitor.cart = cart.filter((one) => one.quantity > 0);
  return line;
}

/** A product as tracking calls name it. */
export function told({ id, name, category, price, quantity = 1 }) {
  return { product_id: id, name, category, price, quantity };
}

/** What everything in the cart costs. */
export function sum() {
  return Math.round(visitor.cart.reduce((all, line) => all + line.price * line.quantity, 0) * 100) / 100;
}

/** Show the cart as it is now. */
export function showCart(currency) {
  const cart = visitor.cart;
  const count = cart.reduce((all, line) => all + line.quantity, 0);
  document.getElementById("cart-count").textContent = count;
  document.getElementById("cart-empty").hidden = count > 0;
  document.getElementById("cart-buy").disabled = count === 0;
  document.getElementById("cart-sum").textContent = money(sum(), currency);
  lines.replaceChildren(...cart.map((line) => row(line, currency)));
}

function row(line, currency) {
  const item = document.createElement("li");
  item.dataset.item = line.id;
  const picture = Object.assign(document.createElement("img"), { src: line.image || "icon.svg", alt: "", width: 56, height: 56 });
  const name = Object.assign(document.createElement("span"), { className: "line-name", textContent: line.name });
  const price = Object.assign(document.createElement("span"), { className: "line-price", textContent: money(line.price * line.quantity, currency) });
  const count = document.createElement("span");
  count.className = "line-count";
  count.append(step("less", "−", line), Object.assign(document.createElement("output"), { textContent: line.quantity }), step("more", "+", line));
  item.append(picture, name, price, count);
  return item;
}

function step(what, sign, line) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign });
  button.dataset.do = what;
  button.setAttribute("aria-label", `${say(what)}: ${line.name}`);
  return button;
}
