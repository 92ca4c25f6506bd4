// What the buttons and keys of the editor do.
import { autoJoin, baseKeymap, chainCommands, toggleMark } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { InputRule, inputRules, undoInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { NodeRange } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { findWrapping, liftTarget } from "prosemirror-transform";
import { blockquote, bullet_list, em, hard_break, link, list_item, ordered_list, strong } from "./schema.js";

const DEEPEST_LIST = 4;
const LISTS = [bullet_list.name, ordered_list.name];

/** The innermost node of one of these types around the selection's start, with its depth; null if there is none. */
const around = ($from, ...types) => {
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if (types.includes($from.node(depth).type)) return { node: $from.node(depth), depth };
  }
  return null;
};

const toggleList = (type) => autoJoin((state, dispatch) => {
  const { $from } = state.selection;
  const list = around($from, bullet_list, ordered_list);
  if (list?.node.type === type) return liftListItem(list_item)(state, dispatch);
  if (!list) return wrapInList(type)(state, dispatch);
  dispatch?.(state.tr.setNodeMarkup($from.before(list.depth), type));
  return true;
}, LISTS);

/** Makes a quotation of the selected blocks, or of a quotation plain blocks. */
const toggleQuotation = autoJoin((state, dispatch) => {
  const { $from, $to } = state.selection;
  const quotation = around($from, blockquote);
  if (quotation) {
    const { depth } = quotation;
    const start = state.doc.resolve($from.start(depth));
    const range = new NodeRange(start, state.doc.resolve($from.end(depth)), depth);
    dispatch?.(state.tr.lift(range, liftTarget(range)));
    return true;
  }
  const range = $from.blockRange($to, (node) => node.type === state.doc.type);
  const wrapping = range && findWrapping(range, blockquote);
  if (!wrapping) return false;
  dispatch?.(state.tr.wrap(range, wrapping).scrollIntoView());
  return true;
}, [blockquote.name, ...LISTS]);

const deeper = autoJoin((state, dispatch) => {
  const depths = [...Array(state.selection.$from.depth + 1).keys()];
  const levels = depths.filter((depth) => state.selection.$from.node(depth).type === list_item).length;
  return levels < DEEPEST_LIST && sinkListItem(list_item)(state, dispatch);
}, LISTS);

const breakLine = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(hard_break.create(), true).scrollIntoView());
  return true;
};

const liftAtStart = (state, dispatch) => {
  const { $from, empty } = state.selection;
  return empty && $from.parentOffset === 0 && $from.node(-1)?.type === list_item && liftListItem(list_item)(state, dispatch);
};

const isMarked = (type) => ({ selection: { from, to, empty, $from }, storedMarks, doc }) =>
  (empty ? Boolean(type.isInSet(storedMarks ?? $from.marks())) : doc.rangeHasMark(from, to, type));
const isListed = (type) => ({ selection: { $from } }) => around($from, bullet_list, ordered_list)?.node.type === type;

/** Each button's command, and whether it is on; `link` is added by the dialog for links. */
export const BUTTONS = {
  strong: { run: toggleMark(strong), isOn: isMarked(strong) },
  em: { run: toggleMark(em), isOn: isMarked(em) },
  link: { isOn: isMarked(link) },
  bullets: { run: toggleList(bullet_list), isOn: isListed(bullet_list) },
  numbers: { run: toggleList(ordered_list), isOn: isListed(ordered_list) },
  quotation: { run: toggleQuotation, isOn: ({ selection: { $from } }) => Boolean(around($from, blockquote)) },
  undo: { run: undo },
  redo: { run: redo },
};

/** The keys: those of the buttons, and what a writer expects. Tab is left to the browser, so that it leads out. */
export const keys = (openLink) => ({
  ...baseKeymap,
  "Mod-b": BUTTONS.strong.run,
  "Mod-i": BUTTONS.em.run,
  "Mod-k": openLink,
  "Mod-Shift-7": BUTTONS.numbers.run,
  "Mod-Shift-8": BUTTONS.bullets.run,
  "Mod-Shift-9": BUTTONS.quotation.run,
  "Mod-z": undo,
  "Mod-Shift-z": redo,
  "Mod-y": redo,
  "Mod-]": deeper,
  "Mod-[": liftListItem(list_item),
  "Shift-Enter": breakLine,
  Enter: chainCommands(splitListItem(list_item), baseKeymap.Enter),
  Backspace: chainCommands(undoInputRule, liftAtStart, baseKeymap.Backspace),
});

/** `*stars*` become italics, as they do in the textarea; `type` replaces what was typed since the first star. */
const starred = (pattern, type) => new InputRule(pattern, (state, match, start, end) => {
  const from = start + match[1].length;
  return state.tr.replaceWith(from, end, state.schema.text(match[2], [...state.doc.resolve(from).marks(), type.create()]))
    .removeStoredMark(type);
});

/** What is typed at the start of a line, or around words, and means something in the textarea too. */
export const rules = inputRules({
  rules: [
    wrappingInputRule(/^\s*[-*•]\s$/, bullet_list),
    wrappingInputRule(/^1[.)]\s$/, ordered_list),
    wrappingInputRule(/^>\s$/, blockquote),
    starred(/(^|[\s("“„«])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, strong),
    starred(/(^|[\s("“„«])\*([^*\s](?:[^*]*[^*\s])?)\*$/, em),
  ],
});
