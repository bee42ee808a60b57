// The keys that Tally's users know: arrows move the row, Enter drills, Esc goes back, F2 period.

const rows = () => [...document.querySelectorAll("tr[data-href], [data-rows] [data-href]")];
const current = () => document.querySelector(".is-current");

function choose(row) {
  if (!row) return;
  current()?.classList.remove("is-current");
  row.classList.add("is-current");
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))]);
}

function goBack() {
  const focused = document.activeElement;
  if (focused && focused.matches("input, select, textarea")) return focused.blur();
  const menu = document.querySelector("details.menu[open]");
  if (menu) return (menu.open = false);
  const above = document.querySelector(".crumbs li:last-of-type a") ?? document.querySelector("a.brand");
  if (above && above.pathname !== location.pathname) location.href = above.href;
}

const follow = (selector) => document.querySelector(selector)?.click();

// A row with a field to fill in is worked on in place; any other one opens.
function drill(row) {
  const field = row?.querySelector("[data-enter]");
  if (field) field.focus();
  else if (row) location.href = row.dataset.href;
}

// G, and within a moment the letter of a place in the menu.
let goesUntil = 0;
function goTo(key) {
  const isDue = performance.now() < goesUntil;
  goesUntil = 0;
  const link = isDue && document.querySelector(`[data-go="${CSS.escape(key.toLowerCase())}"]`);
  if (link) link.click();
  return Boolean(link);
}

// Who speaks to the machine, or slips, can switch off what a single letter or sign does.
const withLetters = () => localStorage.getItem("letter-keys") !== "off";
const isLetter = (key) => key.length === 1 && key !== " ";
for (const box of document.querySelectorAll("[data-letter-keys]")) {
  box.checked = withLetters();
  box.addEventListener("change", () => localStorage.setItem("letter-keys", box.checked ? "on" : "off"));
}

const KEYS = {
  "/": () => document.getElementById("search")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Home: () => choose(rows()[0]),
  End: () => choose(rows().at(-1)),
  Enter: () => drill(current()),
  PageDown: () => follow("[data-key-next]"),
  PageUp: () => follow("[data-key-previous]"),
  " ": () => current()?.querySelector("input[type=checkbox]")?.click(),
  g: () => (goesUntil = performance.now() + 1500),
  F2: () => (document.querySelector("[data-key-period]") ?? document.querySelector("main input[type=date]"))?.focus(),
};

// A living table is replaced under the reader: the row that was chosen stays chosen.
let chosen = null;
document.addEventListener("htmx:beforeSwap", () => (chosen = current()?.dataset.href));
document.addEventListener("htmx:afterSettle", () => {
  if (chosen && !current()) rows().find((row) => row.dataset.href === chosen)?.classList.add("is-current");
});

// Keys that a page gives to a link of its own: F6 for a receipt.
function followKey(event) {
  const link = /^F\d+$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (link) event.preventDefault();
  if (link) link.click();
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey && event.key.startsWith("F")) return;
  if (document.querySelector("dialog[open]") || followKey(event)) return;
  if (event.key === "Escape") return goBack();
  const typing = event.target.matches("input, select, textarea");
  if (!typing && isLetter(event.key)) {
    if (!withLetters()) return;
    if (goTo(event.key)) return event.preventDefault();
  }
  const pressing = event.key === "Enter" && event.target.matches("a, button, summary");
  if ((typing && event.key !== "F2") || pressing || !(event.key in KEYS)) return;
  if (event.key.startsWith("Page") && !document.querySelector("[data-key-next], [data-key-previous]")) return;
  if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) && !rows().length) return;
  if (event.key === " " && !(current() && !event.target.matches("a, button, summary"))) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-href]");
  if (!row || event.target.closest("a, button, input, label, select")) return;
  if (getSelection().toString()) return;
  if (event.ctrlKey || event.metaKey) open(row.dataset.href);
  else location.href = row.dataset.href;
});
