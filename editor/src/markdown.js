// The light Markdown of the textarea as HTML: what was typed before the editor was there, or comes back from a copy.
// The server reads it as richtext/markdown.py does; this is the same grammar for the short time until the text is HTML.
const TAG = /^<\/?(?:b|blockquote|br|cite|em|i|li|ol|p|strong|ul)(?:\s[^<>]*)?\/?>|^<a\s[^<>]*>|^<\/a\s*>/i;
const LINK = /^\[((?:\\.|\[[^\][]*\]|[^\][\\])*)\]\(\s*<?((?:\\.|\([^()\s]*\)|[^()\s\\<>])+)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/;
const ADDRESS = /^<((?:https?:\/\/|mailto:)[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>/i;
const ITEM = /^([ \t]*)(?:[-+*•]|(\d{1,9})[.)])[ \t]+(?=\S)/;
const QUOTED = /^[ \t]{0,3}>(?:[ \t]|$)/;
const UNSPACED = /[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc]/;
const NESTS_FROM = 2;
const DEEPEST_LIST = 4;

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
const isSpace = (character) => character === "" || /\s/.test(character);
const isSign = (character) => /[\p{P}\p{S}]/u.test(character);
const typedAddress = (text) => {
  const plain = text.replace(/\\([!-/:-@[-`{-~])/g, "$1");
  if (/^(?:https?|mailto):/i.test(plain)) return plain;
  return plain.includes("@") && !plain.includes("/") ? `mailto:${plain}` : `https://${plain.replace(/^\/\//, "")}`;
};

/** Whether a row of stars or underscores may begin and may end emphasis. */
const flanks = (marker, before, after) => {
  const left = !isSpace(after) && (!isSign(after) || isSpace(before) || isSign(before));
  const right = !isSpace(before) && (!isSign(before) || isSpace(after) || isSign(after));
  if (marker === "*" && (UNSPACED.test(before) || UNSPACED.test(after))) return [left, right];
  const opens = left && (!right || isSign(before));
  return [opens && !(marker === "*" && after === "-"), right && (!left || isSign(after))];
};

const emphasised = (pieces) => {
  const openers = [];
  pieces.forEach((piece, at) => {
    if (!piece.run) return;
    while (piece.closes && piece.run) {
      const from = openers.findLastIndex((each) => pieces[each].marker === piece.marker && pieces[each].run);
      if (from < 0) break;
      const opener = pieces[openers[from]];
      const width = Math.min(opener.run, piece.run) > 1 ? 2 : 1;
      const tag = width > 1 ? "strong" : "em";
      opener.after = `<${tag}>${opener.after}`;
      piece.before += `</${tag}>`;
      opener.run -= width;
      piece.run -= width;
      openers.splice(opener.run ? from + 1 : from);
    }
    if (piece.opens && piece.run) openers.push(at);
  });
  return pieces.map((piece) => piece.html ?? piece.before + piece.marker.repeat(piece.run) + piece.after).join("");
};

const inline = (text) => {
  const pieces = [];
  let at = 0;
  const take = (length, html) => {
    pieces.push({ html });
    at += length;
  };
  while (at < text.length) {
    const rest = text.slice(at);
    const [plain] = /^[^\\*_<&[\n]+/.exec(rest) ?? [""];
    const [row] = /^(?:\*+|_+)/.exec(rest) ?? [""];
    const [tag] = TAG.exec(rest) ?? [""];
    const address = ADDRESS.exec(rest);
    const link = LINK.exec(rest);
    const [entity] = /^&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/i.exec(rest) ?? [""];
    if (plain) {
      take(plain.length, escape(plain));
    } else if (row) {
      const [opens, closes] = flanks(row[0], text[at - 1] ?? "", text[at + row.length] ?? "");
      pieces.push({ marker: row[0], run: row.length, opens, closes, before: "", after: "" });
      at += row.length;
    } else if (/^\\[!-/:-@[-`{-~]/.test(rest)) {
      take(2, escape(rest[1]));
    } else if (link) {
      take(link[0].length, `<a href="${escape(typedAddress(link[2]))}">${inline(link[1])}</a>`);
    } else if (address) {
      take(address[0].length, `<a href="${escape(typedAddress(address[1]))}">${escape(address[1])}</a>`);
    } else if (tag || entity) {
      take((tag || entity).length, tag || entity);
    } else {
      take(1, rest[0] === "\n" ? "<br>" : escape(rest[0]));
    }
  }
  return emphasised(pieces);
};

/** The open lists after one more item; null where its number neither begins nor continues a list. */
const withItem = (lists, column, digits) => {
  let kept = lists.filter((each) => each.column <= column);
  if (!kept.length) kept = lists.slice(0, 1);
  let number = Number(digits ?? 0);
  let place = column;
  const last = kept.at(-1);
  if (last && (column < last.column + NESTS_FROM || kept.length === DEEPEST_LIST)) {
    kept = kept.slice(0, -1);
    place = last.column;
    if (last.ordered && digits && [1, last.number + 1].includes(number)) number = last.number + 1;
    else if (digits && number !== 1) return null;
  } else if (digits && number !== 1) {
    return null;
  }
  return [...kept, { column: place, ordered: digits !== undefined, number }];
};

const blocksOf = (text) => {
  const blocks = [];
  let lists = [];
  let afterEmpty = true;
  let quoted = false;
  for (const whole of text.split(/\r\n|[\r\n]/)) {
    const mark = QUOTED.exec(whole);
    const row = mark ? whole.slice(mark[0].length) : whole;
    if (quoted !== Boolean(mark)) [afterEmpty, quoted, lists] = [true, Boolean(mark), []];
    const content = row.trim();
    const item = content && ITEM.exec(row);
    const added = item && withItem(lists, item[1].replace(/\t/g, "    ").length, item[2]);
    if (added) {
      lists = added;
      blocks.push({ quoted, level: lists.length, ordered: lists.at(-1).ordered, rows: [row.slice(item[0].length).trimEnd()] });
    } else if (content && (!afterEmpty || (lists.length && /^(?: {2}|\t)/.test(row)))) {
      blocks.at(-1).rows.push(content);
    } else if (content) {
      lists = [];
      blocks.push({ quoted, level: 0, ordered: false, rows: [content] });
    }
    afterEmpty = !content;
  }
  return blocks;
};

/** HTML for lines: `{ quoted, level, ordered, html }`, where a level is at most one deeper than the one before it. */
export const wrapLines = (lines) => {
  let html = "";
  let quoted = false;
  const lists = [];
  const closeTo = (depth) => {
    while (lists.length > depth) html += `</li></${lists.pop()}>`;
  };
  for (const line of lines) {
    const tag = line.ordered ? "ol" : "ul";
    if (line.quoted !== quoted) {
      closeTo(0);
      html += line.quoted ? "<blockquote>" : "</blockquote>";
      quoted = line.quoted;
    }
    closeTo(line.level);
    if (lists.length === line.level && lists.length && lists.at(-1) !== tag) closeTo(line.level - 1);
    if (!line.level) html += `<p>${line.html}</p>`;
    else if (lists.length === line.level) html += `</li><li>${line.html}`;
    else html += `<${lists[lists.push(tag) - 1]}><li>${line.html}`;
  }
  closeTo(0);
  return quoted ? `${html}</blockquote>` : html;
};

/** HTML for light Markdown. */
export const toHtml = (text) =>
  wrapLines(blocksOf(text).map((block) => ({ ...block, html: inline(block.rows.join("\n")) })));
