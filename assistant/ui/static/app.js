// Opens cited documents beside the chat, copies answers with their sources, and keeps the page where the reader put it.
// Everything is done by delegation from the document, because Gradio draws the page after this script has run.
(() => {
  "use strict";
  const find = (selector, root = document) => root.querySelector(selector);
  const opened = { group: [], index: -1, from: null };
  const fetched = new Map();

  document.documentElement.lang = "vi";

  // documents ---------------------------------------------------------------------------------------------------------
  async function fragment(href) {
    if (!fetched.has(href)) {
      const response = await fetch(`${href}&fragment=true&lang=${document.documentElement.lang}`);
      if (!response.ok) throw new Error(`status ${response.status}`);
      if (fetched.size > 40) fetched.clear();
      fetched.set(href, await response.text());
    }
    return fetched.get(href);
  }

  function groupOf(button) {
    const exchange = button.closest(".exchange") ?? [...document.querySelectorAll(".exchange")].at(-1);
    const listed = exchange ? [...exchange.querySelectorAll(".inline-sources [data-href]")] : [];
    const all = listed.length ? listed : [...document.querySelectorAll("#pa-cards [data-href]")];
    return all.map((item) => ({ href: item.dataset.href, n: item.dataset.n }));
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
      body.innerHTML = await fragment(href);  // escaped by the server
      const quote = find("#quote", body);
      body.scrollTop = quote ? quote.getBoundingClientRect().top - find(".document", body).getBoundingClientRect().top - body.clientHeight / 3 : 0;
    } catch {
      body.replaceChildren(Object.assign(document.createElement("p"), { className: "notice error", textContent: body.dataset.failed }));
    }
    body.removeAttribute("aria-busy");
    body.focus({ preventScroll: true });
  }

  function markActive(href) {
    for (const item of document.querySelectorAll("[data-href]")) {
      if (item.dataset.href === href) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  function leave(all) {
    const side = find("#pa-side");
    delete side.dataset.view;
    if (all) delete document.body.dataset.sheet;
    markActive(null);
    if (opened.from?.isConnected) opened.from.focus({ preventScroll: true });
  }

  const viewer = {
    back: () => leave(window.matchMedia("(max-width: 1023px)").matches),
    close: () => leave(true),
    previous: () => opened.index > 0 && open(opened.group, opened.index - 1),
    next: () => opened.index < opened.group.length - 1 && open(opened.group, opened.index + 1),
  };

  // copying -----------------------------------------------------------------------------------------------------------
  function escape(text) {
    return Object.assign(document.createElement("i"), { textContent: text }).innerHTML;
  }

  function copied(exchange) {
    const answer = find(".answer", exchange).cloneNode(true);
    for (const mark of answer.querySelectorAll(".cite")) mark.replaceWith(` [${mark.textContent}]`);
    const paragraphs = [...answer.querySelectorAll("p, li")].map((item) => item.textContent);
    const sources = [...exchange.querySelectorAll(".inline-sources li")].map((item) => ({
      n: find(".n", item).textContent,
      text: `${find(".source-title", item).textContent} (${find(".source-facts", item).textContent})`,
      quote: find(".source-quote", item).textContent,
    }));
    const heading = find(".inline-sources h3", exchange)?.textContent ?? "";
    const plain = [...paragraphs, "", heading, ...sources.map((s) => `[${s.n}] ${s.text}: “${s.quote}”`)].join("\n").trim();
    const html = [
      ...paragraphs.map((text) => `<p>${escape(text)}</p>`),
      sources.length ? `<p><b>${escape(heading)}</b></p>` : "",
      ...sources.map((s) => `<p>[${s.n}] ${escape(s.text)}: <i>“${escape(s.quote)}”</i></p>`),
    ].join("");
    return { plain, html };
  }

  // The clipboard API exists on https and localhost only; offices often serve plain http inside their network.
  async function toClipboard({ plain, html }) {
    if (navigator.clipboard && window.ClipboardItem) {
      const parts = { "text/plain": plain, "text/html": html };
      const blobs = Object.entries(parts).map(([type, text]) => [type, new Blob([text], { type })]);
      try {
        await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
        return;
      } catch { /* not permitted: the older way below */ }
    }
    const write = (event) => {
      event.clipboardData.setData("text/plain", plain);
      event.clipboardData.setData("text/html", html);
      event.preventDefault();
    };
    document.addEventListener("copy", write, { once: true });
    document.execCommand("copy");
    document.removeEventListener("copy", write);
  }

  async function copy(button) {
    await toClipboard(copied(button.closest(".exchange")));
    const label = button.textContent;
    if (label === button.dataset.done) return;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1800);
  }

  // the rest of the page ----------------------------------------------------------------------------------------------
  function edit(button) {
    const box = find("#pa-box textarea");
    box.value = find(".question", button.closest(".exchange")).textContent;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }

  function theme() {
    const dark = document.body.classList.toggle("dark");
    try { localStorage.setItem("pa-theme", dark ? "dark" : "light"); } catch { /* private window */ }
  }

  function remembered() {
    try { return localStorage.getItem("pa-theme"); } catch { return null; }
  }

  const actions = { copy, edit, theme };

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button[data-href], button[data-action], button[data-viewer]");
    if (!target) return;
    if (target.dataset.href) {
      const group = groupOf(target);
      const index = group.findIndex((item) => item.href === target.dataset.href && item.n === target.dataset.n);
      if (index < 0) open([{ href: target.dataset.href, n: target.dataset.n }], 0, target);
      else open(group, index, target);
    } else if (target.dataset.viewer) viewer[target.dataset.viewer]?.();
    else {
      if (target.dataset.action === "new_chat" || target.dataset.action === "retry") leave(true);
      actions[target.dataset.action]?.(target);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && find("#pa-side")?.dataset.view) leave(true);
  });

  // what has to follow when Gradio draws ------------------------------------------------------------------------------
  let newest = null;

  // A new question goes to the top of the view and stays there: the answer grows below it and nothing jumps.
  function follow(exchange) {
    const number = exchange?.dataset.number ?? null;
    if (number === newest) return;
    newest = number;
    if (!exchange) return;
    const scroller = find("#pa-scroll");
    scroller.scrollTop += exchange.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    if (find("#pa-side")?.dataset.view) leave(true);
  }

  function speak(header) {
    const language = find("[data-action=language]", header)?.lang === "vi" ? "en" : "vi";
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
  }

  // Gradio's label also holds the text of the send button, which is not part of the box's name.
  function nameBox(box) {
    const name = find("#pa-box [data-testid=block-info]")?.textContent.trim();
    if (name && box.getAttribute("aria-label") !== name) box.setAttribute("aria-label", name);
  }

  function begin() {
    if (document.body.dataset.begun) return;
    document.body.dataset.begun = "yes";
    if (remembered()) document.body.classList.toggle("dark", remembered() === "dark");
    if (window.matchMedia("(min-width: 1024px)").matches) find("#pa-box textarea")?.focus();
  }

  new MutationObserver(() => {
    const header = find("#pa-header");
    const box = find("#pa-box textarea");
    if (!header || !box) return;
    begin();
    speak(header);
    nameBox(box);
    follow(find("#pa-current .exchange"));
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-number"] });
})();
