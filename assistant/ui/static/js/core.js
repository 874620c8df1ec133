// What every part of the page's script uses.

export const find = (selector, root = document) => root.querySelector(selector);
export const language = () => document.documentElement.lang || "vi";
export const narrowWindow = () => window.matchMedia("(max-width: 1023px)").matches;

// A question goes to the server from here and not from Gradio's box, which reads its text only some time after Enter: by
// then the next question may be in it. The box is emptied at once, and while an answer is coming nothing is sent.
let lastSent = "";
function ask(event) {
  const box = find("#pa-box textarea");
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!box.value.trim() || find("#pa-now:not([data-left]) #pa-current .exchange.working")) return;
  lastSent = box.value;
  type("", box);
  send("ask_this", { question: lastSent });
}
document.addEventListener("keypress", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target.matches("#pa-box textarea")) ask(event);
}, true);
document.addEventListener("click", (event) => { if (event.target.closest("#pa-box .submit-button")) ask(event); }, true);

// Where the session has ended the server asks to sign in, and what was typed is there again afterwards.
const DRAFT = "pa-draft";
const fetchAny = window.fetch;
window.fetch = async (...given) => {
  const response = await fetchAny(...given);
  if (response.status === 401) {
    try { sessionStorage.setItem(DRAFT, find("#pa-box textarea")?.value || lastSent); } catch { /* private window */ }
    location.reload();
  }
  return response;
};

export function restoreDraft() {
  let draft = null;
  try { draft = sessionStorage.getItem(DRAFT); sessionStorage.removeItem(DRAFT); } catch { /* private window */ }
  if (draft) type(draft);
}

export function type(text, box = find("#pa-box textarea")) {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

// An event for the server: assistant/ui/blocks.py says which names it knows.
// While Gradio still draws the page nobody listens: what is sent then waits.
export function send(name, data = {}) {
  if (!find("[data-listens]")) return void setTimeout(() => send(name, data), 50);
  find("#pa-bus-end")?.dispatchEvent(new CustomEvent("pa-event", { bubbles: true, detail: { name, data } }));
}

function address(path, values) {
  const query = new URLSearchParams(values);
  query.set("lang", language());
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

// A part of the page, as HTML that the server has escaped.
export async function part(path, values = {}) {
  const response = await fetch(address(path, values));
  if (response.redirected || !response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}

// The header shows the server that its own page asks: other sites cannot send it.
export async function change(method, path, body) {
  const headers = { "X-Policy-Page": "1", ...(body ? { "Content-Type": "application/json" } : {}) };
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`status ${response.status}`);
}

export function flash(button) {
  const label = button.textContent;
  if (label === button.dataset.done) return;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1800);
}

export function notice(text, root) {
  const line = Object.assign(document.createElement("p"), { className: "notice error", textContent: text });
  line.setAttribute("role", "alert");
  root.replaceChildren(line);
}

// Gradio draws anew what an event has changed: the focus goes back to where the reader had it.
let wanted = null;
export function keepFocus(selector) { wanted = selector; }
export function restoreFocus() {
  if (!wanted || (document.activeElement && document.activeElement !== document.body)) return;
  const target = find(wanted);
  if (target) { wanted = null; target.focus({ preventScroll: true }); }
}
