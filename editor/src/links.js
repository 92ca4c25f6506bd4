// The dialog for a link: where it leads, and its words where none are selected.
import { TextSelection } from "prosemirror-state";
import { link } from "./schema.js";

/** The address as a link may have it, or "" for what is none: as the server judges it (richtext/urls.py). */
export const addressOf = (typed) => {
  const text = typed.trim();
  const isMail = text.includes("@") && !text.includes("/") && !/^mailto:/i.test(text);
  const whole = /^(?:https?|mailto):/i.test(text) ? text : isMail ? `mailto:${text}` : `https://${text.replace(/^\/\//, "")}`;
  try {
    const url = new URL(whole);
    if (url.protocol === "mailto:") return /^[\w.+'-]+@[^@\s]+\.[^@\s.]{2,}$/u.test(url.pathname) ? whole : "";
    const isHost = /^(?:[\w-]+\.)+[a-z][a-z\d-]*[a-z\d]\.?$/i.test(url.hostname);
    return isHost && !url.username && /^https?:$/.test(url.protocol) && !/\s/.test(text) ? whole : "";
  } catch {
    return "";
  }
};

/** The range of the link around the caret, or the selection. */
const rangeOf = ({ selection: { from, to, empty, $from }, doc }) => {
  if (!empty) return { from, to };
  const mark = link.isInSet($from.marks()) ?? link.isInSet($from.nodeAfter?.marks ?? []);
  if (!mark) return { from, to };
  const within = { from, to };
  doc.nodesBetween($from.start(), $from.end(), (node, at) => {
    if (!mark.isInSet(node.marks)) return;
    const end = at + node.nodeSize;
    if (at <= within.to && end >= within.from) Object.assign(within, { from: Math.min(at, within.from), to: Math.max(end, within.to) });
  });
  return within;
};

/** Returns a command that opens the dialog. */
export const linkDialog = (dialog) => {
  const part = (name) => dialog.querySelector(`[data-link-${name}]`);
  const [address, words, wordsField, fault, remove] = ["address", "words", "words-field", "fault", "remove"].map(part);
  let view = null;
  let range = null;

  const close = () => {
    dialog.close();
    view.focus();
  };
  const say = (isWrong) => {
    fault.hidden = !isWrong;
    address.toggleAttribute("aria-invalid", isWrong);
    if (isWrong) address.setAttribute("aria-invalid", "true");
    if (isWrong) address.focus();
  };
  const set = () => {
    const href = addressOf(address.value);
    if (!href) {
      say(true);
      return;
    }
    const { tr, schema } = view.state;
    if (range.from === range.to) {
      const text = words.value.trim() || address.value.trim();
      tr.insert(range.from, schema.text(text, [...view.state.selection.$from.marks(), link.create({ href })]));
      range.to = range.from + text.length;
    } else {
      tr.removeMark(range.from, range.to, link).addMark(range.from, range.to, link.create({ href }));
    }
    tr.setSelection(TextSelection.create(tr.doc, range.to)).removeStoredMark(link);
    view.dispatch(tr.scrollIntoView());
    close();
  };

  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    set();
  });
  part("set").addEventListener("click", set);
  part("cancel").addEventListener("click", close);
  remove.addEventListener("click", () => {
    view.dispatch(view.state.tr.removeMark(range.from, range.to, link));
    close();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });

  return (state, dispatch, from) => {
    if (!dispatch) return true;
    view = from;
    range = rangeOf(state);
    let href = "";
    state.doc.nodesBetween(range.from, range.to, (node) => { href ||= link.isInSet(node.marks)?.attrs.href ?? ""; });
    address.value = href;
    words.value = "";
    wordsField.hidden = range.from !== range.to;
    remove.hidden = !href;
    say(false);
    dialog.showModal();
    address.focus();
    address.select();
    return true;
  };
};
