// The panel beside the page: opens documents at the cited sentence and steps through them.
import { find, language, narrowWindow, notice } from "./core.js";

const opened = { group: [], index: -1, from: null };
const fetched = new Map();

async function fragment(href) {
  const key = `${href}&fragment=true&lang=${language()}`;
  if (!fetched.has(key)) {
    const response = await fetch(key);
    if (!response.ok || response.redirected) throw new Error(`status ${response.status}`);
    if (fetched.size > 40) fetched.clear();
    fetched.set(key, await response.text());
  }
  return fetched.get(key);
}

// What the reader may step through: the sources of one answer, the list of a room, or the cards.
function groupOf(button) {
  if (button.closest("#pa-viewer")) return [];
  const room = button.closest(".room");
  const exchange = button.closest(".exchange") ?? [...document.querySelectorAll(".exchange")].at(-1);
  const listed = exchange && !room ? [...exchange.querySelectorAll(".inline-sources [data-href]")] : [];
  const all = listed.length ? listed : [...(room ?? find("#pa-cards")).querySelectorAll("[data-href]")];
  return all.map((item) => ({ href: item.dataset.href, n: item.dataset.n }));
}

export function openFrom(button) {
  const group = groupOf(button);
  const index = group.findIndex((item) => item.href === button.dataset.href && item.n === button.dataset.n);
  if (index < 0) open([{ href: button.dataset.href, n: button.dataset.n }], 0, button.closest("#pa-viewer") ? null : button);
  else open(group, index, button);
}

async function open(group, index, from) {
  const side = find("#pa-side");
  const body = find("#pa-viewer .viewer-body");
  Object.assign(opened, { group, index, from: from ?? opened.from });
  const { href, n } = group[index];
  side.dataset.view = "document";
  document.body.dataset.sheet = "open";
  body.setAttribute("aria-busy", "true");
  markActive(href);
  find("#pa-viewer .viewer-count").textContent = n ? `[${n}]` : `${index + 1}/${group.length}`;
  find("#pa-viewer .viewer-page").href = `${href}#quote`;
  for (const [name, off] of [["previous", index === 0], ["next", index === group.length - 1]]) {
    find(`#pa-viewer [data-viewer=${name}]`).disabled = off;
  }
  try {
    const html = await fragment(href);
    if (opened.group !== group || opened.index !== index) return;  // another one was opened meanwhile
    body.innerHTML = html;  // escaped by the server
    toQuote(body);
  } catch {
    notice(body.dataset.failed, body);
  }
  body.removeAttribute("aria-busy");
  body.focus({ preventScroll: true });
}

function toQuote(body) {
  const quote = find("#quote", body);
  const top = find(".document", body)?.getBoundingClientRect().top ?? 0;
  body.scrollTop = quote ? quote.getBoundingClientRect().top - top - body.clientHeight / 3 : 0;
}

// A page of a PDF as a picture, or the text again.
export function showPage(button) {
  const document_ = button.closest(".document");
  const image = button.dataset.look === "image";
  document_.dataset.look = button.dataset.look;
  for (const other of document_.querySelectorAll("[data-look]")) other.setAttribute("aria-pressed", String(other === button));
  const picture = find(".page-image img", document_);
  if (image && !picture.getAttribute("src")) picture.src = picture.dataset.src;
  const body = document_.closest(".viewer-body");
  if (!body) return;
  if (image) body.scrollTop = 0;
  else toQuote(body);
}

function markActive(href) {
  for (const item of document.querySelectorAll("[data-href]")) {
    if (item.dataset.href === href) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

export function leave(all) {
  const side = find("#pa-side");
  if (!side) return;
  delete side.dataset.view;
  if (all) delete document.body.dataset.sheet;
  markActive(null);
  if (opened.from?.isConnected) opened.from.focus({ preventScroll: true });
}

export const isOpen = () => Boolean(find("#pa-side")?.dataset.view);

export const viewer = {
  back: () => leave(narrowWindow()),
  close: () => leave(true),
  previous: () => opened.index > 0 && open(opened.group, opened.index - 1),
  next: () => opened.index < opened.group.length - 1 && open(opened.group, opened.index + 1),
};
