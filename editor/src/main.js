// The rich-text editor of a biography. It takes the place of a textarea and keeps it in step: the textarea is what the form
// sends, what a copy of the form holds, and what stays where this script does not run. It has no words of its own.
import { history } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { Slice } from "prosemirror-model";
import { EditorState, TextSelection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { keys, rules } from "./commands.js";
import { fromHtml, lengthOf, toHtml } from "./html.js";
import { linkDialog } from "./links.js";
import { toHtml as fromMarkdown } from "./markdown.js";
import { cleaned, paragraphsOf } from "./paste.js";
import { hard_break, paragraph, schema } from "./schema.js";
import { toolbar } from "./toolbar.js";

const PAUSE_MS = 400;
const ROOM = { top: 64, right: 5, bottom: 96, left: 5 }; // the caret stays clear of the toolbar and of the bar below
const OURS = /^<(p|ul|ol|blockquote)>[^]*<\/(p|ul|ol|blockquote)>$/;
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language);
const plural = new Intl.PluralRules(language);
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, "").length;

class Biography {
  constructor(field) {
    const part = (name) => field.querySelector(`[data-rich-${name}]`);
    this.field = field;
    this.rich = field.querySelector("[data-rich]");
    this.textarea = field.querySelector("textarea");
    this.format = field.querySelector("[name=bio_format]");
    this.length = part("length");
    this.said = part("said");
    this.file = field.querySelector("[name=bio_file]");
    this.writing = false;
    const dialog = part("link");
    this.textarea.form.after(dialog); // its fields are none of the form's
    this.openLink = linkDialog(dialog);
    this.view = new EditorView(part("place"), {
      state: this.stateOf(this.read()),
      attributes: this.attributes(),
      scrollThreshold: ROOM,
      scrollMargin: ROOM,
      dispatchTransaction: (transaction) => this.dispatch(transaction),
      transformPastedHTML: (html) => this.clean(html),
      clipboardTextParser: (text, $context, isPlain) => plainSlice(text, $context.marks(), isPlain),
      handlePaste: (_, event) => this.takeFiles(event.clipboardData),
      handleDrop: (_, event) => this.takeFiles(event.dataTransfer),
    });
    this.showState = toolbar(part("tools"), this.view, this.openLink);
    this.switch();
  }

  /** The text as it is in the form: sent by the server, typed before this script came, or put there by another. */
  read() {
    const { value, defaultValue, dataset } = this.textarea;
    if (OURS.test(value) && toHtml(fromHtml(value)) === value) this.format.value = "html"; // a browser restored half of the form
    if (this.format.value === "html") return fromHtml(value);
    const known = value === defaultValue ? dataset.html : undefined;
    return fromHtml(known ?? fromMarkdown(value));
  }

  stateOf(doc) {
    const editing = keymap(keys((...args) => this.openLink(...args)));
    return EditorState.create({ doc, plugins: [rules, editing, history()] });
  }

  attributes() {
    const { textarea, length } = this;
    const described = [length.id, ...(textarea.getAttribute("aria-describedby") ?? "").split(" ")];
    const faulty = textarea.getAttribute("aria-invalid");
    return {
      id: textarea.id,
      class: "rich-text",
      role: "textbox",
      lang: "",
      spellcheck: "true",
      "aria-multiline": "true",
      "aria-labelledby": `${textarea.id}-label`,
      "aria-describedby": described.filter((id) => id && document.getElementById(id)?.matches(":not([data-plain])")).join(" "),
      ...(faulty ? { "aria-invalid": faulty } : {}),
    };
  }

  /** Shows the editor in the textarea's place, with the caret where it was. */
  switch() {
    const { textarea, view, field } = this;
    const hadFocus = document.activeElement === textarea;
    const before = textarea.value.slice(0, textarea.selectionEnd);
    textarea.id = `${textarea.id}-source`;
    this.rich.hidden = false;
    for (const plain of field.querySelectorAll("[data-plain], textarea")) plain.hidden = true;
    field.querySelector("label").addEventListener("click", () => view.focus());
    textarea.addEventListener("input", () => this.writing || this.adopt());
    this.file.addEventListener("change", () => this.sendFile());
    textarea.form.addEventListener("reset", () => setTimeout(() => this.adopt()));
    this.showState(view.state);
    this.showLength();
    if (!hadFocus) return;
    view.dispatch(continued(view.state, before).setMeta("adopted", true));
    view.focus();
  }

  dispatch(transaction) {
    const { view } = this;
    view.updateState(view.state.apply(transaction));
    this.showState(view.state);
    if (!transaction.docChanged) return;
    this.said.classList.toggle("fresh", Boolean(transaction.getMeta("paste")));
    if (!transaction.getMeta("adopted")) this.write();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.showLength(), PAUSE_MS);
  }

  /** Puts the text into the form, as if it had been typed there. */
  write() {
    this.writing = true;
    this.textarea.value = toHtml(this.view.state.doc);
    this.format.value = "html";
    this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
    this.writing = false;
  }

  /** Takes over what another script put into the form, or a reset. It can be undone. */
  adopt() {
    const doc = this.read();
    const { state } = this.view;
    if (doc.eq(state.doc)) return;
    this.view.dispatch(state.tr.replace(0, state.doc.content.size, new Slice(doc.content, 0, 0)).setMeta("adopted", true));
  }

  showLength() {
    const { words, characters } = lengthOf(this.view.state.doc);
    const { one, other, overOne, overOther, max } = this.length.dataset;
    const over = characters - Number(max);
    const sentences = [fill(plural.select(words) === "one" ? one : other, {
      words: number.format(words), characters: number.format(characters), max: number.format(Number(max)),
    })];
    if (over > 0) sentences.push(fill(plural.select(over) === "one" ? overOne : overOther, { count: number.format(over) }));
    this.length.textContent = sentences.join(" ");
    this.length.classList.toggle("over", over > 0);
    this.say(over > 0 ? sentences[1] : "", "over");
  }

  /** Says a sentence in the status line; `about` what, so that nothing is said twice. */
  say(sentence, about) {
    if (this.saidAbout === about ? this.said.textContent === sentence : !sentence) return;
    this.said.textContent = sentence;
    this.saidAbout = sentence ? about : "";
  }

  clean(html) {
    if (html.includes("data-pm-slice") && !/\sstyle\s*=/i.test(html)) return html; // copied from here
    const { html: clean, leftOut } = cleaned(html);
    const { dataset } = this.said;
    const dropped = ["pictures", "deleted", "comments", "notes", "hidden"].filter((each) => leftOut.has(each));
    const sentences = ["headings", "tables"].filter((each) => leftOut.has(each)).map((each) => dataset[each]);
    if (dropped.length) {
      const list = new Intl.ListFormat(language === "en" ? "en-GB" : language).format(dropped.map((each) => dataset[each]));
      sentences.unshift(fill(dataset.leftOut, { what: list }));
    }
    this.say([dataset.pasted, ...sentences].join(" "), "paste");
    return clean;
  }

  /** Whether files were pasted or dropped: a Word file is sent to be read, any other cannot stand in a text. */
  takeFiles(data) {
    if (!data?.files.length || data.types.includes("text/html")) return false;
    const word = [...data.files].find((file) => /\.docx$/i.test(file.name));
    if (word) {
      const chosen = new DataTransfer();
      chosen.items.add(word);
      this.file.files = chosen.files;
      this.sendFile();
    } else {
      this.say(this.said.dataset.files, "files");
    }
    return true;
  }

  /** Sends the form with the Word file: the answer is the form with its text. */
  sendFile() {
    if (!this.file.files.length) return;
    this.say(this.said.dataset.reading, "file");
    const { form } = this.file;
    form.requestSubmit(form.querySelector("[name=intent][value=draft]") ?? undefined); // before the approval, only drafts are open
  }
}

const plainSlice = (text, marks) => {
  const paragraphs = paragraphsOf(text).map((rows) => {
    const inline = rows.split("\n").flatMap((row, at) => [
      ...(at ? [hard_break.create()] : []), ...(row ? [schema.text(row, marks)] : []),
    ]);
    return paragraph.create(null, inline);
  });
  return new Slice(schema.node("doc", null, paragraphs).content, 1, 1);
};

/**
 * Puts the caret where it was behind a typed text. What Markdown drops at an end, a blank or a new paragraph, was typed all the
 * same, by somebody who is in the middle of a sentence.
 */
const continued = (state, typed) => {
  const tail = letters(typed) ? /[^\p{L}\p{N}]*$/u.exec(typed)[0] : "";
  let { tr } = state;
  let at = TextSelection.near(tr.doc.resolve(placeAfter(tr.doc, letters(typed))), -1).head;
  const isMarkEnded = /[*_]/.test(tail);
  for (const sign of tail) {
    const next = tr.doc.textBetween(at, Math.min(at + 1, tr.doc.content.size));
    if (next !== sign && (sign !== " " || next)) continue;
    if (!next) tr = tr.insert(at, schema.text(" ", isMarkEnded ? [] : tr.doc.resolve(at).marks()));
    at += 1;
  }
  const isAtEnd = at === TextSelection.atEnd(tr.doc).head;
  if (isAtEnd && /\n\s*$/.test(tail) && tr.doc.textContent) {
    tr = tr.split(at);
    at = TextSelection.atEnd(tr.doc).head;
  }
  tr = tr.setSelection(TextSelection.create(tr.doc, at));
  return isMarkEnded ? tr.setStoredMarks([]) : tr;
};

/** Where so many letters of a document are passed. */
const placeAfter = (doc, count) => {
  let left = count;
  let place = 0;
  doc.descendants((node, at) => {
    if (left <= 0 && place) return false;
    if (!node.isText) return true;
    let passed = 0;
    while (passed < node.text.length && left > 0) {
      left -= letters(node.text[passed]);
      passed += 1;
    }
    place = at + passed;
    return false;
  });
  return Math.max(place, 1);
};

for (const field of document.querySelectorAll("[data-biography]")) new Biography(field);
