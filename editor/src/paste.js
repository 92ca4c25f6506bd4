// HTML from the clipboard of any program, as lines of marked runs and from there as HTML that the editor knows: italics, bold,
// links, lists and quotations stay. Styles are put aside before the HTML is parsed: browsers apply them even in a document that
// is not shown, and the content security policy would report each.
import { asideOf, hiddenClasses, withoutNotes } from "./asides.js";
import { bodyOf } from "./inert.js";
import { wrapLines } from "./markdown.js";
import { kindOf, rewrite } from "./shifted.js";

const BLOCK = /^(?:p|div|section|article|header|footer|main|nav|aside|figure|figcaption|address|blockquote|pre|hr|dl|dt|dd|table|caption|thead|tbody|tfoot|tr|form|fieldset|legend|center|details|summary|body|hgroup|search|h[1-6])$/;
const LIST = /^(?:ul|ol|menu|dir)$/;
const MARK = { em: "em", i: "em", strong: "strong", b: "strong", cite: "cite" };
const WORD_LIST = /mso-list\s*:\s*l\d+\s+level(\d)/i;
const WORD_NUMBER = /^\s*\(?(?:\d+|[a-z]|[ivxlc]+)[.)]/i;
const FIELD = /mso-element\s*:\s*field-(begin|separator|end)/i;
const PRESERVES = /^(?:pre|pre-wrap|pre-line|break-spaces|preserve|preserve-breaks)$/i;
const EMOJI = /^[\p{Extended_Pictographic}\p{Emoji_Component}\u200d\ufe0f]+$/u;
const DEEPEST_LIST = 4;
const HEAVY = 600;

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
const valuesOf = (style, property) =>
  [...style.matchAll(new RegExp(`(?:^|[;\\s])${property}\\s*:\\s*([\\w-]+)`, "gi"))].map((found) => found[1].toLowerCase());
const safeHref = (href) => (/^\s*(?:https?:\/\/|mailto:)/i.test(href) ? href.trim() : "");

const marksIn = (element, marks) => {
  const style = element.dataset.style ?? "";
  const result = new Set(marks);
  if (MARK[element.localName]) result.add(MARK[element.localName]);
  for (const slant of valuesOf(style, "font-style")) result[/^(?:italic|oblique)$/.test(slant) ? "add" : "delete"]("em");
  for (const weight of valuesOf(style, "font-weight")) {
    const isHeavy = /^\d+$/.test(weight) ? Number(weight) >= HEAVY : /^bold/.test(weight);
    result[isHeavy ? "add" : "delete"]("strong");
  }
  return result;
};

class Reading {
  lines = [];
  runs = [];
  inField = false;
  word = { level: 0, mark: "" };

  constructor(sheets) {
    this.hidden = hiddenClasses(sheets);
    this.told = new Set();
  }

  /** Takes in a node. `state`: marks, href, the lists around it, and whether in an item, quoted, preformatted. */
  take(node, state) {
    if (node.nodeType === Node.TEXT_NODE) this.text(node.data, state);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const name = node.localName;
    const style = node.dataset.style ?? "";
    const field = FIELD.exec(style);
    if (field) this.inField = field[1].toLowerCase() === "begin";
    if (name === "br") this.runs.push({ text: "\n", ...state });
    else if (name === "img") this.image(node, state);
    else if (!this.isAside(node, state)) this.element(node, name, style, state);
  }

  text(data, state) {
    if (this.inField) return;
    const text = data.replace(/[\u2028\u2029\v\x85]/g, "\n");
    this.runs.push({ ...state, text: state.preformatted ? text : text.replace(/[\t\n\r\f\u00a0 ]+/g, " ") });
  }

  image(node, state) {
    const alt = (node.getAttribute("alt") ?? "").trim();
    if (alt && alt.length <= 40 && (EMOJI.test(alt) || /emoji|emoticon|smiley/i.test(node.className))) {
      this.runs.push({ ...state, text: alt });
    } else {
      this.told.add("pictures");
    }
  }

  isAside(node, state) {
    const why = asideOf(node, this.hidden);
    if (!why) return false;
    if (why === "mark") this.word.mark += node.textContent;
    else if (why !== "other" && (why === "pictures" || node.textContent.trim())) this.told.add(why);
    if (BLOCK.test(node.localName)) this.endBlock(state);
    return true;
  }

  element(node, name, style, state) {
    const isBlock = BLOCK.test(name);
    const inside = this.inside(node, name, style, state);
    if (name === "table") this.told.add("tables");
    if (/^h[1-6]$/.test(name)) this.told.add("headings");
    if (name === "td" || name === "th") this.runs.push({ ...state, text: " " });
    if (LIST.test(name) || name === "li") this.endLine(state);
    else if (isBlock) this.endBlock(state);
    const listed = name === "p" && !state.lists.length && WORD_LIST.exec(style);
    if (listed) this.word = { level: Number(listed[1]), mark: "" };
    const first = this.runs.length;
    const kind = kindOf(node);
    const mark = kind === "sup" && node.querySelector('a[href^="#"]');
    if (mark) {
      this.told.add(/cmnt|msocom/i.test(mark.hash) ? "comments" : "notes");
      return;
    }
    for (const child of node.childNodes) this.take(child, inside);
    if (kind) rewrite(kind, this.runs.slice(first));
    if (LIST.test(name) || name === "li") this.endLine(inside);
    else if (isBlock) this.endBlock(inside);
  }

  inside(node, name, style, state) {
    const white = valuesOf(style, "white-space(?:-collapse)?").at(-1);
    const marks = marksIn(node, state.marks);
    if (/^h[1-6]$/.test(name) || state.heading) marks.add("strong");
    let { lists } = state;
    if (LIST.test(name)) lists = [...lists, name === "ol"];
    else if (name === "li" && !lists.length) lists = [false];
    return {
      marks,
      href: name === "a" ? safeHref(node.getAttribute("href") ?? "") : state.href,
      lists,
      inItem: name === "li" || (state.inItem && !LIST.test(name)),
      heading: state.heading || /^h[1-6]$/.test(name),
      quoted: state.quoted || (name === "blockquote" && !lists.length && !/border\s*:\s*(?:none|0)/i.test(style)),
      preformatted: white ? PRESERVES.test(white) : state.preformatted || name === "pre",
    };
  }

  endBlock(state) {
    if (state.inItem) this.runs.push({ ...state, text: "\n" });
    else this.endLine(state);
  }

  endLine({ lists, quoted }) {
    this.inField = false;
    const level = lists.length || this.word.level;
    const ordered = lists.length ? lists.at(-1) : WORD_NUMBER.test(this.word.mark);
    const before = this.lines.at(-1);
    for (const html of paragraphsIn(this.runs, level > 0)) {
      const deepest = before?.quoted === quoted ? before.level + 1 : 1;
      this.lines.push({ html, quoted, ordered, level: Math.min(level, deepest, DEEPEST_LIST) });
    }
    if (this.runs.length) this.word = { level: 0, mark: "" };
    this.runs = [];
  }
}

const TAGS = ["strong", "em", "cite"];
const runHtml = ({ text, marks, href }) => {
  let html = escape(text).replace(/\n/g, "<br>");
  for (const mark of TAGS) if (marks.has(mark)) html = `<${mark}>${html}</${mark}>`;
  return href ? `<a href="${escape(href)}">${html}</a>` : html;
};

/** White space has the marks and the link that both of its neighbours have. */
const between = (before, after, text) => ({
  text,
  marks: new Set([...before.marks].filter((mark) => after.marks.has(mark))),
  href: before.href === after.href ? before.href : "",
});

/** The paragraphs in the runs of a block as HTML; two line breaks separate them, unless all is `one` item. */
const paragraphsIn = (runs, one) => {
  const found = [[]];
  let gap = "";
  for (const run of runs) {
    for (const part of run.text.match(/\s+|\S+/g) ?? []) {
      if (!part.trim()) {
        gap += part;
        continue;
      }
      const breaks = gap.split("\n").length - 1;
      if (!one && breaks > 1) found.push([]);
      else if (gap && found.at(-1).length) found.at(-1).push(between(found.at(-1).at(-1), run, breaks ? "\n" : " "));
      found.at(-1).push({ ...run, text: part });
      gap = "";
    }
  }
  return found.filter((paragraph) => paragraph.length).map((paragraph) => paragraph.map(runHtml).join(""));
};

const START = { marks: new Set(), href: "", lists: [], inItem: false, heading: false, quoted: false, preformatted: false };

/** HTML without style sheets, which come beside it, and with each `style` as `data-style`. */
const withoutStyles = (html) => {
  const sheets = [];
  const bare = html.replace(/<style\b[^>]*>([^]*?)<\/style\s*>/gi, (_, css) => {
    sheets.push(css);
    return "";
  });
  const renamed = bare.replace(/<[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi, (tag) =>
    tag.replace(/("[^"]*"|'[^']*'|\s)(style(?=\s*=))?/gi, (_, before, style) => before + (style ? " data-style" : "")));
  return [renamed, sheets];
};

/** Clean HTML, and what of the pasted HTML is not in it: "pictures", "tables", "headings", "deleted", "comments", … */
export const cleaned = (html) => {
  const [bare, sheets] = withoutStyles(html);
  const body = bodyOf(bare);
  const reading = new Reading(sheets);
  withoutNotes(body, (what) => reading.told.add(what));
  reading.take(body, START);
  reading.endLine(START);
  return { html: wrapLines(reading.lines), leftOut: reading.told };
};

/** The paragraphs of plain text: where no line is empty, each line is one. */
export const paragraphsOf = (text) => {
  const rows = text.replace(/\r\n?/g, "\n").trim();
  return /\n[ \t]*\n/.test(rows) ? rows.split(/\n(?:[ \t]*\n)+/) : rows.split("\n");
};
