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
    const areas = all(".area");
    const chips = all(".chip", form);
    const phone = matchMedia("screen and (max-width: 480px)");
    const texts = new Map([...findings, ...rows].map((one) => [one, `${one.id} ${one.textContent}`.toLowerCase()]));

    const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";
    const press = (chip, on) => chip.setAttribute("aria-pressed", String(on));
    const values = (name) => chips.filter((chip) => chip.name === name && pressed(chip)).map((chip) => chip.value);

    // The address holds a place and the filters: #PLACE?q=WORDS&verdict=fail,error&level=must. So it is a link to both.
    const parts = () => {
      const [place, ...query] = location.hash.slice(1).split("?");
      return { place, query: query.join("?") };
    };
    const keep = () => {
      const query = new URLSearchParams();
      if (search.value) query.set("q", search.value);
      for (const name of new Set(chips.map((chip) => chip.name))) {
        const some = values(name);
        if (some.length < chips.filter((chip) => chip.name === name).length) query.set(name, some.join(","));
      }
      const { place } = parts();
      const said = query.toString().replaceAll("%2C", ",");
      const hash = said ? `#${place}?${said}` : place && `#${place}`;
      if (hash === location.hash) return;
      try {
        history.replaceState(history.state, "", location.href.split("#")[0] + hash);
      } catch { /* where the page may not, it is only no link */ }
    };
    const restore = () => {
      const query = new URLSearchParams(parts().query);
      search.value = query.get("q") ?? "";
      for (const chip of chips) press(chip, (query.get(chip.name) ?? chip.value).split(",").includes(chip.value));
      filter();
    };

    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const verdicts = new Set(values("verdict"));
      const levels = new Set(values("level"));
      for (const [one, text] of texts) {
        one.hidden = !(verdicts.has(one.dataset.verdict) && levels.has(one.dataset.level) && words.every((word) => text.includes(word)));
      }
      const left = (some) => some.filter((one) => !one.hidden).length;
      const full = left(findings) === findings.length && left(rows) === rows.length;
      for (const area of areas) {
        const some = left(all(".requirement", area));
        area.hidden = !some;
        area.open ||= Boolean(some) && !full;
      }
      shown.value = full ? "" : `${left(findings)} of ${findings.length} findings, ${left(rows)} of ${rows.length} requirements`;
    };
    const reset = () => {
      search.value = "";
      for (const chip of chips) press(chip, true);
      change();
    };
    const change = () => {
      filter();
      keep();
    };
    form.addEventListener("input", change);
    for (const chip of chips) {
      chip.addEventListener("click", () => {
        press(chip, !pressed(chip));
        change();
      });
    }
    form.addEventListener("submit", (event) => event.preventDefault());

    // On a phone one finding is open at a time: the next one would be many screens away.
    const alone = (one) => { for (const other of findings) if (other !== one) other.open = false; };
    const fit = () => {
      if (phone.matches) alone(findings.find((one) => one.open && !one.hidden));
    };
    const foldAreas = () => {
      for (const area of areas) if (!parts().query) area.open = all(".requirement .links", area).length > 0;
    };
    for (const one of findings) {
      one.querySelector("summary").addEventListener("click", () => {
        if (!phone.matches || one.open) return;
        alone(one);
        requestAnimationFrame(() => one.scrollIntoView({ block: "start" }));
      });
    }
    phone.addEventListener("change", fit);

    // A link may lead to what is folded or filtered away.
    const follow = () => {
      let name = parts().place;
      try {
        name = decodeURIComponent(name);
      } catch { /* not encoded */ }
      const target = name && document.getElementById(name);
      if (!target) return;
      if (target.closest("[hidden]")) reset();
      for (const one of all(".here")) one.classList.remove("here");
      target.classList.add("here");
      if (phone.matches && target.closest(".finding")) alone(target.closest(".finding"));
      for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
      target.scrollIntoView();
      if (target.matches(".finding")) target.querySelector("summary").focus({ preventScroll: true });
    };
    addEventListener("hashchange", () => {
      if (parts().query) restore();
      follow();
      keep();
    });

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
      say(done ? "Copied" : "The browser does not allow this page to copy");
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
      folded = all("details:not([open])");
      for (const one of folded) one.open = true;
    });
    addEventListener("afterprint", () => { for (const one of folded) one.open = false; });

    restore();
    fit();
    if (phone.matches) foldAreas();
    // When all is loaded the browser goes to the link's place itself, and takes the focus away: we come after it.
    addEventListener("load", () => requestAnimationFrame(follow));
  });
})();
