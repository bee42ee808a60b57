// A pairing code's life, ticking. The server says how many seconds are left when it draws the page.

const ends = new WeakMap();

function tick() {
  for (const timer of document.querySelectorAll("[data-countdown]")) {
    if (!ends.has(timer)) ends.set(timer, Date.now() + 1000 * Number(timer.dataset.countdown));
    const left = Math.max(0, Math.ceil((ends.get(timer) - Date.now()) / 1000));
    timer.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (!left) expire(timer.closest("[data-code]"));
  }
}

function expire(code) {
  for (const part of code.querySelectorAll("[data-while-open]")) part.remove();
  for (const part of code.querySelectorAll("[data-when-expired]")) part.hidden = false;
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
tick();
