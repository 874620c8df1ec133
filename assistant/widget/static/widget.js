// A chat bubble for any page: <script defer src="https://…/widget.js" data-key="pa_…"></script>
// Everything lives in a shadow root. No inline style, no eval, no HTML from strings, no request but to the assistant,
// so that it runs under a strict Content-Security-Policy (script-src and connect-src of the assistant suffice).
(() => {
  "use strict";
  const script = document.currentScript;
  const base = new URL(".", script.src);
  const { key = "", theme = "", title } = script.dataset;
  const language = (script.dataset.lang || document.documentElement.lang).toLowerCase().startsWith("en") ? "en" : "vi";
  const MOST_TURNS = 20;
  const words = {
    vi: {
      title: "Trợ lý văn bản", open: "Mở trợ lý văn bản", close: "Đóng", anew: "Cuộc hỏi mới",
      intro: "Hỏi bằng lời thường. Câu trả lời kèm nguyên văn câu làm căn cứ; điều gì kho văn bản không có, trợ lý nói rõ.",
      ask: "Câu hỏi", placeholder: "Nhập câu hỏi…", send: "Gửi", stop: "Dừng", log: "Hỏi và đáp", you: "Câu hỏi:",
      working: "Đang tìm trong văn bản…", stopped: "Đã dừng theo yêu cầu.", sources: "Nguồn trích dẫn",
      nearest: "Nội dung gần nhất trong kho", none: "Không có trong kho văn bản", source: "Nguồn", page: "trang",
      failed: "Không kết nối được trợ lý. Hãy thử lại sau.",
    },
    en: {
      title: "Document assistant", open: "Open the document assistant", close: "Close", anew: "New conversation",
      intro: "Ask in plain words, in Vietnamese. Answers come with the exact sentence; what is not in the documents is said not to be.",
      ask: "Question", placeholder: "Type a question…", send: "Send", stop: "Stop", log: "Questions and answers", you: "Question:",
      working: "Searching the documents…", stopped: "Stopped as asked.", sources: "Cited sources",
      nearest: "Closest content in the corpus", none: "Not in the documents", source: "Source", page: "page",
      failed: "The assistant cannot be reached. Try again later.",
    },
  }[language];

  // building ----------------------------------------------------------------------------------------------------------
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }

  function icon(path) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const attributes = { viewBox: "0 0 24 24", width: 24, height: 24, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
    for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  const host = make("div", { "data-theme": theme || null });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("style sheet");
  root.adoptedStyleSheets = [sheet];

  const bubble = make("button", { type: "button", class: "bubble", "aria-label": words.open, "aria-expanded": "false", click: open }, icon("M4 5h16v11H9l-5 4z"));
  const intro = () => make("p", { class: "intro" }, words.intro);
  const log = make("div", { class: "log", role: "log", tabindex: "0", "aria-label": words.log }, intro());
  const box = make("textarea", { id: "question", rows: "1", maxlength: "4000", placeholder: words.placeholder, keydown: typed, input: grow });
  const send = make("button", { type: "submit" }, words.send);
  const panel = make("section", { class: "panel", role: "dialog", "aria-labelledby": "title", lang: language, hidden: true, keydown: (event) => event.key === "Escape" && close() },
    make("div", { class: "bar" },
      make("h2", { id: "title" }, title || words.title),
      make("button", { type: "button", "aria-label": words.anew, title: words.anew, click: clear }, icon("M12 5v14M5 12h14")),
      make("button", { type: "button", "aria-label": words.close, title: words.close, click: close }, icon("M6 6l12 12M18 6L6 18"))),
    log,
    make("form", { submit: submit }, make("label", { for: "question", class: "hidden" }, words.ask), box, send));
  root.append(bubble, panel);

  // opening and closing -----------------------------------------------------------------------------------------------
  function open() {
    panel.hidden = false;
    bubble.hidden = true;
    bubble.setAttribute("aria-expanded", "true");
    box.focus();
  }

  function close() {
    panel.hidden = true;
    bubble.hidden = false;
    bubble.setAttribute("aria-expanded", "false");
    bubble.focus();
  }

  function clear() {
    running?.abort();
    turns = [];
    log.replaceChildren(intro());
    box.focus();
  }

  function typed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  }

  function grow() {
    box.style.height = "44px";
    box.style.height = `${box.scrollHeight + 2}px`;
  }

  // asking ------------------------------------------------------------------------------------------------------------
  let turns = [];
  let running = null;

  async function submit(event) {
    event.preventDefault();
    if (running) { running.abort(); return; }
    const question = box.value.trim();
    if (!question) return;
    box.value = "";
    grow();
    const answer = make("div", { class: "answer" });
    const stage = make("p", { class: "stage", role: "status" }, words.working);
    const article = make("article", { "aria-busy": "true" },
      make("p", { class: "question" }, make("span", { class: "hidden" }, `${words.you} `), question), answer, stage);
    log.append(article);
    article.scrollIntoView({ block: "start" });
    const own = running = new AbortController();
    send.textContent = words.stop;
    try {
      const done = await ask(question, answer, own.signal);
      answer.replaceWith(...shown(done));
      turns.push({ role: "user", content: question }, { role: "assistant", content: done.answer.slice(0, 20000) });
      turns = turns.slice(-MOST_TURNS);
    } catch (error) {
      const stopped = own.signal.aborted;
      article.append(make("p", { class: stopped ? "notice" : "notice error", role: stopped ? null : "alert" }, stopped ? words.stopped : error.told ?? words.failed));
    }
    stage.remove();
    article.removeAttribute("aria-busy");
    if (running === own) {
      running = null;
      send.textContent = words.send;
    }
  }

  async function ask(question, draft, signal) {
    const response = await fetch(new URL("v1/ask", base), {
      method: "POST", signal, credentials: "omit", cache: "no-store",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", Accept: "text/event-stream", "Accept-Language": language },
      body: JSON.stringify({ question, history: turns }),
    });
    if (!response.ok) throw told((await response.json().catch(() => ({}))).detail);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw told();
      buffer += value;
      const messages = buffer.split(/\r?\n\r?\n/);
      buffer = messages.pop();
      for (const message of messages) {
        const data = message.split(/\r?\n/).filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)).join("");
        if (!data) continue;
        const event = JSON.parse(data);
        if (event.event === "done") return event.answer;
        if (event.event === "delta") draft.append(event.text);
        else if (event.detail && event.status) throw told(event.detail);
      }
    }
  }

  function told(detail) {
    return Object.assign(new Error("refused"), { told: detail });
  }

  // showing -----------------------------------------------------------------------------------------------------------
  function shown(answer) {
    const abstained = answer.status === "abstained";
    const sources = new Map(answer.citations.map((citation) => [citation.n, source(citation)]));
    return [
      abstained ? make("p", { class: "heading" }, words.none) : "",
      make("div", { class: "answer", lang: "vi" }, ...paragraphs(answer.answer, answer.citations, sources)),
      ...answer.notices.map((notice) => make("p", { class: "notice", lang: "vi" }, notice)),
      sources.size ? make("div", { class: "sources" }, make("h3", {}, abstained ? words.nearest : words.sources), make("ol", {}, ...sources.values())) : "",
    ];
  }

  function paragraphs(text, citations, sources) {
    const found = [];
    for (const line of text.split("\n").filter((one) => one.trim())) {
      const item = line.startsWith("- ");
      const parts = marked(item ? line.slice(2) : line, citations, sources);
      if (!item) found.push(make("p", {}, ...parts));
      else if (found.at(-1)?.tagName === "UL") found.at(-1).append(make("li", {}, ...parts));
      else found.push(make("ul", {}, make("li", {}, ...parts)));
    }
    return found;
  }

  function marked(line, citations, sources) {
    return line.split(/(\[\d+\]|~~.+?~~)/).map((piece) => {
      if (piece.startsWith("~~")) return make("s", {}, piece.slice(2, -2));
      const citation = /^\[\d+\]$/.test(piece) && citations.find((one) => `[${one.n}]` === piece);
      if (!citation) return piece;
      return make("button", { type: "button", class: "cite", "aria-label": `${words.source} ${citation.n}: ${citation.title}`, click: () => reveal(sources.get(citation.n)) }, String(citation.n));
    });
  }

  function reveal(item) {
    const details = item.firstElementChild;
    details.open = true;
    details.firstElementChild.focus();
    item.scrollIntoView({ block: "nearest" });
  }

  function source({ n, title: name, symbol, date, locator, page, quote }) {
    const day = date && date.split("-").reverse().join("/");
    const facts = [symbol, day, locator, page && `${words.page} ${page}`].filter(Boolean).join(" · ");
    return make("li", { lang: "vi" }, make("details", {}, make("summary", {}, make("b", {}, `[${n}] `), name, make("span", {}, facts)), make("blockquote", {}, quote)));
  }

  document.body ? document.body.append(host) : addEventListener("DOMContentLoaded", () => document.body.append(host));
})();
