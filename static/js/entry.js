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
// Posting alone waits for what Enter has accepted before the server had answered.
const awaited = new Set();
form.addEventListener("submit", (event) => {
  if (!awaited.size) return setTimeout(() => (post.disabled = true));
  event.preventDefault();
  event.stopImmediatePropagation();
  Promise.allSettled(awaited).then(() => form.requestSubmit(post));
});
addEventListener("pageshow", () => (post.disabled = false));

// Half a voucher is not left by a slip of the hand: the browser asks.
let isBegun = false;
form.addEventListener("input", () => (isBegun = true));
form.addEventListener("submit", () => (isBegun = false));
addEventListener("beforeunload", (event) => isBegun && event.preventDefault());

// Quick search: a list below the field. Accounts stand in the page and are found at once; where there
// are too many, and for customers, the server is asked. Nobody waits for it: Enter moves on, and what
// was meant is filled in when the answer comes.

const SHOWN = 12;
const local = document.getElementById("account-choices");

function found(text) {
  const words = text.trim().toLowerCase();
  const rank = (option) => {
    const label = option.dataset.value.toLowerCase();
    if (label.startsWith(words)) return 0;
    return label.split(" · ").at(-1).startsWith(words) ? 1 : "used" in option.dataset ? 2 : 3;
  };
  return [...local.content.querySelectorAll("[data-value]")]
    .filter((option) => option.dataset.value.toLowerCase().includes(words))
    .map((option) => [rank(option), option])
    .sort(([one], [other]) => one - other)
    .slice(0, SHOWN)
    .map(([, option]) => option.cloneNode(true));
}

function nothing() {
  const none = document.createElement("li");
  none.textContent = "No account like this";
  none.className = "faint";
  for (const [name, value] of [["role", "option"], ["aria-disabled", "true"]]) none.setAttribute(name, value);
  return none;
}

async function answerFor(address, text) {
  const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`);
  const holder = document.createElement("template");
  if (answer.ok) holder.innerHTML = await answer.text();
  return [...holder.content.children];
}

function listen(choice) {
  const field = choice.querySelector("input");
  const options = choice.querySelector("[role=listbox]");
  const balance = choice.querySelector("p[data-balance]");
  const isLocal = local && "local" in choice.dataset;
  // The number of the question that was asked last, and of the one whose answer Enter has accepted.
  // While an answer is waited for, the list is of the question before.
  let question = 0;
  let accepted = 0;
  let isWaiting = false;
  let isOpen = false;
  let asking = Promise.resolve();

  options.id = `${field.id}-choices`;
  field.removeAttribute("list"); // the browser's own, for those without this file
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": options.id, "aria-expanded": "false",
  })) field.setAttribute(name, value);

  const all = () => [...options.querySelectorAll("[data-value]")];
  const current = () => options.querySelector("[aria-selected=true]");

  function mark(option) {
    for (const each of all()) each.setAttribute("aria-selected", String(each === option));
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function show(elements) {
    options.replaceChildren(...elements);
    all().forEach((option, at) => (option.id = `${options.id}-${at}`));
    options.hidden = false;
    field.setAttribute("aria-expanded", "true");
    mark(field.value.trim() ? all()[0] : null);
  }

  function close() {
    isOpen = false;
    options.hidden = true;
    options.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    field.value = option.dataset.value;
    if (balance) balance.textContent = option.dataset.balance ?? "";
  }

  async function ask() {
    question += 1;
    isWaiting = true;
    const own = question;
    const elements = await answerFor(choice.dataset.choice, field.value).catch(() => []);
    if (own !== question) return;
    const first = elements.find((element) => "value" in element.dataset);
    isWaiting = false;
    if (own === accepted && first) choose(first);
    else if (own !== accepted && isOpen) show(elements);
  }

  function search() {
    isOpen = true;
    if (!isLocal) return (asking = ask());
    const elements = found(field.value);
    show(elements.length ? elements : [nothing()]);
  }

  /** Takes the marked one; if it is not there yet, the first one that comes. */
  function accept() {
    if (isOpen && isWaiting && field.value.trim()) {
      const answered = asking;
      accepted = question;
      awaited.add(answered);
      answered.finally(() => awaited.delete(answered));
    } else if (current()) choose(current());
    close();
  }

  function step(by) {
    question += 1; // who walks through a list does not want another one
    isWaiting = false;
    const at = all().indexOf(current());
    mark(all()[Math.min(all().length - 1, Math.max(0, at + by))] ?? null);
  }

  field.addEventListener("input", () => {
    if (balance) balance.textContent = "";
    search();
  });
  field.addEventListener("focus", () => field.value || search());
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "Tab" && !event.shiftKey) accept();
    if (event.key === "Enter") {
      accept();
      moveOn(field);
    }
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
    if (option) close();
  });
}

for (const choice of form.querySelectorAll("[data-choice]")) listen(choice);
const asked = rows().flatMap((row) => [part(row, "account"), part(row, "amount")]);
const first = form.querySelector("[aria-invalid=true]") ?? asked.find((field) => !field.value);
(first ?? fields()[0]).focus();
tellSums();
