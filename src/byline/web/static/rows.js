// Rows of a form, such as books: added, taken out and put in order. Without it the form has empty rows and numbers.
// It has no words of its own: they stand in data attributes, in the language of the page.
"use strict";

(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const setUp = (list) => {
    const { rows: most, named, spare, unnamed, moved, removed, ...labels } = list.dataset;
    const place = list.parentElement;
    const said = place.querySelector("[data-rows-said]");
    const add = place.querySelector("[data-add-row]");
    const putBack = place.querySelector("[data-put-back]");
    const rows = () => Array.from(list.children);
    let last = list.children.length;
    let taken = null;

    const fieldsOf = (row) => all("input, select", row);
    const nameOf = (row) => {
      const fields = named.split(" ").map((name) => fieldsOf(row).find((field) => field.name === name));
      const typed = fields.map((field) => field.value.trim()).find(Boolean);
      return typed ?? fill(unnamed, { n: rows().indexOf(row) + 1 });
    };

    /** Brings the numbers and names of all rows up to date with their order and what is typed in them. */
    const settle = () => {
      rows().forEach((row, at) => {
        const name = nameOf(row);
        row.querySelector("[data-position] input").value = at + 1;
        row.querySelector("[role=group]").setAttribute("aria-label", fill(unnamed, { n: at + 1 }));
        row.querySelector("[data-drag]").setAttribute("aria-label", fill(labels.dragLabel, { name }));
        row.querySelector("[data-remove]").setAttribute("aria-label", fill(labels.removeLabel, { name }));
        for (const button of all("[data-move]", row)) {
          const isUp = button.dataset.move === "-1";
          button.setAttribute("aria-label", fill(isUp ? labels.upLabel : labels.downLabel, { name }));
          button.setAttribute("aria-disabled", String(isUp ? at === 0 : at === list.children.length - 1));
        }
        all("[data-name]", row).forEach((shown) => { shown.textContent = name; shown.className = "row-name named"; });
      });
      add.hidden = list.children.length >= Number(most);
    };
    const changed = () => {
      settle();
      list.dispatchEvent(new Event("input", { bubbles: true })); // for whoever keeps what is not saved yet
    };
    const say = (sentence, canPutBack = false) => {
      said.textContent = sentence;
      putBack.hidden = !canPutBack;
    };

    const moveTo = (row, at) => {
      const others = rows().filter((other) => other !== row);
      const to = Math.max(0, Math.min(others.length, at));
      if (rows().indexOf(row) === to) return;
      const focused = document.activeElement;
      if (to < others.length) others[to].before(row);
      else list.append(row);
      if (row.contains(focused)) focused.focus();
      changed();
      say(fill(moved, { name: nameOf(row), n: to + 1, count: list.children.length }));
    };

    /** Drags a row by its handle: a line shows where it would go, and it goes there when it is let go. */
    const drag = (row, handle, event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
      row.classList.add("dragged");
      let to = rows().indexOf(row);
      const clear = () => rows().forEach((other) => other.classList.remove("drop-before", "drop-after"));
      const onMove = ({ clientY }) => {
        const others = rows().filter((other) => other !== row);
        to = others.filter((other) => {
          const { top, height } = other.getBoundingClientRect();
          return clientY > top + height / 2;
        }).length;
        clear();
        if (to === rows().indexOf(row)) return;
        if (to < others.length) others[to].classList.add("drop-before");
        else others[others.length - 1].classList.add("drop-after");
      };
      const end = (isDropped) => {
        handle.removeEventListener("pointermove", onMove);
        handle.removeEventListener("pointerup", onUp);
        handle.removeEventListener("pointercancel", onCancel);
        row.classList.remove("dragged");
        clear();
        if (isDropped) moveTo(row, to);
      };
      const onUp = () => end(true);
      const onCancel = () => end(false);
      handle.addEventListener("pointermove", onMove);
      handle.addEventListener("pointerup", onUp);
      handle.addEventListener("pointercancel", onCancel);
    };

    const equip = (row) => {
      row.querySelector(".row-tools").hidden = false;
      row.querySelector("[data-position]").hidden = true;
      const handle = row.querySelector("[data-drag]");
      handle.addEventListener("pointerdown", (event) => drag(row, handle, event));
      handle.addEventListener("keydown", (event) => {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        moveTo(row, rows().indexOf(row) + step);
      });
      for (const button of all("[data-move]", row)) {
        button.addEventListener("click", () => moveTo(row, rows().indexOf(row) + Number(button.dataset.move)));
      }
      row.querySelector("[data-remove]").addEventListener("click", () => {
        taken = { row, at: rows().indexOf(row) };
        const name = nameOf(row);
        row.remove();
        changed();
        say(fill(removed, { name }), true);
        putBack.focus();
      });
      row.addEventListener("input", settle);
    };

    const emptied = (row) => {
      const copy = row.cloneNode(true);
      last += 1;
      all(".error, .soft, .hint", copy).forEach((part) => part.remove());
      all(".faulty", copy).forEach((part) => part.classList.remove("faulty"));
      all(".icon, .thumb, img", copy).forEach((part) => part.remove());
      for (const field of fieldsOf(copy)) {
        const label = copy.querySelector(`label[for="${field.id}"]`);
        field.id = `${field.name}-${last}`;
        if (label) label.htmlFor = field.id;
        field.value = ""; // of a select the empty choice: that of a cover takes it away
        field.removeAttribute("aria-invalid");
        field.removeAttribute("aria-describedby");
      }
      return copy;
    };
    const blank = emptied(list.lastElementChild);
    all("details", blank).forEach((part) => { part.open = false; });

    /** A last row in which nothing is typed: one at a time is enough for whoever presses the button. */
    const empty = () => {
      const row = list.lastElementChild;
      return row && all("input:not([type=number], [type=hidden]), select", row).every((field) => !field.value) ? row : null;
    };
    const open = (row) => {
      all(":scope > details", row).forEach((part) => { part.open = true; });
      row.querySelector("input").focus();
    };
    add.addEventListener("click", (event) => {
      if (event.isTrusted && empty()) { // a script wants as many as it asks for
        open(empty());
        return;
      }
      const row = emptied(blank);
      list.append(row);
      equip(row);
      settle();
      open(row);
    });
    putBack.addEventListener("click", () => {
      const { row, at } = taken;
      if (at < list.children.length) list.children[at].before(row);
      else list.append(row);
      changed();
      say("");
      row.querySelector("[data-drag]").focus();
    });

    all(":scope > [data-empty]", list).slice(Number(spare)).forEach((row) => row.remove());
    rows().forEach(equip);
    settle();
  };

  all("ol[data-rows]").forEach(setUp);

  // A name is one line, however many it takes to show it.
  for (const field of all("textarea[data-one-line]")) {
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) event.preventDefault();
    });
    field.addEventListener("input", () => {
      if (/[\r\n]/.test(field.value)) field.value = field.value.replace(/\s*[\r\n]+\s*/g, " ");
    });
  }

  // A text that is suggested for a field, taken at a press.
  for (const button of all("[data-take-suggestion]")) {
    const field = document.getElementById(button.dataset.takeSuggestion);
    button.hidden = false;
    button.addEventListener("click", () => {
      field.value = button.parentElement.querySelector("[data-suggestion]").textContent;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
      button.parentElement.remove();
    });
  }
})();
