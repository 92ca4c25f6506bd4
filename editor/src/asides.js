// What a word processor puts on the clipboard beside the text: deletions, comments, notes, hidden text. Each program writes
// them in its own way. The server leaves the same out (richtext/hidden_text.py); here the author is told what it was.
const OTHER = /^(?:noscript|template|select|datalist|dialog|audio|xml|rp|script|style|title|textarea|xmp|noembed|noframes|head)$/;
const PICTURES = /^(?:svg|math|object|video|canvas|iframe|embed|picture)$/;
const HIDING = /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:[;!]|$)|opacity\s*:\s*0(?:\.0*)?\s*(?:[;!]|$))/i;
const STRUCK = /text-decoration(?:-line)?\s*:[^;]*\bline-through/i;
const MSO = /mso-(?:element|special-character)\s*:\s*(comment|footnote|endnote|header|footer)|mso-(foot|end)note-id\s*:/i;
const DELETED_CLASS = /^(?:msodel\S*|msomovefrom\S*|\S*deletion\S*|(?:\S*[-_])?deleted(?:text)?)$/i;
const COMMENT_CLASS = /^mso(?:com(?!ment)|comment)\S*$/i;
const NOTE_CLASS = /^(?:mso(?:footnote|endnote|header|footer)\S*|sd(?:foot|end)note\S*|(?:foot|end)note\S*|noteref|note-ref)$/i;
const HIDDEN_CLASS = /^(?:mw-editsection|sr-only|visually-?hidden|screen-reader-text)$/i;
const COMMENT_ID = /^(?:_com_\d+|cmnt\d+)$/i;
const NOTE_ID = /^(?:(?:sd)?(?:foot|end)notes?\d*|_?(?:ftn|edn)\d+|ftnt\d+)$/i;
const COMMENT_LINK = /^(?:file:[^#]*)?#(?:_msocom|_msoanchor|cmnt)/i;
const NOTE_LINK = /^(?:file:[^#]*|https?:[^#]*)?#(?:_ftn|_edn|ftnt|sdfootnote|sdendnote|fn[-:_.]?(?:ref)?[-:_.]?\d|user-content-fn|(?:foot|end)note|cite[-_](?:note|ref))/i;
const WAY_BACK = /^(?:file:[^#]*)?#(?:_ftnref|_ednref|_msoanchor|ftnt_ref|cmnt_ref|sd(?:foot|end)note\d+anc|fn[-:_.]?ref|user-content-fnref|(?:foot|end)note-?(?:ref|anchor|back)|cite[-_]ref)/i;
const LAST_CLASS = /\.([\w-]+)\s*$/;

/** Why the text inside an element is not the text's own: "deleted", "comments", "notes", "hidden", "pictures"; or "". */
export const asideOf = (element, hiddenClasses) => {
  const name = element.localName;
  const style = element.dataset.style ?? "";
  const classes = [...element.classList];
  const { id } = element;
  const role = (element.getAttribute("role") ?? "").toLowerCase();
  const href = name === "a" ? element.getAttribute("href") ?? "" : "";
  const mso = MSO.exec(style);
  const has = (pattern) => classes.some((each) => pattern.test(each));
  if (OTHER.test(name)) return "other";
  if (PICTURES.test(name)) return "pictures";
  if (/^(?:del|s|strike)$/.test(name) || STRUCK.test(style) || has(DELETED_CLASS) || role === "deletion") return "deleted";
  if (mso?.[1] === "comment" || has(COMMENT_CLASS) || role === "comment" || COMMENT_LINK.test(href)) return "comments";
  if (COMMENT_ID.test(id) && name !== "a") return "comments";
  if (mso || has(NOTE_CLASS) || /^doc-(?:noteref|backlink|(?:foot|end)notes?)$/.test(role) || NOTE_LINK.test(href)) return "notes";
  if ((NOTE_ID.test(id) && name !== "a") || (name === "sup" && classes.includes("reference"))) return "notes";
  if (/mso-list\s*:\s*ignore/i.test(style)) return "mark";
  if (element.hasAttribute("hidden") || HIDING.test(style) || has(HIDDEN_CLASS)) return "hidden";
  return classes.some((each) => hiddenClasses.has(each)) ? "hidden" : "";
};

/** Takes away the notes and comments themselves: each block that leads back to its place in the text. */
export const withoutNotes = (body, tell) => {
  for (const back of body.querySelectorAll("a[href]")) {
    if (!WAY_BACK.test(back.getAttribute("href"))) continue;
    let note = back.closest("p, div, li, section, aside, dd, td");
    const outer = note?.parentElement;
    if (outer?.matches("div, aside, section, li") && outer.firstElementChild === note) note = outer;
    if (!note || note === body) continue;
    tell(/msoanchor|cmnt/i.test(back.getAttribute("href")) ? "comments" : "notes");
    note.remove();
  }
};

/** The classes that style sheets hide. */
export const hiddenClasses = (sheets) => {
  const found = new Set();
  for (const sheet of sheets) {
    for (const rule of sheet.split("}")) {
      const at = rule.lastIndexOf("{");
      if (at < 0 || rule.slice(0, at).includes("@") || !HIDING.test(rule.slice(at + 1))) continue;
      for (const selector of rule.slice(0, at).split(",")) {
        const name = LAST_CLASS.exec(selector);
        if (name) found.add(name[1]);
      }
    }
  }
  return found;
};
