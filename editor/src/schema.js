// What a biography may be, as the server keeps it: richtext/lines.py. Anything else cannot come into the editor.
import { Schema } from "prosemirror-model";

const block = (tag, spec) => ({ ...spec, parseDOM: [{ tag }], toDOM: () => [tag, { dir: "auto" }, 0] });
const mark = (tag, others = []) => ({
  parseDOM: [tag, ...others].map((each) => ({ tag: each })),
  toDOM: () => [tag, 0],
});

export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: block("p", { content: "inline*", group: "block quotable" }),
    blockquote: block("blockquote", { content: "quotable+", group: "block", defining: true }),
    bullet_list: { content: "list_item+", group: "block quotable list", parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
    ordered_list: { content: "list_item+", group: "block quotable list", parseDOM: [{ tag: "ol" }], toDOM: () => ["ol", 0] },
    list_item: block("li", { content: "paragraph list*", defining: true }),
    text: { group: "inline" },
    hard_break: {
      inline: true, group: "inline", selectable: false, linebreakReplacement: true,
      parseDOM: [{ tag: "br" }], toDOM: () => ["br"], leafText: () => "\n",
    },
  },
  marks: {
    link: {
      attrs: { href: { validate: "string" } },
      inclusive: false,
      parseDOM: [{ tag: "a[href]", getAttrs: (a) => ({ href: a.getAttribute("href") }) }],
      toDOM: ({ attrs }) => ["a", { href: attrs.href }, 0],
    },
    strong: mark("strong", ["b"]),
    em: mark("em", ["i"]),
    cite: mark("cite"),
  },
});

export const { doc, paragraph, blockquote, bullet_list, ordered_list, list_item, hard_break } = schema.nodes;
export const { link, strong, em, cite } = schema.marks;
