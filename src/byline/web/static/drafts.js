// Keeps the draft while somebody writes, and shows its preview beside the editor where there is room.
// Without it the buttons do the same. It has no words of its own: they stand in data attributes, in the language of the page.
"use strict";

(() => {
  const QUIET_MS = 2_000;
  const BETWEEN_MS = 10_000;
  const LONGEST_PAUSE_MS = 60_000;
  const ROOM = window.matchMedia("(min-width: 75rem)");
  const bar = document.querySelector("[data-drafts]");
  const form = bar?.closest("form");
  if (!form) return;

  const seen = form.elements.namedItem("draft_seen");
  const state = bar.querySelector("[data-draft-state]");
  const said = bar.querySelector("[data-draft-said]");
  const discard = bar.querySelector("[value=discard]");
  const { saved, failed, stale, ended } = bar.dataset;
  const language = document.documentElement.lang;
  // In English as the server writes it: 07:42, not 07:42 AM.
  const clock = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { hour: "2-digit", minute: "2-digit" });

  let isChanged = false;
  let isStopped = false; // nothing more is kept by itself: the page is left, or another place has the draft
  let failures = 0;
  let lastAt = 0;
  let timer = 0;
  let underWay = null;

  const tell = (sentence) => {
    if (said.textContent !== sentence) said.textContent = sentence;
  };

  /** What is kept: every field, but no files. They are sent with a button. */
  const fields = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("intent", "draft");
    return data;
  };

  const answered = async (response) => {
    const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
    if (response.ok && isJson) {
      const draft = await response.json();
      seen.value = draft.draft_seen;
      state.textContent = saved.replace("{time}", clock.format(new Date(draft.saved_at)));
      discard.hidden = false;
      failures = 0;
      tell("");
      if (!isChanged) form.dispatchEvent(new Event("kept"));
      showPreview();
      return;
    }
    if (response.status === 429 || response.status >= 500) throw new Error("later");
    isStopped = true;
    tell(response.status === 409 ? stale : ended);
  };

  const keep = async () => {
    isChanged = false;
    lastAt = Date.now();
    try {
      const path = new URL(form.action).pathname;
      await answered(await fetch(path, { method: "POST", body: fields(), headers: { Accept: "application/json" } }));
    } catch {
      isChanged = true;
      failures += 1;
      tell(failed);
    }
  };

  const schedule = () => {
    clearTimeout(timer);
    if (isStopped || !isChanged) return;
    const pause = failures ? Math.min(LONGEST_PAUSE_MS, BETWEEN_MS * 2 ** failures) : BETWEEN_MS;
    timer = setTimeout(run, Math.max(QUIET_MS, lastAt + pause - Date.now()));
  };

  const run = () => {
    clearTimeout(timer);
    if (underWay || isStopped) return underWay;
    underWay = keep().finally(() => {
      underWay = null;
      schedule();
    });
    return underWay;
  };

  const changed = (event) => {
    if (event.target.type === "file") return;
    isChanged = true;
    if (!underWay) schedule();
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("online", () => { failures = 0; schedule(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && isChanged) run(); });

  // A button waits for what is under way: it would else send the mark of a draft that is not the last one any more.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (event.submitter?.value === "preview" && canShowBeside()) {
      event.preventDefault();
      event.stopPropagation();
      togglePreview(event.submitter);
      return;
    }
    if (underWay) {
      event.preventDefault();
      event.stopPropagation();
      const button = event.submitter;
      underWay.then(() => form.requestSubmit(button));
      return;
    }
    isStopped = true;
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) isStopped = false; });

  // The preview: a frame beside the form. A photo that was chosen and not sent yet is shown on the page of its own.
  const pane = document.querySelector("[data-preview-pane]");
  let frame = null;
  const hasFile = () => Array.from(form.querySelectorAll("input[type=file]")).some((input) => input.files.length > 0);
  const canShowBeside = () => pane !== null && ROOM.matches && (frame !== null || !hasFile());
  const address = () => pane.dataset.previewPane;

  function showPreview() {
    if (frame === null) return;
    const at = frame.contentWindow?.scrollY ?? 0;
    frame.addEventListener("load", () => frame?.contentWindow.scrollTo(0, at), { once: true });
    frame.contentWindow.location.replace(address());
  }
  async function togglePreview(button) {
    const isOpen = frame === null;
    if (isOpen) {
      await run();
      frame = document.createElement("iframe");
      frame.title = pane.dataset.title;
      frame.src = address();
      pane.append(frame);
    } else {
      frame.remove();
      frame = null;
    }
    pane.hidden = !isOpen;
    document.body.classList.toggle("with-preview", isOpen);
    button.setAttribute("aria-pressed", String(isOpen));
  }
  ROOM.addEventListener("change", () => {
    if (!ROOM.matches && frame !== null) togglePreview(bar.querySelector("[value=preview]"));
  });
})();
