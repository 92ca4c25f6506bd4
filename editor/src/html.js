// A biography as HTML and back, as the form sends it, and how long it is.
import { DOMParser as Reader } from "prosemirror-model";
import { bodyOf } from "./inert.js";
import { schema } from "./schema.js";

const TAGS = {
  paragraph: "p", blockquote: "blockquote", bullet_list: "ul", ordered_list: "ol", list_item: "li",
  strong: "strong", em: "em", cite: "cite", link: "a",
};
const reader = Reader.fromSchema(schema);
const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const opening = ({ type, attrs }) =>
  type.name === "link" ? `<a href="${escape(attrs.href).replace(/"/g, "&quot;")}">` : `<${TAGS[type.name]}>`;

/** What a function makes of a node. Nodes never change, so while one is typed in, the others are not looked at again. */
const remembered = (make) => {
  const known = new WeakMap();
  return (node) => {
    if (!known.has(node)) known.set(node, make(node));
    return known.get(node);
  };
};

const inline = (parent) => {
  let html = "";
  const open = [];
  const closeTo = (depth) => {
    while (open.length > depth) html += `</${TAGS[open.pop().type.name]}>`;
  };
  parent.forEach((node) => {
    const same = open.findIndex((each, at) => !node.marks[at]?.eq(each));
    closeTo(same < 0 ? open.length : same);
    for (const mark of node.marks.slice(open.length)) {
      html += opening(mark);
      open.push(mark);
    }
    html += node.isText ? escape(node.text) : "<br>";
  });
  closeTo(0);
  return html;
};

const blockHtml = remembered((node) => {
  const tag = TAGS[node.type.name];
  if (node.isTextblock) return `<${tag}>${inline(node)}</${tag}>`;
  let html = "";
  node.forEach((child, _, at) => {
    html += node.type.name === "list_item" && at === 0 ? inline(child) : blockHtml(child);
  });
  return `<${tag}>${html}</${tag}>`;
});

/** The HTML that the form sends; "" where nothing is written. */
export const toHtml = (root) => {
  if (!root.textContent.trim()) return "";
  let html = "";
  root.forEach((block) => { html += blockHtml(block); });
  return html;
};

/** The document in HTML. */
export const fromHtml = (html) => reader.parse(bodyOf(html));

const segmenter = "Segmenter" in Intl && new Intl.Segmenter(undefined, { granularity: "word" });
const wordsIn = (text) => {
  if (!segmenter) return text.split(/\s+/).filter(Boolean).length;
  let count = 0;
  for (const { isWordLike } of segmenter.segment(text)) count += isWordLike ? 1 : 0;
  return count;
};
const lengths = remembered((block) => ({
  words: wordsIn(block.textContent),
  characters: [...block.textContent.trim().replace(/\s+/g, " ")].length,
}));

/** How many words and characters there are, as the server counts them: with what stands between lines and before items. */
export const lengthOf = (root) => {
  let words = 0;
  let characters = 0;
  let before = "";
  const add = (node, marker) => {
    const length = lengths(node);
    if (length.characters === 0) return;
    if (before) characters += before === "item" && marker ? 1 : 2;
    before = marker ? "item" : "paragraph";
    words += length.words;
    characters += length.characters + marker.length;
  };
  const walk = (parent) => parent.forEach((node, _, at) => {
    if (node.isTextblock) {
      add(node, "");
    } else if (node.type.name === "blockquote") {
      before &&= "paragraph";
      walk(node);
      before &&= "paragraph";
    } else {
      node.forEach((item, __, index) => {
        add(item.firstChild, node.type.name === "ordered_list" ? `${index + 1}. ` : "• ");
        item.content.cut(item.firstChild.nodeSize).forEach((list) => walk({ forEach: (act) => act(list) }));
      });
    }
  });
  walk(root);
  return { words, characters };
};
