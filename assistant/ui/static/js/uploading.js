// Sends files one by one with their progress, then follows what becomes of each.
import { find, part } from "./core.js";

export function begin(root) {
  const area = find(".upload", root);
  if (!area || area.dataset.begun) return;
  area.dataset.begun = "yes";
  const input = find("input[type=file]", area);
  input.addEventListener("change", () => { queue(area, [...input.files]); input.value = ""; });
  for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
    area.addEventListener(name, (event) => {
      event.preventDefault();
      area.toggleAttribute("data-over", over);
      if (name === "drop") queue(area, [...event.dataTransfer.files]);
    });
  }
}

// One after the other: a slow line is not shared, and the server reads them in this order anyway.
let last = Promise.resolve();
function queue(area, files) {
  for (const file of files) {
    const row = Object.assign(document.createElement("li"), { className: "upload-row" });
    row.append(
      Object.assign(document.createElement("span"), { className: "row-title", textContent: file.name }),
      Object.assign(document.createElement("progress"), { max: 1, value: 0 }),
      Object.assign(document.createElement("span"), { className: "facts", textContent: area.dataset.sending }),
    );
    find("progress", row).setAttribute("aria-label", `${area.dataset.sending} ${file.name}`);
    find(".upload-rows", area).append(row);
    last = last.then(() => sendFile(area, row, file)).then((job) => job && follow(area, row, job));
  }
}

function sendFile(area, row, file) {
  const form = new FormData();
  form.append("collection", find("[name=collection]", area)?.value ?? "");
  form.append("file", file);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => { if (event.lengthComputable) find("progress", row).value = event.loaded / event.total; };
    request.onload = () => done(accepted(area, row, request));
    request.onerror = () => done(failed(row, area.dataset.failed));
    request.open("POST", "library/files");
    request.setRequestHeader("X-Policy-Page", "1");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.send(form);
  });
}

function accepted(area, row, request) {
  let body = {};
  try { body = JSON.parse(request.responseText); } catch { /* no answer of ours */ }
  if (request.status === 202) return body.id;
  return failed(row, request.status === 413 ? area.dataset.large : body.detail ?? area.dataset.failed);
}

function failed(row, reason) {
  find("progress", row)?.remove();
  row.classList.add("failed");
  find(".facts", row).textContent = reason;
  return null;
}

async function follow(area, row, job) {
  find("progress", row)?.removeAttribute("value");
  try {
    for (;;) {
      row.innerHTML = await part(`library/jobs/${job}`);  // escaped by the server
      if (!find("[data-waiting]", row)) break;
      await new Promise((later) => setTimeout(later, 700));
    }
    find("form[data-live]", area.closest(".room"))?.requestSubmit();  // the list has changed
  } catch {
    failed(row, area.dataset.failed);
  }
}
