// Rows that are ticked, to be printed together. Without this file they are ticked one by one.

const ticks = (form) => [...form.querySelectorAll("input[name=voucher]")];

function count(form) {
  const ticked = ticks(form).filter((box) => box.checked).length;
  const button = form.querySelector("[data-ticked]");
  button.querySelector("span").textContent = ticked ? `PDF of ${ticked} ticked` : "PDF of the ticked";
  button.disabled = !ticked;
  const all = form.querySelector("[data-ticks-all]");
  all.checked = ticked > 0 && ticked === ticks(form).length;
  all.indeterminate = ticked > 0 && !all.checked;
}

function prepare() {
  for (const button of document.querySelectorAll("[data-ticked]")) count(button.form);
  for (const all of document.querySelectorAll("[data-ticks-all]")) all.hidden = false;
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form?.querySelector("[data-ticked]")) return;
  if ("ticksAll" in event.target.dataset)
    for (const box of ticks(form)) box.checked = event.target.checked;
  count(form);
});

// A living list is replaced under the reader: what was ticked stays ticked.
let ticked = [];
document.addEventListener("htmx:beforeSwap", () => {
  ticked = [...document.querySelectorAll("input[name=voucher]:checked")].map((box) => box.value);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const box of document.querySelectorAll("input[name=voucher]"))
    if (ticked.includes(box.value)) box.checked = true;
  prepare();
});
prepare();
