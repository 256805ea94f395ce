// A picture of cells to point at, with mouse, finger or arrow keys, and frames that lie on it.
import { el } from "./shared.js";

// A grey from 0 to 255 as one number: alpha, blue, green, red.
export const grey = (v) => (0xff000000 | (Math.max(0, Math.min(255, Math.round(v))) * 0x010101)) >>> 0;
// Numbers from -top to top as greys: zero is in the middle.
export const signed = (v, top) => grey(127.5 + (127.5 * v) / (top || 1));

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// board("Feature map", (row, column) => ...) -> { root, canvas, paint, frame, size, move }. Without a function it is only
// looked at. An arrow key moves by `step` cells, with Shift by `leap`.
export function board(label, onpoint, step = 1, leap = step) {
  const canvas = el("canvas", { "aria-hidden": "true" });
  const role = onpoint ? { tabindex: 0, role: "application" } : { role: "img" };
  const root = el("div", { class: "lbl-board", "aria-label": label, ...role }, canvas);
  const [frames, size, cell, pace] = [{}, [1, 1], [0, 0], { step, leap }];

  // colour(row, column) -> one number, as `grey` gives it.
  function paint(rows, columns, colour) {
    [size[0], size[1]] = [canvas.height, canvas.width] = [rows, columns];
    const context = canvas.getContext("2d");
    const image = context.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) pixels[r * columns + c] = colour(r, c);
    context.putImageData(image, 0, 0);
  }
  // A frame of this name around cells, which may reach over the border; none if it has no height.
  function frame(name, r = 0, c = 0, h = 0, w = h) {
    const span = (frames[name] ??= root.appendChild(el("span", { class: `lbl-frame is-${name}` })));
    span.hidden = !h;
    for (const [side, value, all] of [["left", c, 1], ["width", w, 1], ["top", r, 0], ["height", h, 0]]) {
      span.style[side] = `${(100 * value) / size[all]}%`;
    }
  }
  function point(r, c) {
    cell[0] = Math.max(0, Math.min(size[0] - 1, r));
    cell[1] = Math.max(0, Math.min(size[1] - 1, c));
    onpoint(...cell);
  }
  if (onpoint) {
    const under = (event) => {
      const box = canvas.getBoundingClientRect();
      point(Math.floor(((event.clientY - box.top) / box.height) * size[0]), Math.floor(((event.clientX - box.left) / box.width) * size[1]));
    };
    root.addEventListener("pointermove", under);
    root.addEventListener("pointerdown", under);
    root.addEventListener("keydown", (event) => {
      if (!ARROWS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation(); // JupyterLab has its own use for these keys
      const [by, [down, right]] = [event.shiftKey ? pace.leap : pace.step, ARROWS[event.key]];
      point(cell[0] + by * down, cell[1] + by * right);
    });
  }
  return { root, canvas, paint, frame, size, pace, move: (r, c) => ([cell[0], cell[1]] = [r, c]) };
}

// A board with a caption above it.
export const captioned = (text, { root }) => el("figure", {}, el("figcaption", {}, text), root);
