// Dialogs, copying, theme, toasts, menus. Every page works without this file.

const isDark = () =>
  (document.documentElement.dataset.theme ||
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function switchTheme() {
  const chosen = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = chosen;
  localStorage.setItem("theme", chosen);
}

async function copyFrom(button) {
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Browsers keep the clipboard from pages without HTTPS; the selection is ready for Ctrl+C.
    field.select();
    document.execCommand("copy");
  }
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => (label.textContent = before), 1600);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-opens], [data-closes], [data-copy], [data-theme-switch], [data-prints]");
  if (!target) return;
  if (target.dataset.opens) {
    const dialog = document.getElementById(target.dataset.opens);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
  } else if ("closes" in target.dataset) {
    event.preventDefault();
    target.closest("dialog, .toast").matches("dialog")
      ? target.closest("dialog").close()
      : target.closest(".toast").remove();
  } else if (target.dataset.copy) copyFrom(target);
  else if ("themeSwitch" in target.dataset) switchTheme();
  else if ("prints" in target.dataset) print();
});

// A press outside closes: a dialog on its backdrop, a menu anywhere else.
document.addEventListener("pointerdown", (event) => {
  if (event.target.matches("dialog")) event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

const showWhatNeedsScript = () => {
  for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
};
showWhatNeedsScript();
document.addEventListener("htmx:afterSettle", showWhatNeedsScript);
for (const toast of document.querySelectorAll(".toast.success, .toast.info"))
  setTimeout(() => toast.remove(), 6000);

// Living parts: asked for only while somebody looks, and honest when the server does not answer.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL).pathname.startsWith("/login/")) return;
  event.detail.shouldSwap = false;
  location.reload();
});

const setOffline = (isOffline) => (document.getElementById("offline").hidden = !isOffline);
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"])
  document.addEventListener(name, () => setOffline(true));
document.addEventListener("htmx:afterRequest", (event) => event.detail.successful && setOffline(false));

// "4 min ago" grows old on a page that stays open.
function distance(seconds) {
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h ago` : null;
}

setInterval(() => {
  for (const time of document.querySelectorAll("time[title]")) {
    const text = distance(Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000));
    if (text && text !== time.textContent) time.textContent = text;
  }
}, 5000);
