// What the pages do beyond links and forms: keys, calm live regions, chosen files, forms that outlive a session.
"use strict";

(() => {
  const one = (selector) => document.querySelector(selector);

  // -- keys: an element says which key presses it; j and k else move through the rows of a list.

  // A Korean keyboard gives ㅛ for y: the place of the key counts where the sign is no Latin one.
  function keyOf(event) {
    if (event.key === "?" || event.key === "/") return event.key;
    if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
    if (event.code === "Slash" && event.shiftKey) return "?";
    return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
  }

  function isTyping(target) {
    return target.closest?.("textarea, select, [contenteditable]")
      || (target.matches?.("input") && !["checkbox", "radio", "button", "submit"].includes(target.type));
  }

  function moveInRows(step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))].focus();
  }

  function press(element) {
    if (element.dataset.opens) {
      one(`#${element.dataset.opens}`).showModal();
    } else if ("focusOnly" in element.dataset) {
      element.focus();
      element.scrollIntoView({ block: "center" });
    } else {
      element.click();
    }
  }

  // Who speaks to the machine, or hits keys unawares, can switch them off (WCAG 2.1.4); the browser remembers it.
  const OFF = "jium-single-keys-off";
  const keysOff = () => localStorage.getItem(OFF) !== null;
  const keySwitch = one("#single-keys");
  if (keySwitch) {
    keySwitch.checked = !keysOff();
    keySwitch.addEventListener("change", () => {
      if (keySwitch.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "");
    });
  }

  document.addEventListener("keydown", (event) => {
    if (keysOff()) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || one("dialog[open]")) return;
    if (isTyping(event.target)) return;
    const key = keyOf(event);
    const element = key && one(`[data-key="${key}"]`);
    if (element && !element.disabled) {
      event.preventDefault();
      // One answer at a time: a second key while the first is on its way would answer the wrong question.
      if (!one(".htmx-request [data-key], .htmx-request[data-key]")) press(element);
    } else if (key === "j" || key === "k") {
      event.preventDefault();
      moveInRows(key === "j" ? 1 : -1);
    }
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) one(`#${opener.dataset.opens}`).showModal();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const field = one(`#${button.dataset.copies}`);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // a page without HTTPS has no other way
    }
    button.textContent = button.dataset.copied;
  });

  // -- fragments: htmx asks, but never runs code from a page, and never swaps in what is no fragment.

  const Never = function never() {
    throw new Error("no code from pages");
  };
  htmx.registerExtension("never", { init: (api) => api.initSecurity(null, Never, Never) });

  const isLive = (element) => element.id === "live";

  document.addEventListener("htmx:before:request", (event) => {
    const source = event.detail.ctx.sourceElement;
    const typing = one("#live :is(input, textarea, select):focus");
    const busy = document.hidden || typing || one("dialog[open]") || String(window.getSelection());
    if (isLive(source) && busy) event.preventDefault();
  });

  document.addEventListener("htmx:before:response", (event) => {
    const answer = event.detail.ctx.response.raw;
    one("#no-answer").hidden = answer.status < 500;
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/login")) {
      event.preventDefault();
      one("#session-ended").hidden = false;
    } else if (answer.status >= 400 && answer.status < 500 && !isLive(event.detail.ctx.sourceElement)) {
      // A stale page (a token of an earlier session, a thing that is gone): the page itself says it best.
      event.preventDefault();
      window.location.reload();
    }
  });

  document.addEventListener("htmx:error", () => {
    one("#no-answer").hidden = false;
  });

  // After an answer the question is where one is, whether it came as a fragment or as a page of its own.
  const toQuestion = () => one("#desk h1")?.focus({ preventScroll: true });

  for (const moment of ["htmx:after:swap", "htmx:after:settle"]) {
    document.addEventListener(moment, (event) => {
      if (event.detail.ctx?.target?.id === "desk" || event.target.id === "desk") toQuestion();
    });
  }
  if (one("#said .message")) toQuestion();

  // -- the menu: on a narrow screen one row, until it is asked for.

  const side = one("#side");
  const fold = (closed) => {
    side.classList.toggle("closed", closed);
    one("[data-toggles=side]").setAttribute("aria-expanded", String(!closed));
  };
  if (side) {
    fold(true);
    one("[data-toggles=side]").addEventListener("click", () => fold(!side.classList.contains("closed")));
  }

  // -- tables: on a narrow screen each row is a card, whose lines bear the heads of their columns.

  function label(table) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, place) => { cell.dataset.label = heads[place] ?? ""; });
    }
  }

  const labelAll = () => document.querySelectorAll("table").forEach(label);
  labelAll();
  for (const moment of ["htmx:after:swap", "htmx:after:settle"]) document.addEventListener(moment, labelAll);

  // -- chosen files: by button or dropped, listed before they are sent.

  function listChosen(field) {
    const list = one(`#${field.dataset.lists}`);
    list.replaceChildren(...[...field.files].map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} · ${(file.size / 1048576).toFixed(file.size < 104858 ? 2 : 1)} MB`;
      return line;
    }));
    // Said before the sending begins: of what is too large the server takes nothing.
    const bytes = [...field.files].reduce((sum, file) => sum + file.size, 0);
    const problem = bytes > Number(field.dataset.most ?? Infinity) ? field.dataset.tooMuch : "";
    field.setCustomValidity(problem);
    if (!problem) return;
    const line = document.createElement("li");
    line.className = "bad";
    line.textContent = problem;
    list.append(line);
  }

  document.addEventListener("change", (event) => {
    if (event.target.dataset.lists) listChosen(event.target);
  });

  for (const area of document.querySelectorAll("[data-drop]")) {
    const field = area.querySelector("input[type=file]");
    const over = (on) => (event) => {
      event.preventDefault();
      area.classList.toggle("over", on);
    };
    area.addEventListener("dragover", over(true));
    area.addEventListener("dragleave", over(false));
    area.addEventListener("drop", (event) => {
      over(false)(event);
      field.files = event.dataTransfer.files;
      listChosen(field);
    });
  }

  // -- a change of language: what was typed stays in this tab's memory until the page is there again.

  const TYPED = "jium-typed";
  const kept = "form[data-keep] :is(input:not([type=password], [type=file], [type=hidden]), textarea, select)";

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".languages")) return;
    const fields = [...document.querySelectorAll(kept)].map((field) => [field.name, field.value, field.checked]);
    if (fields.length) sessionStorage.setItem(TYPED, JSON.stringify([location.pathname, fields]));
  });

  const typed = JSON.parse(sessionStorage.getItem(TYPED) || "null");
  sessionStorage.removeItem(TYPED);
  if (typed && typed[0] === location.pathname) {
    [...document.querySelectorAll(kept)].forEach((field, place) => {
      const [name, value, checked] = typed[1][place] ?? [];
      if (name !== field.name) return;
      if (["checkbox", "radio"].includes(field.type)) field.checked = checked;
      else field.value = value;
    });
  }

  // -- forms one has typed in: asked for a fresh token first, so that an ended session loses nothing.

  async function send(form, submitter) {
    let token;
    try {
      token = (await (await fetch("/session/")).json()).token;
    } catch {
      one("#no-answer").hidden = false;
      return;
    }
    if (!token) {
      one("#session-ended").hidden = false;
      one("#session-ended a").focus();
      return;
    }
    form.querySelector("[name=csrfmiddlewaretoken]").value = token;
    form.dataset.sent = "";
    form.setAttribute("aria-busy", "true");
    form.requestSubmit(submitter);
  }

  // A passkey was not given, or the browser has none: django-allauth's script tells us, the page says it in words.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    one("#passkey-problem").hidden = false;
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("keep" in form.dataset) || "sent" in form.dataset) return;
    event.preventDefault();
    send(form, event.submitter);
  });
})();
