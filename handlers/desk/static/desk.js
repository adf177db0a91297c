// Links figures in the text with their rows both ways, and keys for those who prefer them. Everything works without it, by forms.
"use strict";

const rows = () => [...document.querySelectorAll(".row[data-figure]")];
const marksOf = (id) => document.querySelectorAll(`mark[data-figures~="${CSS.escape(id)}"]`);
let current = -1;

function light(id, from) {
  document.querySelectorAll(".on").forEach((node) => node.classList.remove("on"));
  const row = document.querySelector(`.row[data-figure="${CSS.escape(id)}"]`);
  const marks = marksOf(id);
  marks.forEach((mark) => mark.classList.add("on"));
  if (row) {
    row.classList.add("on");
    current = rows().indexOf(row);
  }
  const target = from === "row" ? marks[0] : row;
  if (target) target.scrollIntoView({ block: "center" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  current = Math.min(Math.max(current + by, 0), all.length - 1);
  all[current].focus({ preventScroll: false });
  light(all[current].dataset.figure, "row");
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest("mark[data-figures]");
  if (mark) light(mark.dataset.figures.split(" ")[0], "text");
  const row = event.target.closest(".row[data-figure]");
  if (row && !event.target.closest("form, summary, button, a")) light(row.dataset.figure, "row");
});

document.addEventListener("mouseover", (event) => {
  const mark = event.target.closest("mark[data-figures]");
  if (mark) mark.title = mark.dataset.label || "";
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const mark = event.target.closest("mark[data-figures]");
  if (mark && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    light(mark.dataset.figures.split(" ")[0], "text");
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "e" && rows()[current]) {
    const details = rows()[current].querySelector("details");
    if (details) {
      details.open = true;
      details.querySelector("input, select").focus();
      event.preventDefault();
    }
  } else if (event.key === "?") document.getElementById("keys")?.toggleAttribute("open");
});

document.querySelectorAll("form[data-confirm]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
});

// Signing in: Telegram hands its signed data over in the address's fragment, which never reaches a server by itself.
const signin = document.getElementById("signin");
if (signin) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const app = fragment.get("tgWebAppData");
  const widget = fragment.get("tgAuthResult");
  if (app || widget) {
    signin.elements.kind.value = app ? "miniapp" : "widget";
    signin.elements.data.value = app || widget;
    history.replaceState(null, "", location.pathname);
    signin.submit();
  }
}
