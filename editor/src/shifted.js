// Raised and lowered characters, quotation marks and readings: what stands for them in a text that has no such elements,
// where the text alone would say something else. As richtext/replacements.py.
const table = (from, to) => new Map([...from].map((each, at) => [each, [...to][at]]));
const SHIFTED = {
  sup: [
    table("0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"), "^",
  ],
  sub: [table("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"), "_"],
};
const SAME = "®©™℠°ºª*†‡§'\"’”′″ \n";
const QUOTED = /^["'“”„‟‘’‚‛«»‹›「」『』].*["'“”„‟‘’‚‛«»‹›「」『』]$/su;

/** Whether an element's text is to be written in another way: "sup", "sub", "q", "rt", or "". */
export const kindOf = (element) => {
  const name = element.localName;
  if (/^(?:sup|sub|q|rt)$/.test(name)) return name;
  const style = element.dataset.style ?? "";
  const shift = /(?:^|[;\s])(?:vertical-align|font-variant-position)\s*:\s*(super|sub)\b/i.exec(style)
    ?? /(?:^|\s)(super|sub)script(?:\s|$)/i.exec(element.className);
  return shift ? shift[1].toLowerCase().replace("super", "sup") : "";
};

/** Changes the runs of such an element in place. */
export const rewrite = (kind, runs) => {
  const text = runs.map((run) => run.text).join("");
  const core = text.trim();
  if (!core) return;
  const enclose = (before, after) => {
    const first = runs.find((run) => run.text.trim());
    first.text = first.text.replace(/\S/, (start) => before + start);
    const last = runs.findLast((run) => run.text.trim());
    last.text = last.text.trimEnd() + after + last.text.slice(last.text.trimEnd().length);
  };
  if (kind === "rt") enclose("（", "）");
  else if (kind === "q") QUOTED.test(core) || enclose("“", "”");
  else {
    const [known, mark] = SHIFTED[kind];
    const values = [...known.values()];
    if ([...core].every((each) => known.has(each) || values.includes(each) || SAME.includes(each))) {
      for (const run of runs) run.text = [...run.text].map((each) => known.get(each) ?? each).join("");
    } else if (/^[\p{L}\p{N}]+$/u.test(core)) enclose(mark, "");
    else enclose(`${mark}(`, ")");
  }
};
