// What is shown of a photo: a frame and a focal point on the whole photo, moved by mouse, touch, keys or sliders, with views of
// what comes of it. It sets the choices "as it is now" of the form, so nothing but the form knows them, and without scripts the
// form has choices of its own. It has no words of its own. The sums are those of imaging/cuts.py.
"use strict";

(() => {
  const head = document.querySelector("[data-portrait]");
  const cutter = head?.querySelector("[data-cutter]");
  if (!cutter) return;
  const part = (name) => cutter.querySelector(`[data-${name}]`);
  const [stage, photo, frame, point, grip, ratio, said] = ["stage", "stage-photo", "frame", "point", "grip", "ratio", "said"].map(part);
  const sliders = Object.fromEntries(Array.from(cutter.querySelectorAll("[data-slider]"), (each) => [each.dataset.slider, each]));
  const views = Array.from(cutter.querySelectorAll("[data-view]"));
  const form = head.closest("form");
  const SHAPES = { "1x1": 1, "4x5": 4 / 5, "16x9": 16 / 9 };
  const LEAST_SIZE = 0.2;
  const STEP = 0.01;
  const FAR = 10;
  const NEAR_ENOUGH = 0.01;
  const PAUSE_MS = 600;
  const within = (value, least, most) => Math.max(least, Math.min(most, value));

  // The frame is left, top, width and height, the point across and down, all as parts of the photo, from 0 to 1.
  let cut = { left: 0, top: 0, width: 1, height: 1 };
  let focus = { across: 0.5, down: 0.25 };
  let shape = 1; // width by height of the frame, in pixels
  let photoShape = 1;

  const chosen = (name) => form.querySelector(`input[name=${name}]:checked`)?.value ?? "";
  /** Puts a value into the form, as the choice "as it is now" or as the choice that says the same. */
  const choose = (name, value) => {
    const all = Array.from(form.querySelectorAll(`input[name=${name}]`));
    const same = all.find((input) => input.value === value && !("byHand" in input.dataset));
    const input = same ?? all.find((each) => "byHand" in each.dataset);
    input.value = value;
    input.checked = true;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const percent = (value) => Math.round(value * 1000) / 10;

  const largest = () => (shape > photoShape ? { width: 1, height: photoShape / shape } : { width: shape / photoShape, height: 1 });
  const size = () => cut.width / largest().width;
  const setFrame = (left, top, scale = size()) => {
    const most = largest();
    const width = most.width * within(scale, LEAST_SIZE, 1);
    const height = most.height * within(scale, LEAST_SIZE, 1);
    cut = { width, height, left: within(left, 0, 1 - width), top: within(top, 0, 1 - height) };
    setPoint(focus.across, focus.down);
  };
  /** Changes the size around the frame's middle. */
  const zoom = (scale) => {
    const [across, down] = [cut.left + cut.width / 2, cut.top + cut.height / 2];
    const most = largest();
    const kept = within(scale, LEAST_SIZE, 1);
    setFrame(across - (most.width * kept) / 2, down - (most.height * kept) / 2, kept);
  };
  /** The point stays in the frame: what is not shown cannot be what matters. */
  const setPoint = (across, down) => {
    focus = { across: within(across, cut.left, cut.left + cut.width), down: within(down, cut.top, cut.top + cut.height) };
  };

  /** The part of the photo, in its pixels, that a shape shows. */
  const shapeBox = (wanted) => {
    const [wide, high] = [photo.naturalWidth, photo.naturalHeight];
    let [width, height] = [cut.width * wide, cut.height * high];
    if (width > height * wanted) width = height * wanted;
    else height = width / wanted;
    const left = within(focus.across * wide - width / 2, cut.left * wide, (cut.left + cut.width) * wide - width);
    const top = within(focus.down * high - height / 2, cut.top * high, (cut.top + cut.height) * high - height);
    return [left, top, width, height];
  };
  const draw = () => {
    Object.assign(frame.style, {
      left: `${cut.left * 100}%`, top: `${cut.top * 100}%`, width: `${cut.width * 100}%`, height: `${cut.height * 100}%`,
    });
    Object.assign(point.style, { left: `${focus.across * 100}%`, top: `${focus.down * 100}%` });
    const room = { across: 1 - cut.width, down: 1 - cut.height };
    const values = {
      size: size(),
      across: room.across > 0 ? cut.left / room.across : 0,
      down: room.down > 0 ? cut.top / room.down : 0,
      "point-across": focus.across,
      "point-down": focus.down,
    };
    for (const [name, slider] of Object.entries(sliders)) {
      slider.value = String(Math.round(values[name] * 100));
      slider.setAttribute("aria-valuetext", `${slider.value} %`);
    }
    sliders.across.disabled = room.across < STEP;
    sliders.down.disabled = room.down < STEP;
    if (!photo.naturalWidth) return;
    for (const view of views) {
      view.getContext("2d").drawImage(photo, ...shapeBox(SHAPES[view.dataset.view]), 0, 0, view.width, view.height);
    }
  };
  const write = () => {
    const isWhole = cut.width > 1 - NEAR_ENOUGH / 10 && cut.height > 1 - NEAR_ENOUGH / 10;
    const [left, top] = [percent(cut.left), percent(cut.top)];
    const [width, height] = [Math.min(percent(cut.width), percent(1 - left / 100)), Math.min(percent(cut.height), percent(1 - top / 100))];
    choose("photo_crop", isWhole ? "whole" : [left, top, width, height].join(","));
    choose("photo_focus", `${Math.round(focus.across * 100)},${Math.round(focus.down * 100)}`);
  };
  let timer = 0;
  const say = (about) => {
    const { shown, pointed } = head.dataset;
    const values = about === "point"
      ? { across: focus.across, down: focus.down }
      : { width: cut.width, height: cut.height, left: cut.left, top: cut.top };
    const sentence = about === "point" ? pointed : shown;
    clearTimeout(timer);
    timer = setTimeout(() => {
      said.textContent = sentence.replace(/\{(\w+)\}/g, (_, name) => Math.round(values[name] * 100));
    }, PAUSE_MS);
  };
  const changed = (about) => {
    draw();
    write();
    say(about);
  };

  /** Reads the form: what it says of the photo that is on the stage. */
  const read = () => {
    photoShape = photo.naturalWidth / photo.naturalHeight || 1;
    const [crop, at] = [chosen("photo_crop"), chosen("photo_focus").split(",").map(Number)];
    cut = { left: 0, top: 0, width: 1, height: 1 };
    if (at.length === 2 && at.every(Number.isFinite)) setPoint(at[0] / 100, at[1] / 100);
    const [left, top, width, height] = crop.split(",").map((each) => Number(each) / 100);
    if (crop === "4:5") {
      shape = 4 / 5;
      const most = largest();
      setFrame(focus.across - most.width / 2, focus.down - most.height / 2, 1);
    } else if (width > 0 && height > 0) {
      shape = (width / height) * photoShape;
      setFrame(left, top, width / largest().width);
    } else {
      shape = photoShape;
      setFrame(0, 0, 1);
    }
    const known = [["0.8", 0.8], ["1", 1], ["own", photoShape]].find(([, value]) => Math.abs(value / shape - 1) < NEAR_ENOUGH);
    ratio.value = known ? known[0] : "now";
    draw();
  };

  /** Follows a finger or a mouse from its press to its release; `move` gets how far it is, as parts of the photo. */
  const drag = (element, begin) => {
    element.addEventListener("pointerdown", (press) => {
      if (press.button !== 0) return;
      press.preventDefault();
      press.stopPropagation();
      element.focus({ preventScroll: true });
      element.setPointerCapture(press.pointerId);
      const area = stage.getBoundingClientRect();
      const move = begin();
      const follow = (event) => move((event.clientX - press.clientX) / area.width, (event.clientY - press.clientY) / area.height);
      const end = () => {
        element.removeEventListener("pointermove", follow);
        element.removeEventListener("pointerup", end);
        element.removeEventListener("pointercancel", end);
      };
      element.addEventListener("pointermove", follow);
      element.addEventListener("pointerup", end);
      element.addEventListener("pointercancel", end);
    });
  };
  drag(frame, () => {
    const { left, top } = cut;
    return (across, down) => { setFrame(left + across, top + down); changed("frame"); };
  });
  drag(grip, () => {
    const { left, top, width } = cut;
    return (across) => {
      const most = largest();
      const room = Math.min((1 - left) / most.width, (1 - top) / most.height);
      setFrame(left, top, Math.min(room, (width + across) / most.width));
      changed("frame");
    };
  });
  drag(point, () => {
    const { across, down } = focus;
    return (right, below) => { setPoint(across + right, down + below); changed("point"); };
  });

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const SIZES = { "+": 1, "=": 1, "-": -1, "_": -1 };
  const onKeys = (element, about, move) => element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = event.shiftKey && event.key in ARROWS ? STEP * FAR : STEP;
    if (event.key in ARROWS) move(ARROWS[event.key][0] * step, ARROWS[event.key][1] * step);
    else if (event.key in SIZES && about === "frame") zoom(size() + SIZES[event.key] * STEP * 2);
    else return;
    event.preventDefault();
    changed(about);
  });
  onKeys(frame, "frame", (across, down) => setFrame(cut.left + across, cut.top + down));
  onKeys(point, "point", (across, down) => setPoint(focus.across + across, focus.down + down));
  const slid = {
    size: (value) => zoom(value),
    across: (value) => setFrame(value * (1 - cut.width), cut.top),
    down: (value) => setFrame(cut.left, value * (1 - cut.height)),
    "point-across": (value) => setPoint(value, focus.down),
    "point-down": (value) => setPoint(focus.across, value),
  };
  for (const [name, slider] of Object.entries(sliders)) {
    slider.addEventListener("input", (event) => {
      event.stopPropagation(); // the choice that it sets tells the form
      slid[name](Number(slider.value) / 100);
      changed(name.startsWith("point") ? "point" : "frame");
    });
  }
  ratio.addEventListener("input", (event) => {
    event.stopPropagation();
    const scale = size();
    shape = ratio.value === "own" ? photoShape : Number(ratio.value);
    const most = largest();
    setFrame(focus.across - (most.width * scale) / 2, focus.down - (most.height * scale) / 2, scale);
    changed("frame");
  });

  const setShown = (isShown) => {
    cutter.hidden = !isShown;
    for (const each of head.querySelectorAll("[data-unscripted]")) each.hidden = isShown;
  };
  /** A photo to cut: `detail.url`; `detail.isNew` forgets how another one was cut. */
  head.addEventListener("portrait", ({ detail }) => {
    if (!detail.url) {
      setShown(false);
      return;
    }
    if (detail.isNew) {
      choose("photo_crop", "whole");
      choose("photo_focus", "50,25");
    }
    photo.src = detail.url;
    photo.decode().then(() => { read(); setShown(true); }, () => setShown(false));
  });
  form.addEventListener("reset", () => setTimeout(read));
})();
