// What makes the forms kinder where scripts run. Nothing depends on it: every form works without.
// It has no words of its own: they stand in data attributes, in the language of the page.
"use strict";

(() => {
  const PAUSE_MS = 800;
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const language = document.documentElement.lang;
  /** Writes values into a sentence: each `{name}` stands for one. */
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const beside = (element, attribute) => document.getElementById(element.getAttribute(attribute));

  /** Calls `act` once typing has paused, so that a screen reader is not interrupted at every key. */
  const afterPause = (act) => {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(act, PAUSE_MS);
    };
  };

  // Show and hide a password.
  const setShown = (button, shown, say) => {
    const input = beside(button, "aria-controls");
    input.type = shown ? "text" : "password";
    const { show, showLabel, hide, hideLabel, visible, hidden } = button.dataset;
    button.textContent = shown ? hide : show;
    button.setAttribute("aria-label", shown ? hideLabel : showLabel);
    button.parentElement.querySelector("[role=status]").textContent = say ? (shown ? visible : hidden) : "";
  };
  const showButtons = all(".password button");
  for (const button of showButtons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      setShown(button, beside(button, "aria-controls").type === "password", true);
    });
    button.form.addEventListener("submit", () => setShown(button, false, false));
  }
  // A page that comes back from the browser's memory must not come back with a visible password.
  window.addEventListener("pageshow", () => showButtons.forEach((button) => setShown(button, false, false)));

  // How strong a new password is, and why. The server decides; this only says it earlier.
  const RUNS = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
  const lettersOf = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const isRun = (text) => {
    const steps = [...text.toLowerCase()];
    let inRun = 0;
    for (let i = 1; i < steps.length; i += 1) {
      const pair = steps[i - 1] + steps[i];
      const turned = steps[i] + steps[i - 1];
      if (RUNS.some((run) => run.includes(pair) || run.includes(turned))) inRun += 1;
    }
    return steps.length > 3 && inRun >= (steps.length - 1) * 0.75;
  };
  /** Why a password is easy to guess: the name of the data attribute that says so, or "". */
  const weakness = (password, form) => {
    const own = ["author_name", "author_email"]
      .map((name) => form.elements.namedItem(name))
      .concat(form.querySelector("#account"))
      .filter(Boolean)
      .flatMap((input) => [input.value, input.value.split("@")[0]])
      .map(lettersOf)
      .filter((text) => text.length > 2);
    if (own.includes(lettersOf(password))) return "own";
    if (new Set(password.toLowerCase()).size < 5) return "few";
    if (/^(.{1,8}?)\1+.{0,7}$/su.test(password)) return "repeated";
    if (isRun(password)) return "run";
    return "";
  };
  for (const input of all("input[data-strength]")) {
    const region = beside(input, "data-strength");
    const least = Number(input.dataset.min);
    const judge = () => {
      const length = [...input.value].length;
      const why = weakness(input.value, input.form);
      if (length === 0) region.textContent = "";
      else if (length < least) region.textContent = fill(region.dataset.short, { length, min: least });
      else if (why) region.textContent = fill(region.dataset.weak, { why: region.dataset[why] });
      else region.textContent = length >= least + 6 ? region.dataset.strong : region.dataset.good;
    };
    input.addEventListener("input", afterPause(judge));
  }

  // How much room is left in a long text.
  const number = new Intl.NumberFormat(language);
  const plural = new Intl.PluralRules(language);
  for (const area of all("textarea[data-count]")) {
    const region = beside(area, "data-count");
    const most = Number(area.dataset.max);
    const count = () => {
      const left = most - [...area.value].length;
      const { leftOne, leftOther, overOne, overOther } = region.dataset;
      const isOne = plural.select(Math.abs(left)) === "one";
      const sentence = left < 0 ? (isOne ? overOne : overOther) : (isOne ? leftOne : leftOther);
      region.textContent = fill(sentence, { count: number.format(Math.abs(left)) });
    };
    area.addEventListener("input", afterPause(count));
  }

  // Ticks: all at once, and how many there are on the button.
  for (const form of all("form[data-ticks]")) {
    const button = form.querySelector("button[data-some]");
    const plain = button.textContent;
    const whole = form.querySelector("[hidden] > input[type=checkbox]");
    const ticks = all(`input[form="${form.id}"][name="${form.dataset.ticks}"]`);
    const show = () => {
      const count = ticks.filter((tick) => tick.checked).length;
      button.textContent = count ? fill(button.dataset.some, { count }) : plain;
      whole.checked = count === ticks.length;
      whole.indeterminate = count > 0 && count < ticks.length;
    };
    whole.addEventListener("change", () => {
      for (const tick of ticks) tick.checked = whole.checked;
      show();
    });
    ticks.forEach((tick) => tick.addEventListener("change", show));
    window.addEventListener("pageshow", show); // a browser keeps ticks when one comes back
    whole.parentElement.hidden = false;
    show();
  }

  // Leaving with unsaved changes asks first.
  for (const form of all("form[data-guard]")) {
    let dirty = form.dataset.guard === "dirty";
    const status = form.querySelector("[data-unsaved]");
    form.addEventListener("input", () => {
      dirty = true;
      if (status) status.textContent = status.dataset.unsaved;
    });
    form.addEventListener("submit", () => { dirty = false; });
    form.addEventListener("kept", () => { dirty = false; }); // as a draft: drafts.js
    form.addEventListener("reset", () => {
      dirty = false;
      if (status) status.textContent = "";
    });
    window.addEventListener("beforeunload", (event) => {
      if (!dirty) return;
      event.preventDefault();
      event.returnValue = true; // what browsers before 2024 listen to
    });
  }

  // A copy of what was typed, in the session storage of the tab: from the press of a button until the server confirms that
  // the form was carried out. It comes back after an error page, or when no answer came at all. `data-copies` says whose
  // copies may be shown; passwords, files, codes and tokens are not in them. A form whose answer is a file has none (`data-download`).
  const { copies: whose, confirmed, restored, discard, posted } = document.getElementById("main").dataset;
  const PREFIX = "byline ";
  const ACCOUNT = "account-";
  const HOUR_MS = 3_600_000;
  const TYPED = ["checkbox", "email", "radio", "select-one", "text", "textarea", "url"];
  const HIDDEN = ["seen", "bio_format"]; // what says how the typed fields are meant
  const storage = (() => {
    try {
      return whose ? window.sessionStorage : null;
    } catch {
      return null; // blocked together with the cookies
    }
  })();
  const fieldsOf = (form) => Array.from(form.elements).filter(({ name, type, autocomplete }) =>
    HIDDEN.includes(name) || (name && name !== "book_cover_kept" && TYPED.includes(type) && autocomplete !== "one-time-code"));
  const typedIn = (form) => fieldsOf(form).map(({ name, type, checked, value }) =>
    [name, type === "checkbox" ? checked : type === "radio" && !checked ? "" : value]);
  const wordsOf = (typed) => JSON.stringify(typed.filter(([name, value]) => !HIDDEN.includes(name) && value));
  const keyOf = (form) => `${PREFIX}${whose} ${new URL(form.action).pathname}`;

  const forgetCopies = () => {
    for (const key of Object.keys(storage).filter((name) => name.startsWith(PREFIX))) {
      const { id, at } = JSON.parse(storage.getItem(key));
      const isOld = Date.now() - at > (key.startsWith(PREFIX + ACCOUNT) ? 24 : 1) * HOUR_MS;
      const isOfAnother = whose.startsWith(ACCOUNT) && !key.startsWith(`${PREFIX}${whose} `);
      if (id === confirmed || isOld || isOfAnother) storage.removeItem(key);
    }
  };
  const keepCopy = (form) => {
    const id = Date.now().toString(36) + Math.random().toString(36).slice(2);
    const copy = JSON.stringify({ id, at: Date.now(), typed: typedIn(form) });
    const named = form.querySelector("input[name=copy]") ?? form.appendChild(document.createElement("input"));
    Object.assign(named, { type: "hidden", name: "copy", value: id });
    try {
      storage.setItem(keyOf(form), copy);
    } catch {
      // There is no room; the server's answer has the text in any case.
    }
  };
  /** Chooses a radio button that was chosen, with the value that a script had given it (`data-by-hand`). */
  const check = (field, value) => {
    if (value && "byHand" in field.dataset) field.value = value;
    field.checked = value !== "" && value === field.value;
  };
  const fillIn = (form, typed) => {
    for (const button of all("button[data-add-row]", form)) { // rows.js was here before
      const first = button.closest("fieldset").querySelector("[data-rows]").dataset.named.split(" ")[0];
      const rows = (fields) => fields.filter(([name]) => name === first).length;
      for (let missing = rows(typed) - rows(typedIn(form)); missing > 0; missing -= 1) button.click();
    }
    const left = [...typed];
    for (const field of fieldsOf(form)) {
      const at = left.findIndex(([name]) => name === field.name);
      const value = at < 0 ? "" : left.splice(at, 1)[0][1];
      if (field.type === "checkbox") field.checked = Boolean(value);
      else if (field.type === "radio") at < 0 || check(field, value);
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  /** What is in a form, as a copy has it: a biography that was copied as HTML is compared with the page's HTML. */
  const likeCopy = (form, copy) => typedIn(form).map(([name, value]) => {
    const isHtml = name === "author_bio" && copy.typed.some((typed) => typed[0] === "bio_format" && typed[1] === "html");
    return [name, isHtml ? form.elements.namedItem(name).dataset.html ?? "" : value];
  });
  const bringBack = (form) => {
    const copy = JSON.parse(storage.getItem(keyOf(form)) ?? "null");
    const before = typedIn(form);
    if (copy === null || wordsOf(copy.typed) === wordsOf(likeCopy(form, copy))) return;
    fillIn(form, copy.typed);
    const notice = document.createElement("div");
    const words = notice.appendChild(document.createElement("p"));
    const button = notice.appendChild(document.createElement("button"));
    Object.assign(notice, { className: "notice", role: "status" });
    Object.assign(button, { type: "button", className: "plain", textContent: discard });
    button.addEventListener("click", () => {
      storage.removeItem(keyOf(form));
      fillIn(form, before);
      form.reset(); // for whoever listens: there is nothing unsaved now
      notice.remove();
    });
    form.before(notice);
    form.closest("details")?.setAttribute("open", "");
    words.textContent = restored; // said when it is there: a status is read out when it changes
  };
  const formsWithText = storage ? all("main form[method=post]:not([data-download])").filter((form) => fieldsOf(form).length > 0) : [];
  if (storage) {
    forgetCopies();
    if (posted === undefined) formsWithText.forEach(bringBack);
    all("header form").forEach((form) => form.addEventListener("submit", () => storage.clear()));
  }

  // A second press while the first is under way is not sent. When no answer comes, the form can be sent again.
  // A file that is downloaded leaves the page as it is: its form may be sent for another file at once, for the same one soon.
  const LONGEST_WAY_MS = 10_000;
  const DOWNLOAD_MS = 1_000;
  const SENT = "#sent";
  const sentAt = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const isDownload = "download" in form.dataset;
    const words = isDownload ? JSON.stringify(typedIn(form)) : "";
    const last = sentAt.get(form);
    if (last?.words === words && Date.now() - last.at < (isDownload ? DOWNLOAD_MS : LONGEST_WAY_MS)) {
      event.preventDefault();
      return;
    }
    sentAt.set(form, { at: Date.now(), words });
    if (formsWithText.includes(form)) keepCopy(form);
    // Chromium puts its page about a missing answer in the place of a page with the same address: Back would miss the form.
    if (form.method === "post") form.action = Object.assign(new URL(form.action), { hash: SENT });
  });
  if (location.hash === SENT) history.replaceState(null, "", location.pathname + location.search);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all("form").forEach((form) => sentAt.delete(form));
  });

  // Times by the reader's own clock.
  const SHAPES = {
    day: { day: "numeric", month: "long", year: "numeric" },
    moment: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
    clock: { hour: "2-digit", minute: "2-digit" },
    soon: { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
  };
  const daysAgo = (at) => Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  /** In which shape a time is shown: the nearer it is, the less of it has to be said. */
  const kindOf = (asked, at) => {
    if (!["brief", "past", "when"].includes(asked)) return asked;
    const days = daysAgo(at);
    if (days === 0 || (days === 1 && asked === "when")) return "clock";
    if (asked === "brief") return "day";
    return at.getFullYear() === new Date().getFullYear() ? "soon" : "moment";
  };
  for (const time of all("time[data-local]")) {
    const at = new Date(time.dateTime);
    const { local, today, yesterday } = time.dataset;
    const kind = kindOf(local, at);
    const near = kind === "clock" ? [today, yesterday][daysAgo(at)] : undefined;
    const shape = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, SHAPES[kind]);
    time.textContent = near ? near.replace("{time}", shape.format(at)) : shape.format(at);
  }
})();
