// The conversation: what its buttons ask of the server, and what has to follow when Gradio draws.
import { copy } from "./copying.js";
import { find, keepFocus, notice, part, send, type } from "./core.js";
import { isOpen, leave } from "./viewer.js";

const left = new Set();  // conversations the reader has turned away from: what still comes of them is not shown
let newest = null;

export function turnAway(to) {
  const shown = find("#pa-current .exchange")?.dataset.conversation;
  if (shown && shown !== to) left.add(shown);
  left.delete(to);
  if (isOpen()) leave(true);
}

const edit = (button) => type(find(".question", button.closest(".exchange")).textContent);

function again(data) {
  leave(true);
  send("retry", data);
}

function filters() {
  const open = document.body.dataset.filters !== "open";
  if (open) document.body.dataset.filters = "open";
  else delete document.body.dataset.filters;
  find(".scope-open").setAttribute("aria-expanded", String(open));
  (open ? find("#pa-filters select") : find(".scope-open"))?.focus();
}

export const closeFilters = () => document.body.dataset.filters === "open" && (filters(), true);

export const actions = {
  copy,
  edit,
  filters,
  retry: () => again({}),
  widen: () => again({ widen: true }),
  feedback_cancel: (button) => closeFeedback(button),
};

export function closeFeedback(within) {
  const place = within.closest(".feedback-place");
  place?.replaceChildren();
  if (place) find("[data-rate=down]", place.closest(".exchange")).focus();
  return Boolean(place);
}

export function lift(button) {
  if (button.dataset.lift === "all") closeFilters();
  keepFocus(".scope-open");
  send("narrow", { lift: button.dataset.lift });
}

export function narrow(form) {
  const data = Object.fromEntries(new FormData(form));
  filters();
  keepFocus(".scope-open");
  send("narrow", data);
}

const numberOf = (item) => Number(item.closest(".exchange").dataset.number);

export async function rate(button) {
  const exchange = button.closest(".exchange");
  const place = find(".feedback-place", exchange);
  if (button.dataset.rate === "up") {
    keepFocus(`.exchange[data-number="${numberOf(button)}"] [data-rate=up]`);
    send("rate", { number: numberOf(button), rating: "up" });
    return;
  }
  try {
    place.innerHTML = await part("feedback-form");
    place.scrollIntoView({ block: "nearest" });
    find("select", place).focus();
  } catch {
    notice(find("#pa-view .view").dataset.failed, place);
  }
}

export function sendFeedback(form) {
  keepFocus(`.exchange[data-number="${numberOf(form)}"] [data-rate=down]`);
  send("rate", { ...Object.fromEntries(new FormData(form)), number: numberOf(form), rating: "down" });
}

// A new question goes to the top of the view and stays there: the answer grows below it and nothing jumps.
export function follow() {
  const exchange = find("#pa-current .exchange");
  find("#pa-now").toggleAttribute("data-left", left.has(exchange?.dataset.conversation));
  const name = exchange ? `${exchange.dataset.conversation} ${exchange.dataset.number}` : null;
  if (name === newest) return;
  newest = name;
  if (!exchange) return;
  const scroller = find("#pa-scroll");
  scroller.scrollTop += exchange.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  if (isOpen()) leave(true);
}
