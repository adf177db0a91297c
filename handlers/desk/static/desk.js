// Links the text with its cards both ways, and keys for those who prefer them. Everything works without it, by forms.
"use strict";

const rows = () => [...document.querySelectorAll(".row[data-card]")];
const cardOf = (id) => document.querySelector(`.row[data-card="${CSS.escape(id)}"]`);
const placesOf = (id) => [...document.querySelectorAll(`[data-cards~="${CSS.escape(id)}"]`)];
let current = -1;

// Light some cards and their places in the text, and bring the other side into view.
function light(ids, from) {
  document.querySelectorAll(".on").forEach((node) => node.classList.remove("on"));
  const cards = ids.map(cardOf).filter(Boolean);
  const places = ids.flatMap(placesOf);
  [...cards, ...places].forEach((node) => node.classList.add("on"));
  if (cards.length) current = rows().indexOf(cards[0]);
  const target = from === "card" ? places[0] : cards[0];
  if (target) target.scrollIntoView({ block: "center" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  current = Math.min(Math.max(current + by, 0), all.length - 1);
  all[current].focus();
  light([all[current].dataset.card], "card");
}

function edit() {
  const details = rows()[current]?.querySelector("details");
  if (!details) return;
  details.open = true;
  (details.querySelector("[data-first]") || details.querySelector("input:not([type=hidden]), select")).focus();
}

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-cards]");
  if (place && getSelection().isCollapsed) light(place.dataset.cards.split(" "), "text");
  const card = event.target.closest(".row[data-card]");
  if (card && !event.target.closest("details, form, button, a")) light([card.dataset.card], "card");
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") event.target.closest(".row")?.focus();
    return;
  }
  const mark = event.target.closest("mark[data-cards]");
  if (mark && (event.key === "Enter" || event.key === " ")) light(mark.dataset.cards.split(" "), "text");
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "e") edit();
  else if (event.key === "?") document.getElementById("keys")?.toggleAttribute("open");
  else return;
  event.preventDefault();
});

document.querySelectorAll("form[data-confirm]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
});

// After a correction the page opens at the card that was changed.
if (location.hash && cardOf(location.hash.slice(1))) light([location.hash.slice(1)], "text");

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
