// Pictures of numbers above and below zero: orange above, blue below, black at zero. These two are
// told apart by every kind of colour blindness, and look the same on a light and on a dark page.
import { el } from "./shared.js";

const ABOVE = [255, 164, 70];
const BELOW = [90, 175, 255];

// Colour of v, from -1 to 1, as one number: alpha, blue, green, red.
export function divergingColour(v) {
  const [r, g, b] = (v < 0 ? BELOW : ABOVE).map((c) => Math.round(c * Math.min(1, Math.abs(v))));
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
}

// The same for a style sheet. A gate, from 0 to 1, goes from black (closed) to white (open) instead.
export function bandColour(v, gate) {
  const colour = gate ? 0x010101 * Math.round(255 * v) : divergingColour(v);
  return `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
}

// Pictures side by side: value(i, row, column) -> -1..1. `gap` pixels between them; picture number
// `chosen` gets a frame. Returns the number of the picture at a place of the canvas.
export function divergingMosaic(canvas, n, [height, width], columns, value, gap = 0, chosen = -1) {
  const [dx, dy] = [width + gap, height + gap];
  canvas.width = columns * dx + gap;
  canvas.height = Math.ceil(n / columns) * dy + gap;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer).fill(0xff404040);
  const colours = Uint32Array.from({ length: 255 }, (_, i) => divergingColour((i - 127) / 127));
  for (let i = 0; i < n; i++) {
    const start = (gap + Math.floor(i / columns) * dy) * canvas.width + gap + (i % columns) * dx;
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++) {
        const v = Math.max(-1, Math.min(1, value(i, r, c)));
        pixels[start + r * canvas.width + c] = colours[Math.round(127 * v) + 127];
      }
    }
  }
  context.putImageData(image, 0, 0);
  if (chosen >= 0) {
    const [x, y] = [(chosen % columns) * dx, Math.floor(chosen / columns) * dy];
    context.strokeStyle = "#fff";
    context.lineWidth = gap;
    context.strokeRect(x + gap / 2, y + gap / 2, dx, dy);
  }
  return (x, y) => {
    const [column, row] = [Math.floor((x * canvas.width) / dx), Math.floor((y * canvas.height) / dy)];
    return Math.min(row * columns + Math.min(column, columns - 1), n - 1);
  };
}

// What the colours mean: a band of them between two texts.
export function divergingLegend(below, above) {
  const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;
  const band = el("span", {
    class: "lbl-band",
    style: `background: linear-gradient(to right, ${css(BELOW)}, #000, ${css(ABOVE)})`,
  });
  const texts = [el("span", {}, below), el("span", {}, above)];
  const set = (low, high) => ((texts[0].textContent = low), (texts[1].textContent = high));
  return { root: el("p", { class: "lbl-note lbl-legend" }, texts[0], band, texts[1]), set };
}
