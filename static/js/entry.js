// Entering a voucher by keyboard: Enter moves on, rows come as they are needed, the difference runs
// along, a few letters find an account. A module, with names of its own; the form works without it.

const form = document.querySelector("[data-entry]");
const list = form.querySelector("[data-rows-of-entry]");
const sums = form.querySelector("[data-sums]");
const post = form.querySelector("[data-posts]");
const rows = () => [...(list?.children ?? [])];
const part = (row, name) => row.querySelector(`[name$="-${name}"]`);

// Amounts: whole paise, as people write them

function paise(text) {
  const found = text.replace(/[,\s₹]/g, "").match(/^(\d*)(?:\.(\d{0,2}))?$/);
  return found ? Number(found[1] || 0) * 100 + Number((found[2] || "").padEnd(2, "0")) : 0;
}

const grouping = new Intl.NumberFormat(form.dataset.currency === "INR" ? "en-IN" : "en-US", {
  minimumFractionDigits: 2,
});
const figure = (amount) => grouping.format(amount / 100);

function sumOf(side) {
  const own = rows().filter((row) => part(row, "side").value === side);
  return own.reduce((sum, row) => sum + paise(part(row, "amount").value), 0);
}

const difference = () => sumOf("dr") - sumOf("cr");

function tellSums() {
  if (!sums) return;
  const open = difference();
  const rest = open ? ` · Difference ${figure(Math.abs(open))} ${open > 0 ? "Dr" : "Cr"}` : "";
  const isBalanced = !open && sumOf("dr") > 0;
  sums.textContent = `Dr ${figure(sumOf("dr"))} · Cr ${figure(sumOf("cr"))}${isBalanced ? " · Balanced" : rest}`;
  sums.classList.toggle("is-balanced", isBalanced);
  sums.hidden = false;
}

// Rows

function addRow() {
  const count = form.querySelector('[name$="-TOTAL_FORMS"]');
  const html = document.getElementById("entry-row").innerHTML.replaceAll("__prefix__", count.value);
  list.insertAdjacentHTML("beforeend", html);
  count.value = Number(count.value) + 1;
  const row = rows().at(-1);
  for (const element of row.querySelectorAll("[data-needs-script]")) element.hidden = false;
  for (const choice of row.querySelectorAll("[data-choice]")) listen(choice);
  return row;
}

const isBlank = (row) => !part(row, "account").value.trim() && !part(row, "amount").value.trim();

function nextRow(row) {
  const next = rows()[rows().indexOf(row) + 1] ?? addRow();
  if (isBlank(next)) part(next, "side").value = difference() > 0 ? "cr" : "dr";
  return next;
}

/** Where a row begins: what is filled in already is not asked again. */
const firstOf = (row) => part(row, part(row, "account").value ? "amount" : "side");

function dropRow(row) {
  for (const name of ["account", "amount"]) part(row, name).value = "";
  if (rows().length > 2) row.remove();
  tellSums();
}

// Where Enter leads

const fields = () =>
  [...form.querySelectorAll("input:not([type=hidden]), select, textarea, [data-posts]")].filter((field) =>
    field.checkVisibility(),
  );

function afterRows() {
  const all = fields();
  return all[all.indexOf(part(rows().at(-1), "amount")) + 1];
}

function after(field) {
  const row = field.closest("[data-row]");
  const isDone = difference() === 0 && sumOf("dr") > 0;
  if (row && field === part(row, "account") && isBlank(row) && isDone) return afterRows();
  if (row && field === part(row, "amount")) return isDone ? afterRows() : firstOf(nextRow(row));
  return fields()[fields().indexOf(field) + 1];
}

function moveOn(field) {
  const next = after(field);
  next?.focus();
  if (next?.matches("input")) next.select();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  if (!post.disabled) form.requestSubmit(post);
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (!event.target.matches("input, select")) return;
  event.preventDefault();
  if (!event.target.closest("[data-choice]")) moveOn(event.target);
});

form.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  const open = difference();
  if (!row || event.target !== part(row, "amount") || event.target.value || !open) return;
  if ((open > 0) !== (part(row, "side").value === "cr")) return;
  event.target.value = figure(Math.abs(open));
  event.target.select();
  tellSums();
});

form.addEventListener("focusout", (event) => {
  const amount = event.target.matches("[name$=-amount]") && paise(event.target.value);
  if (amount) event.target.value = figure(amount);
});

form.addEventListener("input", tellSums);
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-drops-row]");
  if (button) dropRow(button.closest("[data-row]"));
});
form.addEventListener("submit", () => setTimeout(() => (post.disabled = true)));
addEventListener("pageshow", () => (post.disabled = false));

// Quick search: a list below the field, from the server

function listen(choice) {
  const field = choice.querySelector("input");
  const options = choice.querySelector("[role=listbox]");
  const id = `${field.id}-choices`;
  let asked = Promise.resolve();
  let latest = 0;

  options.id = id;
  field.removeAttribute("list"); // the browser's own, for those without this file
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false",
  })) field.setAttribute(name, value);

  const all = () => [...options.querySelectorAll("[data-value]")];
  const current = () => options.querySelector("[aria-selected=true]");

  function mark(option) {
    for (const each of all()) each.setAttribute("aria-selected", String(each === option));
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    latest += 1;
    options.hidden = true;
    options.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  async function ask(number, text) {
    const answer = await fetch(`${choice.dataset.choice}?q=${encodeURIComponent(text)}`);
    const html = answer.ok ? await answer.text() : "";
    if (number !== latest) return;
    options.innerHTML = html;
    all().forEach((option, at) => (option.id = `${id}-${at}`));
    options.hidden = !html.trim();
    field.setAttribute("aria-expanded", String(!options.hidden));
    mark(text.trim() ? all()[0] : null);
  }

  function search() {
    latest += 1;
    asked = ask(latest, field.value).catch(close);
  }

  function choose(option) {
    field.value = option.dataset.value;
    const balance = choice.querySelector("[data-balance]:not(li)");
    if (balance) balance.textContent = option.dataset.balance ?? "";
    close();
  }

  async function accept() {
    await asked;
    const option = current();
    if (option) choose(option);
    else close();
    moveOn(field);
  }

  function step(by) {
    const at = all().indexOf(current());
    mark(all()[Math.min(all().length - 1, Math.max(0, at + by))] ?? null);
  }

  field.addEventListener("input", () => {
    const balance = choice.querySelector("[data-balance]:not(li)");
    if (balance) balance.textContent = "";
    search();
  });
  field.addEventListener("focus", () => field.value || search());
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter") accept();
    if (event.key === "Tab" && current()) choose(current());
    if (event.key === "Escape" && !options.hidden) {
      event.stopPropagation();
      close();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (options.hidden) search();
    else step(event.key === "ArrowDown" ? 1 : -1);
  });
  options.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[data-value]");
    if (option) choose(option);
  });
}

for (const choice of form.querySelectorAll("[data-choice]")) listen(choice);
const asked = rows().flatMap((row) => [part(row, "account"), part(row, "amount")]);
const first = form.querySelector("[aria-invalid=true]") ?? asked.find((field) => !field.value);
(first ?? fields()[0]).focus();
tellSums();
