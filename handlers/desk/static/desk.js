// Links the text with its cards both ways, and keys for those who prefer them. Everything works without it, by forms.
"use strict";

const rows = () => [...document.querySelectorAll(".row[data-card]")];
const cardOf = (id) => document.querySelector(`.row[data-card="${CSS.escape(id)}"]`);
const placesOf = (id) => [...document.querySelectorAll(`[data-cards~="${CSS.escape(id)}"]`)];
const wide = matchMedia("(min-width: 60rem)");
let current = -1;

// Light some cards and their places in the text, and bring the other side into view.
function light(ids, from, block = "center") {
  document.querySelectorAll(".on").forEach((node) => node.classList.remove("on"));
  const cards = ids.map(cardOf).filter(Boolean);
  const places = ids.flatMap(placesOf);
  [...cards, ...places].forEach((node) => node.classList.add("on"));
  if (cards.length) current = rows().indexOf(cards[0]);
  if (from === "card" && places.length) showPlace(places[0], block);
  if (from === "text" && cards.length) cards[0].scrollIntoView({ block: wide.matches ? block : "start" });
}

// Scroll the text's own box only, so that the card under the pointer stays where it is.
function showPlace(place, block) {
  const box = place.closest(".text");
  const a = place.getBoundingClientRect(), b = box.getBoundingClientRect();
  if (block === "nearest" && a.top >= b.top && a.bottom <= b.bottom) return;
  box.scrollTop += a.top - b.top - (b.height - a.height) / 2;
}

function step(by, wanted = () => true) {
  const all = rows();
  let at = current + by;
  while (all[at] && !wanted(all[at])) at += by;
  if (!all[at]) return;
  current = at;
  all[at].focus();
  light([all[at].dataset.card], "card");
}

// Open a card's form at a field.
function open(...selectors) {
  const details = rows()[current]?.querySelector("details");
  if (!details) return;
  details.open = true;
  const field = selectors.map((selector) => details.querySelector(selector)).find(Boolean);
  field?.focus();
  field?.select?.();
}

function add() {
  const details = document.getElementById("add");
  if (!details) return;
  details.open = true;
  details.scrollIntoView({ block: "center" });
  details.querySelector("input:not([type=hidden])").focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => step(1, (row) => row.classList.contains("doubtful")),
  e: () => open("[data-first]", "input:not([type=hidden])"),
  x: () => open("[data-strike]"),
  a: add,
  d: () => document.querySelector(`[data-show="${location.search.includes("show=doubtful") ? "all" : "doubtful"}"]`)?.click(),
  P: () => document.getElementById("publish")?.requestSubmit(),
  "?": () => document.getElementById("keys")?.toggleAttribute("open"),
};

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-cards]");
  if (place && getSelection().isCollapsed) light(place.dataset.cards.split(" "), "text");
  const card = event.target.closest(".row[data-card]");
  if (card && !event.target.closest("details, form, button, a")) light([card.dataset.card], "card");
});

// With a mouse, pointing is enough.
if (matchMedia("(hover: hover)").matches) {
  document.addEventListener("mouseover", (event) => {
    if (!wide.matches || document.activeElement?.closest(".row form")) return;
    const mark = event.target.closest("mark[data-cards]");
    const card = event.target.closest(".row[data-card]");
    if (mark) light(mark.dataset.cards.split(" "), "text", "nearest");
    else if (card && !card.classList.contains("on")) light([card.dataset.card], "card", "nearest");
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") event.target.closest(".row")?.focus();
    return;
  }
  const mark = event.target.closest("mark[data-cards]");
  if (mark && (event.key === "Enter" || event.key === " ")) light(mark.dataset.cards.split(" "), "text");
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});

document.querySelectorAll("form[data-confirm]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
});

// After a correction the page opens at the card that was changed.
const changed = location.hash && cardOf(location.hash.slice(1));
if (changed) {
  changed.focus({ preventScroll: true });
  light([changed.dataset.card], "text");
  light([changed.dataset.card], "card");
}

// Signing in: Telegram hands its signed data over in the address's fragment, which never reaches a server by itself.
const signin = document.getElementById("signin");
if (signin) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const app = fragment.get("tgWebAppData");
  const widget = fragment.get("tgAuthResult");
  if (app || widget) {
    signin.elements.kind.value = app ? "miniapp" : "widget";
    signin.elements.data.value = app || widget;
    history.replaceState(null, "", location.pathname + location.search);
    signin.submit();
  }
}
