// All that a site writes itself: its question about consent, and what its buttons mean.
const PURPOSES = ["personalization", "analytics"];
const question = document.getElementById("question");

function answer(yes) {
  intarsia.consent(Object.fromEntries(PURPOSES.map((purpose) => [purpose, yes])), { version: "1", evidence: { page: "example" } });
}

question.hidden = Object.keys(intarsia.consent()).length > 0;
question.addEventListener("click", ({ target }) => {
  if (!target.dataset.answer) return;
  question.hidden = true;
  answer(target.dataset.answer === "yes");
});
document.getElementById("forget").addEventListener("click", () => answer(false));
document.getElementById("add").addEventListener("click", async () => {
  await intarsia.track("Product Added", { product_id: "coffee-1", name: "Coffee", category: "coffee", price: 6.5, quantity: 1 });
  intarsia.refresh();
});

for (const name of ["filled", "kept", "consent", "error"]) {
  document.addEventListener(`intarsia:${name}`, ({ detail }) => {
    const line = document.createElement("li");
    line.textContent = `${name}: ${JSON.stringify(detail)}`;
    document.getElementById("heard").append(line);
  });
}
