// Copies an answer with its sources as text and as HTML that keeps its form in Word.
import { find, flash } from "./core.js";

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
export async function toClipboard({ plain, html }) {
  const parts = { "text/plain": plain, ...(html ? { "text/html": html } : {}) };
  if (navigator.clipboard && window.ClipboardItem) {
    const blobs = Object.entries(parts).map(([type, text]) => [type, new Blob([text], { type })]);
    try {
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
      return;
    } catch { /* not permitted: the older way below */ }
  }
  const write = (event) => {
    for (const [type, text] of Object.entries(parts)) event.clipboardData.setData(type, text);
    event.preventDefault();
  };
  document.addEventListener("copy", write, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", write);
}

export async function copy(button) {
  await toClipboard(copied(button.closest(".exchange")));
  flash(button);
}
