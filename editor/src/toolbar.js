// The toolbar, as the ARIA Authoring Practices have it: one tab stop, arrow keys inside, buttons that say whether they are on.
import { closeHistory } from "prosemirror-history";
import { BUTTONS } from "./commands.js";

const isApple = /Mac|iP(?:hone|ad|od)/.test(navigator.platform);

/** "Ctrl+Shift+8" in the words of the page and of the keyboard, and as `aria-keyshortcuts` has it. */
const shortcut = (keys, { ctrl, shift }) => {
  const parts = keys.split("-");
  const shown = parts.map((part) => (part === "Mod" ? (isApple ? "⌘" : ctrl) : part === "Shift" ? shift : part.toUpperCase()));
  const known = parts.map((part) => (part === "Mod" ? (isApple ? "Meta" : "Control") : part === "Shift" ? part : part.toUpperCase()));
  return [shown.join("+"), known.join("+")];
};

/** Brings the buttons of a toolbar to life. Returns what is called with each new state of the editor. */
export const toolbar = (bar, view, openLink) => {
  const buttons = [...bar.querySelectorAll("button")];
  const run = (button) => {
    const { command } = button.dataset;
    if (button.getAttribute("aria-disabled") === "true") return;
    if (command === "link") openLink(view.state, view.dispatch, view);
    else BUTTONS[command].run(view.state, (transaction) => view.dispatch(closeHistory(transaction)), view);
  };
  const settle = (current) => buttons.forEach((button) => { button.tabIndex = button === current ? 0 : -1; });
  for (const button of buttons) {
    const [shown, known] = shortcut(button.dataset.keys, bar.dataset);
    button.title = shown;
    button.setAttribute("aria-keyshortcuts", known);
    // A press with the mouse leaves the focus and the selection in the text.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", (event) => {
      const byKeyboard = event.detail === 0;
      run(button);
      if (!byKeyboard && button.dataset.command !== "link") view.focus();
    });
    button.addEventListener("focus", () => settle(button));
  }
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const step = getComputedStyle(bar).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    buttons.at(to % buttons.length).focus();
  });
  settle(buttons[0]);

  const set = (button, name, value) => {
    if (button.getAttribute(name) !== value) button.setAttribute(name, value);
  };
  return (state) => {
    for (const button of buttons) {
      const { isOn, run: command } = BUTTONS[button.dataset.command];
      if (isOn) set(button, "aria-pressed", String(isOn(state)));
      else set(button, "aria-disabled", String(!command(state)));
    }
  };
};
