// Rows that are ticked, to be handled together. Without this file they are ticked one by one.
// A button with `data-ticked` needs a tick; the attribute is what it does with them: "PDF of".

const TICK = "input[type=checkbox]:is([name=voucher], [name=order], [name=item], [name=customer])";
const ticks = (form) => [...form.elements].filter((field) => field.matches(TICK));

function count(form) {
  const ticked = ticks(form).filter((box) => box.checked).length;
  for (const button of form.querySelectorAll("[data-ticked]")) {
    const text = `${button.dataset.ticked} ${ticked || "the"} ticked`;
    button.querySelector("span").textContent = text;
    button.disabled = !ticked;
  }
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
  ticked = [...document.querySelectorAll(`${TICK}:checked`)].map((box) => `${box.name} ${box.value}`);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const box of document.querySelectorAll(TICK))
    if (ticked.includes(`${box.name} ${box.value}`)) box.checked = true;
  prepare();
});
prepare();
