// Comfort only: every page works without this file.
(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // After something was sent, reading begins where it matters.
  const first = document.querySelector("[data-focus]");
  if (first) first.focus();

  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
      const told = document.getElementById(button.dataset.told);
      if (told) told.textContent = "Copied.";
    });
  }

  for (const box of all("[data-filter]")) {
    box.hidden = false;
    const rows = all(`#${box.dataset.filter} tbody tr`);
    const input = box.querySelector("input");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = Boolean(wanted) && !row.textContent.toLowerCase().includes(wanted);
    });
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  // The same answer as the preview button gives, a moment after typing.
  for (const form of all("form[data-live]")) {
    let waiting, round = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const mine = ++round;
        const body = new URLSearchParams(new FormData(form));
        body.set("action", form.dataset.live);
        const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = document.getElementById(form.dataset.shown), then = page.getElementById(form.dataset.shown);
        if (mine === round && now && then) now.replaceChildren(...document.adoptNode(then).childNodes);
      }, 400);
    });
  }

  for (const part of all("[data-poll]")) {
    const before = part.dataset.state;
    const ask = async () => {
      try {
        const answer = await fetch(part.dataset.poll, { headers: { accept: "application/json" } });
        const now = await answer.json();
        const told = part.querySelector("[data-progress]");
        if (told) told.textContent = now.text;
        if (now.state !== before || !now.going_on) return location.reload();
      } catch { /* the next time */ }
      setTimeout(ask, 2000);
    };
    setTimeout(ask, 1000);
  }
})();
