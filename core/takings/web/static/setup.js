// Comfort only: every step works without this file.
(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Fields that count only with certain answers are shown only with them.
  const answers = (form, name) => {
    const controls = all(`[name="${CSS.escape(name)}"]`, form);
    const box = controls.find((one) => one.type === "checkbox");
    if (box) return String(box.checked);
    if (controls.some((one) => one.type === "radio")) return (controls.find((one) => one.checked) || {}).value || "";
    return controls.length ? controls[0].value : "";
  };
  for (const form of all("form")) {
    const parts = all("[data-when]", form);
    if (!parts.length) continue;
    for (const told of all(".condition", form)) told.hidden = true;
    const arrange = () => {
      for (const part of parts) {
        const wanted = Object.entries(JSON.parse(part.dataset.when));
        part.hidden = !wanted.every(([name, values]) => values.includes(answers(form, name)));
      }
    };
    form.addEventListener("change", arrange);
    arrange();
  }

  // Matching: a suggestion is put into its row at once, and the line above counts along.
  for (const form of all("form[data-mapping]")) {
    const count = form.querySelector("[data-count]");
    const selects = all("tbody select", form);
    if (!count || selects.length < Number(count.dataset.total)) continue;
    const tell = () => {
      const left = selects.filter((one) => !one.value).length;
      count.replaceChildren();
      const strong = document.createElement("strong");
      strong.textContent = left ? `${left} of ${selects.length}` : `All ${selects.length}`;
      count.append(strong, left ? ` ${left === 1 ? "is" : "are"} still to match` : " are matched");
      for (const one of selects) one.closest("tr").classList.toggle("open", !one.value && !one.closest("tr").classList.contains("wrong"));
    };
    form.addEventListener("change", (event) => { if (selects.includes(event.target)) tell(); });
    for (const button of all("[data-use]", form)) {
      button.addEventListener("click", (event) => {
        const select = document.getElementById(button.dataset.use);
        select.value = button.value;
        if (select.value !== button.value) return; // not in the list here: let the server do it
        event.preventDefault();
        select.focus();
        tell();
      });
    }
  }

  // While the other side has still to do its part, ask again every ten seconds, for a quarter of an hour.
  for (const part of all("[data-wait]")) {
    let rounds = 90;
    const ask = async () => {
      if (!document.hidden) {
        rounds -= 1;
        try {
          const answer = await fetch(part.dataset.wait, { method: "POST", headers: { "x-csrf-token": part.dataset.csrf, accept: "application/json" } });
          if (answer.status === 403) return;
          const now = await answer.json();
          if (answer.ok && now.state !== part.dataset.state) {
            // A token that is shown this once must not vanish.
            if ("stay" in part.dataset) { part.querySelector("[data-told]").textContent = "✓ Authorised: it is in use."; return; }
            location.reload();
            return;
          }
        } catch { /* the next time */ }
      }
      if (rounds) setTimeout(ask, 10000);
    };
    setTimeout(ask, 10000);
  }
})();
