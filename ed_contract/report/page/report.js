// Filters, keys and the copy buttons. The page is whole without it.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  // The theme first, before anything is painted. A file's storage may be refused.
  const stored = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("ed_contract.theme", value);
      return localStorage.getItem("ed_contract.theme");
    } catch {
      return null;
    }
  };
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const kept = stored();
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;

  document.addEventListener("DOMContentLoaded", () => {
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    const form = document.querySelector(".filters");
    const search = document.getElementById("search");
    const shown = document.getElementById("shown");
    const said = document.getElementById("said");
    const findings = all(".finding");
    const rows = all(".requirement");
    const boxes = all("input[type=checkbox]", form);
    const texts = new Map([...findings, ...rows].map((one) => [one, `${one.id} ${one.textContent}`.toLowerCase()]));

    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = (name) => new Set(boxes.filter((box) => box.name === name && box.checked).map((box) => box.value));
      const verdicts = chosen("verdict");
      const levels = chosen("level");
      for (const [one, text] of texts) {
        one.hidden = !(verdicts.has(one.dataset.verdict) && levels.has(one.dataset.level) && words.every((word) => text.includes(word)));
      }
      for (const area of all(".area")) area.hidden = all(".requirement", area).every((row) => row.hidden);
      const left = (some) => some.filter((one) => !one.hidden).length;
      const full = left(findings) === findings.length && left(rows) === rows.length;
      shown.value = full ? "" : `${left(findings)} of ${findings.length} findings, ${left(rows)} of ${rows.length} requirements`;
    };
    const reset = () => {
      search.value = "";
      for (const box of boxes) box.checked = true;
      filter();
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());

    // A link may lead to what is folded or filtered away.
    const follow = () => {
      let name = location.hash.slice(1);
      try {
        name = decodeURIComponent(name);
      } catch { /* not encoded */ }
      const target = name && document.getElementById(name);
      if (!target) return;
      if (target.closest("[hidden]")) reset();
      for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
      target.scrollIntoView();
      if (target.matches(".finding")) target.querySelector("summary").focus({ preventScroll: true });
    };
    addEventListener("hashchange", follow);

    const toggle = () => {
      root.dataset.theme = dark() ? "light" : "dark";
      stored(root.dataset.theme);
    };
    document.getElementById("theme").addEventListener("click", toggle);

    let silence;
    const say = (text) => {
      said.textContent = text;
      clearTimeout(silence);
      silence = setTimeout(() => { said.textContent = ""; }, 2000);
    };
    const copyBySelection = (text) => {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "unseen";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    };
    const copy = async (button) => {
      const text = button.closest(".script").querySelector("pre").textContent;
      let done = true;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        done = copyBySelection(text);
        button.focus();
      }
      say(done ? "Copied" : "The browser does not let this page copy");
    };
    for (const button of all(".copy")) button.addEventListener("click", () => copy(button));

    const foldAll = (open) => { for (const one of findings) if (!one.hidden) one.open = open; };
    document.getElementById("unfold")?.addEventListener("click", () => foldAll(true));
    document.getElementById("fold")?.addEventListener("click", () => foldAll(false));

    // Where the reader is: the finding that has the focus, or the last one above the middle of the window.
    const current = (some) => {
      const focused = some.indexOf(document.activeElement?.closest?.(".finding"));
      if (focused >= 0) return focused;
      return some.findLastIndex((one) => one.getBoundingClientRect().top < 0);
    };
    const step = (by) => {
      const some = findings.filter((one) => !one.hidden);
      if (!some.length) return;
      const next = some[Math.min(some.length - 1, Math.max(0, current(some) + by))];
      next.querySelector("summary").focus({ preventScroll: true });
      next.scrollIntoView({ block: "start" });
    };
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        reset();
        search.blur();
        return;
      }
      if (event.target.matches("input[type=search]")) return;
      const onSummary = event.target.matches(".finding > summary");
      const keys = {
        "/": () => { search.focus(); search.select(); },
        j: () => step(1),
        k: () => step(-1),
        t: toggle,
        c: () => { const button = event.target.closest(".finding")?.querySelector(".copy"); if (button) copy(button); },
        ...(onSummary && { ArrowDown: () => step(1), ArrowUp: () => step(-1) }),
      };
      if (!Object.hasOwn(keys, event.key)) return;
      event.preventDefault();
      keys[event.key]();
    });

    // What is folded is printed too.
    let folded = [];
    addEventListener("beforeprint", () => {
      folded = all("details:not([open]):not(.exchanges)");
      for (const one of folded) one.open = true;
    });
    addEventListener("afterprint", () => { for (const one of folded) one.open = false; });

    filter();
    // When all is loaded the browser goes to the link's place itself, and takes the focus away: we come after it.
    addEventListener("load", () => requestAnimationFrame(follow));
  });
})();
