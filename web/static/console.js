// Keys: / search, j k rows, Enter opens, x marks, ? shows them. Everything works without this file too.
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];
  const chosen = () => rows().findIndex((row) => row.classList.contains("chosen"));
  const choose = (at) => {
    const all = rows();
    if (!all.length) return;
    const next = Math.max(0, Math.min(all.length - 1, at));
    all.forEach((row, n) => row.classList.toggle("chosen", n === next));
    all[next].scrollIntoView({ block: "nearest" });
  };
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const row = rows()[chosen()];
    const keys = document.getElementById("keys");
    const does = {
      "/": () => document.getElementById("search")?.focus(),
      j: () => choose(chosen() + 1),
      k: () => choose(chosen() - 1),
      x: () => row?.querySelector("input[type=checkbox]")?.click(),
      "?": () => (keys.open ? keys.close() : keys.showModal()),
    };
    if (event.key === "Enter" && row && !event.target.closest("a, button, summary, input")) {
      row.querySelector("a")?.click();
      event.preventDefault();
    } else if (does[event.key]) {
      does[event.key]();
      event.preventDefault();
    }
  });
})();
