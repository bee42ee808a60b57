// Finding an item while typing: arrows move in the list, Enter takes, Esc closes.
// Without this file the field takes an item's SKU, and what is not clear is asked on a page.
// A module: its names are its own, beside those of the page's other scripts.

const found = () => document.getElementById("found-items");
const options = () => [...found().querySelectorAll("[role=option]")];
const marked = () => found().querySelector("[aria-selected=true]");
let field = null;

function place() {
  const box = field.getBoundingClientRect();
  const width = Math.min(Math.max(box.width, 320), innerWidth - 16);
  const isBelow = box.bottom + 260 < innerHeight || box.top < 260;
  Object.assign(found().style, {
    left: `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`,
    width: `${width}px`,
    top: isBelow ? `${box.bottom + 4}px` : "",
    bottom: isBelow ? "" : `${innerHeight - box.top + 4}px`,
  });
}

function open() {
  found().hidden = false;
  field.setAttribute("aria-expanded", "true");
  place();
}

function close() {
  if (!found()) return;
  found().hidden = true;
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
}

function mark(option) {
  marked()?.setAttribute("aria-selected", "false");
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option.id);
}

function move(step) {
  const all = options();
  if (all.length) mark(all[(all.indexOf(marked()) + step + all.length) % all.length]);
}

function take(option) {
  field.value = option.dataset.value;
  close();
  if (field.closest("form").querySelector("input[name=sku]").value) field.closest("form").requestSubmit();
}

document.addEventListener("focusin", (event) => {
  if (!event.target.matches("[data-picker]")) return;
  field = event.target;
  field.select();
});

document.addEventListener("focusout", (event) => {
  if (event.target === field) close();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== found() || document.activeElement !== field) return;
  open();
  mark(options()[0]);
});

// Before the page's own keys see them: here Esc closes the list, and Enter takes from it.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.target !== field || found().hidden) return;
    const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Escape: close };
    if (event.key === "Enter" && marked()) keys.Enter = () => take(marked());
    if (!(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  },
  true,
);

// The press comes before the field loses its focus, and with it the list.
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("#found-items [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option);
});

addEventListener("scroll", (event) => event.target !== found() && close(), true);
addEventListener("resize", close);

// After a row is mapped it is gone: the field that has taken its place is next.
let next = -1;
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("tr form.picker");
  if (form && event.target === form) next = [...document.querySelectorAll("tr [data-picker]")].indexOf(field);
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (next < 0 || !event.target.matches("#skus")) return;
  const fields = [...document.querySelectorAll("tr [data-picker]")];
  const follower = fields[Math.min(next, fields.length - 1)];
  next = -1;
  if (!follower) return;
  follower.focus();
  document.querySelector(".is-current")?.classList.remove("is-current");
  follower.closest("tr").classList.add("is-current");
});
