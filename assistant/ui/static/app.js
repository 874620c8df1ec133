// Everything is done by delegation from the document, because Gradio draws the page after this script has run.
import { actions, closeFeedback, closeFilters, follow, lift, narrow, rate, sendFeedback, turnAway } from "./js/asking.js";
import { find, restoreDraft, restoreFocus, send } from "./js/core.js";
import { arrive, closeRename, kept, mark, more, name, openKept, reload, rename, search, show } from "./js/rooms.js";
import { isOpen, leave, openFrom, showPage, viewer } from "./js/viewer.js";

document.documentElement.lang = "vi";

function theme() {
  const dark = document.body.classList.toggle("dark");
  try { localStorage.setItem("pa-theme", dark ? "dark" : "light"); } catch { /* private window */ }
}

function remembered() {
  try { return localStorage.getItem("pa-theme"); } catch { return null; }
}

function newChat() {
  turnAway();
  show("chat", false);
  history.pushState(null, "", location.pathname);
  send("new_chat");
  find("#pa-box textarea")?.focus();
}

function askWithin(button) {
  show("chat");
  send("narrow", { symbol: button.dataset.symbol });
  find("#pa-box textarea")?.focus();
}

const clicks = {
  href: openFrom,
  viewer: (button) => viewer[button.dataset.viewer]?.(),
  look: showPage,
  lift,
  rate,
  kept,
  more,
  ask: (button) => { leave(true); send("ask_this", { question: button.dataset.ask }); },
  symbol: askWithin,
  open: (link) => openKept(link.dataset.open),
  view: (link) => show(link.dataset.view),
  action: (button) => ({ ...actions, theme, new_chat: newChat, language: () => send("language") })[button.dataset.action]?.(button),
};
const clickable = Object.keys(clicks).map((key) => `:is(button, a)[data-${key}]`).join();

document.addEventListener("click", (event) => {
  const target = event.target.closest(clickable);
  if (!target) return;
  if (target.tagName === "A") {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;  // a new tab or window was asked for
    event.preventDefault();
  }
  const kind = Object.keys(clicks).find((key) => key in target.dataset);
  clicks[kind](target);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const submits = { "pa-filters": narrow, feedback: sendFeedback, rename, live: search };
  const work = submits[form.id] ?? submits[form.dataset.form] ?? (form.dataset.live && search);
  if (!work) return;
  event.preventDefault();
  work(form);
}, true);

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.live) search(form);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  if (closeFeedback(event.target) || closeRename(event.target) || closeFilters()) return;
  if (isOpen()) leave(true);
});

function speak(header) {
  const language = find("[data-action=language]", header)?.lang === "vi" ? "en" : "vi";
  mark();
  if (document.documentElement.lang === language) return;
  document.documentElement.lang = language;
  leave(true);
  reload();
}

// Gradio's label also holds the text of the send button, which is not part of the box's name.
function nameBox(box) {
  const label = find("#pa-box [data-testid=block-info]")?.textContent.trim();
  if (label && box.getAttribute("aria-label") !== label) box.setAttribute("aria-label", label);
}

function begin() {
  if (document.body.dataset.begun) return;
  document.body.dataset.begun = "yes";
  if (remembered()) document.body.classList.toggle("dark", remembered() === "dark");
  arrive();
  restoreDraft();
  if (window.matchMedia("(min-width: 1024px)").matches && !document.body.dataset.view) find("#pa-box textarea")?.focus();
}

new MutationObserver(() => {
  const header = find("#pa-header .bar");
  const box = find("#pa-box textarea");
  if (!header || !box || !find("#pa-view .view")) return;
  begin();
  speak(header);
  nameBox(box);
  follow();
  name();
  restoreFocus();
}).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-number", "data-kept"] });
