// The tabs: the chat, and rooms that are fetched as parts when they are opened. Each has an address of its own.
import { toClipboard } from "./copying.js";
import { change, find, flash, notice, part, send } from "./core.js";
import { turnAway } from "./asking.js";
import { leave } from "./viewer.js";
import { begin as beginUploads } from "./uploading.js";

const current = () => document.body.dataset.view ?? "chat";
const parameters = () => new URLSearchParams(location.search);

export async function show(view, push = true) {
  leave(true);
  const tab = find(`.tabs [data-view="${CSS.escape(view)}"]`);
  document.body.dataset.view = tab ? view : "chat";
  mark();
  if (push) history.pushState(null, "", view === "chat" ? chatAddress() : `?view=${view}`);
  if (current() !== "chat") await load(view);
}

export function mark() {
  for (const link of document.querySelectorAll(".tabs [data-view]")) {
    if (link.dataset.view === current()) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function chatAddress() {
  const kept = find("#pa-current .exchange[data-kept]")?.dataset.conversation;
  return kept ? `?c=${kept}` : location.pathname;
}

async function load(view) {
  const place = find("#pa-view .view");
  place.setAttribute("aria-busy", "true");
  if (place.dataset.room !== view) place.innerHTML = "<p class=\"loading\"></p>";
  place.dataset.room = view;
  try {
    const html = await part(view);
    if (current() !== view) return;
    place.innerHTML = html;  // escaped by the server
    drawn(place);
    find("[data-overview]", place) && overview(find("[data-overview]", place));
  } catch {
    notice(place.dataset.failed, place);
  }
  place.removeAttribute("aria-busy");
  place.focus({ preventScroll: true });
}

// What a room has to say beside its list, while nothing is opened there.
function overview(template) {
  find("#pa-viewer .viewer-body").innerHTML = "";
  let place = find("#pa-overview");
  if (!place) {
    place = Object.assign(document.createElement("div"), { id: "pa-overview", tabIndex: 0 });
    find("#pa-side").append(place);
  }
  place.replaceChildren(template.content.cloneNode(true));
}

function drawn(root) {
  const format = new Intl.DateTimeFormat("vi-VN", { dateStyle: "short", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]:empty")) time.textContent = format.format(new Date(time.dateTime));
  beginUploads(root);
}

export const reload = () => current() !== "chat" && load(current());

async function list(form, most) {
  const room = form.dataset.live;
  const place = find(".room-list", form.closest(".room"));
  const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  try {
    const html = await part(room, { ...values, part: true, ...(most ? { most } : {}) });
    place.innerHTML = html;
    drawn(place);
  } catch {
    notice(find("#pa-view .view").dataset.failed, place);
  }
}

let waiting = null;
export function search(form) {
  clearTimeout(waiting);
  waiting = setTimeout(() => list(form), 180);
}

export const more = (button) => list(find("[data-live]", button.closest(".room")), button.dataset.more);

// kept conversations ------------------------------------------------------------------------------------------------
export function openKept(id, push = true) {
  turnAway(id);
  send("open_kept", { id });
  document.body.dataset.view = "chat";
  mark();
  if (push) history.pushState(null, "", `?c=${id}`);
}

export async function kept(button) {
  const row = button.closest(".kept-row");
  const id = row.dataset.conversation;
  const form = find("form", row);
  if (button.dataset.kept === "link") {
    await toClipboard({ plain: new URL(`?c=${id}`, location.href).href });
    flash(button);
  } else if (button.dataset.kept === "rename") {
    form.hidden = !form.hidden;
    if (!form.hidden) { find("input", form).focus(); find("input", form).select(); }
  } else if (button.dataset.confirm && button.textContent !== button.dataset.confirm) {
    button.textContent = button.dataset.confirm;
  } else await attempt(row, async () => {
    await change("DELETE", `kept/${id}`);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (find("a", next ?? document.body) ?? find("#pa-view .view")).focus();
    if (find("#pa-current .exchange")?.dataset.conversation === id) { turnAway(); send("new_chat"); }
  });
}

export const rename = (form) => attempt(form.closest(".kept-row"), async () => {
  const title = find("input", form).value.trim();
  await change("POST", `kept/${form.closest(".kept-row").dataset.conversation}/title`, { title });
  find(".row-title", form.closest(".kept-row")).textContent = title;
  form.hidden = true;
  find("[data-kept=rename]", form.closest(".kept-row")).focus();
});

export function closeRename(within) {
  const form = within.closest("form.rename");
  if (form) { form.hidden = true; find("[data-kept=rename]", form.closest(".kept-row")).focus(); }
  return Boolean(form);
}

async function attempt(row, work) {
  const failed = find(".notice", row);
  failed.hidden = true;
  try { await work(); } catch { failed.hidden = false; }
}

// addresses -----------------------------------------------------------------------------------------------------------
export function arrive() {
  const view = parameters().get("view");
  if (view) show(view, false);
  else mark();
}

// The address of a conversation appears once it can be reopened.
export function name() {
  const kept = find("#pa-current .exchange[data-kept]")?.dataset.conversation;
  if (kept && current() === "chat" && parameters().get("c") !== kept && !find("#pa-now").hasAttribute("data-left")) {
    history.replaceState(null, "", `?c=${kept}`);
  }
}

window.addEventListener("popstate", () => {
  const view = parameters().get("view") ?? "chat";
  const id = parameters().get("c");
  show(view, false);
  const shown = find("#pa-current .exchange")?.dataset.conversation;
  if (view === "chat" && id && id !== shown) openKept(id, false);
});
