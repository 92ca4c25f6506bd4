// Choosing a photo: by the field, by dropping or by pasting. It is shown at once, made smaller where it is large, and put back into
// the field, so that the form sends it like any other. Until the server confirms the form the browser keeps the photo, and puts
// it back when the form comes back. Without scripts the field alone does. It has no words of its own: they are in data attributes.
"use strict";

(() => {
  const head = document.querySelector("[data-portrait]");
  if (!head) return;
  const form = head.closest("form");
  const field = head.querySelector("input[type=file]");
  const box = field.closest(".field");
  const [status, bar, forget] = [head.querySelector("[data-status]"), head.querySelector("progress"), head.querySelector("[data-forget]")];
  const details = head.querySelector("[data-photo-more]");
  const texts = head.dataset;
  const MOST_SIDE = 3000;
  const LEAST_SIDE = 64;
  const MOST_BYTES = Number(texts.mostBytes);
  const QUALITIES = [0.92, 0.85, 0.75, 0.6];
  const SMALLER = 0.8;
  const TAKEN = ["image/jpeg", "image/png", "image/webp", "image/avif"];
  const DAY_MS = 86_400_000;
  for (const each of head.querySelectorAll("[data-scripted]")) each.hidden = false;
  head.classList.add("framed"); // the frame alone chooses: what was chosen is shown in it

  // What the page shows of it.
  let address = "";
  const show = (blob, isNew) => {
    if (address) URL.revokeObjectURL(address);
    address = blob ? URL.createObjectURL(blob) : "";
    const before = head.querySelector("[data-chosen]");
    const now = head.querySelector("[data-now]");
    before?.remove();
    now.hidden = Boolean(blob);
    forget.hidden = !blob;
    if (blob) {
      const image = document.createElement("img");
      Object.assign(image, { src: address, className: "portrait", alt: field.files[0]?.name ?? "" });
      image.dataset.chosen = "";
      now.after(image);
      image.addEventListener("error", () => image.remove()); // not of a kind that this browser shows
      details.open = true;
    }
    const url = address || (details.open ? texts.whole : "");
    head.dispatchEvent(new CustomEvent("portrait", { detail: { url, isNew } }));
  };
  const say = (sentence, values = {}) => {
    status.textContent = sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  const put = (file) => {
    const list = new DataTransfer();
    if (file) list.items.add(file);
    field.files = list.files;
    mark();
    field.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "put" }));
  };
  /** Whether a photo is chosen is seen in the page: what it needs stands there only then. */
  const mark = () => head.classList.toggle("chosen", field.files.length > 0);
  const megabytes = (bytes) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes / 1e6);

  // Making it smaller.
  const loaded = async (blob) => {
    const image = new Image();
    image.src = URL.createObjectURL(blob);
    try {
      await image.decode();
      return image;
    } finally {
      URL.revokeObjectURL(image.src);
    }
  };
  const encoded = (canvas, quality) => new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });
  /** The picture as a JPEG that is small enough, upright since browsers turn it, on white where it was transparent. */
  const smaller = async (image) => {
    let scale = Math.min(1, MOST_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    for (;;) {
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
      canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
      const pen = canvas.getContext("2d", { alpha: false });
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.imageSmoothingQuality = "high";
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      for (const quality of QUALITIES) {
        const blob = await encoded(canvas, quality);
        if (blob && blob.size <= MOST_BYTES) return blob;
      }
      scale *= SMALLER;
    }
  };
  const isHeic = (file) => /^image\/hei[cf]/.test(file.type) || /\.hei[cf]$/i.test(file.name);
  /** The file to send in place of one that was chosen: itself, where it is small enough and of a kind that is taken. */
  const prepared = async (file) => {
    const image = await loaded(file);
    const longest = Math.max(image.naturalWidth, image.naturalHeight);
    if (TAKEN.includes(file.type) && file.size <= MOST_BYTES && longest <= MOST_SIDE) return [file, image];
    const blob = await smaller(image);
    return [new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" }), image];
  };

  // While it is made ready the form waits; a press of the button meanwhile is carried out then.
  let working = null;
  let pressed = null;
  const take = async (file) => {
    const mine = Symbol("this photo");
    working = mine;
    say(texts.working);
    bar.hidden = false;
    const isLatest = () => working === mine;
    try {
      const [ready, image] = await prepared(file);
      if (!isLatest()) return;
      if (Math.min(image.naturalWidth, image.naturalHeight) < LEAST_SIDE) {
        say(texts.tooSmall);
        put(null);
        show(null);
        return;
      }
      put(ready);
      show(ready, true);
      say(texts.ready, { size: megabytes(ready.size) });
      await keep(ready);
    } catch {
      if (!isLatest()) return;
      show(null);
      say(isHeic(file) ? texts.heic : texts.unreadable);
    } finally {
      if (isLatest()) {
        working = null;
        bar.hidden = true;
        if (pressed) form.requestSubmit(pressed.button);
        pressed = null;
      }
    }
  };
  const isPicture = (file) => file.type.startsWith("image/") || isHeic(file);
  const takeFrom = (files) => {
    const file = Array.from(files).find(isPicture);
    if (file) {
      put(file);
      take(file);
    }
    return Boolean(file);
  };
  field.addEventListener("change", () => {
    mark();
    if (field.files.length > 0) take(field.files[0]);
    else clear();
  });
  for (const name of ["dragover", "dragenter"]) {
    head.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      head.classList.add("dropping");
    });
  }
  head.addEventListener("dragleave", (event) => {
    if (!head.contains(event.relatedTarget)) head.classList.remove("dropping");
  });
  head.addEventListener("drop", (event) => {
    head.classList.remove("dropping");
    if (takeFrom(event.dataTransfer.files)) event.preventDefault();
  });
  document.addEventListener("paste", (event) => {
    const isTyping = event.target instanceof Element && event.target.closest("input:not([type=file]), textarea, [contenteditable]");
    if (!isTyping && takeFrom(event.clipboardData.files)) event.preventDefault();
  });

  // Keeping it, in a database of this site: one photo a tab, since the copies of typed text are of a tab, too.
  const { copies: whose, confirmed } = document.getElementById("main").dataset;
  const STORE = "photos";
  const TAB = "portrait tab";
  const SENT = "portrait sent";
  const storage = (() => {
    try {
      return whose ? window.sessionStorage : null;
    } catch {
      return null; // blocked together with the cookies
    }
  })();
  const finished = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const database = (async () => {
    if (!storage) return null;
    try {
      const request = window.indexedDB.open("byline portraits", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      return await finished(request);
    } catch {
      return null; // as above, or there is no room
    }
  })();
  /** One act on the kept photos; nothing happens where a browser keeps none. */
  const kept = async (act, mode = "readwrite") => {
    const opened = await database;
    try {
      return opened && await finished(act(opened.transaction(STORE, mode).objectStore(STORE)));
    } catch {
      return null;
    }
  };
  const path = new URL(form.action).pathname;
  const tab = () => storage?.getItem(TAB) ?? "";
  const keep = (file) => {
    if (storage && !tab()) storage.setItem(TAB, Date.now().toString(36) + Math.random().toString(36).slice(2));
    return kept((photos) => photos.put({ file, whose, path, at: Date.now() }, tab()));
  };
  const drop = async () => {
    await kept((photos) => photos.delete(tab()));
    for (const name of [TAB, SENT]) storage?.removeItem(name);
  };
  const clear = () => {
    working = null;
    bar.hidden = true;
    say("");
    put(null);
    show(null);
    drop();
  };
  forget.addEventListener("click", () => {
    clear();
    field.focus();
  });
  const dropOld = async () => {
    const [keys, photos] = [await kept((all) => all.getAllKeys(), "readonly"), await kept((all) => all.getAll(), "readonly")];
    for (const [index, photo] of (photos ?? []).entries()) {
      if (Date.now() - photo.at > DAY_MS || photo.whose !== whose) await kept((all) => all.delete(keys[index]));
    }
  };
  const bringBack = async () => {
    await dropOld();
    if (confirmed && storage?.getItem(SENT) === confirmed) await drop();
    const photo = tab() && await kept((photos) => photos.get(tab()), "readonly");
    if (!photo || photo.path !== path || field.files.length > 0) return;
    if ("refused" in box.dataset) {
      await drop();
      return;
    }
    put(photo.file);
    show(photo.file, false);
    say(texts.back);
    if ("notKept" in box.dataset) {
      box.classList.remove("faulty");
      field.removeAttribute("aria-invalid");
      field.setAttribute("aria-describedby", "profile_img-hint");
      document.getElementById("profile_img-error")?.remove();
      document.querySelector("#errors a[href='#profile_img']")?.closest("li").remove();
    }
    document.querySelector("[data-photo-lost]")?.remove();
  };

  // A refused form would come back without the covers that were chosen: a tick that is missing is asked for before it is sent.
  const rights = head.querySelector("[name=photo_rights]");
  const withoutRights = ["preview", "draft", "discard"];
  rights.addEventListener("change", () => rights.setCustomValidity(""));
  form.addEventListener("submit", (event) => {
    const isAsked = rights.checkVisibility() && !head.querySelector("[name=remove_img]")?.checked;
    if (!isAsked || rights.checked || withoutRights.includes(event.submitter?.value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    rights.setCustomValidity(rights.dataset.needed);
    rights.reportValidity();
  }, true);
  form.addEventListener("submit", (event) => {
    if (!working) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = { button: event.submitter };
  }, true);
  document.addEventListener("submit", (event) => {
    if (event.target.closest("header")) kept((photos) => photos.clear());
    if (event.target !== form || event.defaultPrevented || field.files.length === 0) return;
    if (tab()) storage.setItem(SENT, form.querySelector("input[name=copy]")?.value ?? "");
    say(texts.sending);
    bar.hidden = false;
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) bar.hidden = true;
  });
  form.addEventListener("reset", () => setTimeout(clear));
  details.addEventListener("toggle", () => {
    if (details.open && !address && texts.whole) show(null);
  });
  if (details.open) details.dispatchEvent(new Event("toggle"));
  bringBack();
})();
