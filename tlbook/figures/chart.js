// Curves over the epochs, drawn as SVG, so that the theme's colours apply.
import { el } from "./shared.js";

// Round steps for an axis: 1, 2 or 5 times a power of ten.
function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => +((first + i) * step).toFixed(9));
}

// chart("epoch") -> { root, draw }. draw({ label, yLabel, x: [low, high], y: [low, high], series }),
// where a series is { x, y, class, name }. It draws again when the page's width changes.
export function chart(xLabel, height = 240) {
  const svg = el("svg", { class: "lbl-chart", role: "img", height });
  const root = el("div", { class: "lbl-chart-box" }, svg);
  let last;

  function draw(data) {
    last = data;
    const { label, yLabel, series } = data;
    const width = Math.max(root.clientWidth, 200);
    const box = { left: 48, right: width - 12, top: 22, bottom: height - 36 };
    const [x0, x1] = data.x[1] > data.x[0] ? data.x : [data.x[0] - 1, data.x[0] + 1];
    const [y0, y1] = data.y[1] > data.y[0] ? data.y : [data.y[0] - 0.5, data.y[0] + 0.5];
    const px = (x) => box.left + ((x - x0) / (x1 - x0)) * (box.right - box.left);
    const py = (y) => box.bottom - ((y - y0) / (y1 - y0)) * (box.bottom - box.top);
    const write = (x, y, anchor, words) => el("text", { x, y, "text-anchor": anchor }, `${words}`);

    const parts = [write(4, 12, "start", yLabel)];
    parts.push(write((box.left + box.right) / 2, height - 4, "middle", xLabel));
    for (const y of ticks(y0, y1, 6)) {
      const grid = { class: "lbl-grid", x1: box.left, x2: box.right, y1: py(y), y2: py(y) };
      parts.push(el("line", grid), write(box.left - 6, py(y) + 4, "end", y));
    }
    for (const x of ticks(x0, x1, Math.min(8, width / 60)).filter(Number.isInteger)) {
      parts.push(write(px(x), box.bottom + 16, "middle", x));
    }
    for (const { x, y, class: name } of series) {
      let d = "";
      x.forEach((v, i) => {
        if (!Number.isFinite(y[i])) return; // not measured, or diverged: the curve has a gap
        const joined = d && Number.isFinite(y[i - 1]);
        const height = py(Math.max(y0, Math.min(y1, y[i])));
        d += `${joined ? "L" : "M"}${px(v).toFixed(1)},${height.toFixed(1)}${joined ? "" : "h0.1"}`;
      });
      if (d) parts.push(el("path", { d, class: `lbl-curve ${name}` }));
    }
    svg.setAttribute("width", width);
    svg.setAttribute("aria-label", label);
    svg.replaceChildren(...parts);
  }

  new ResizeObserver(() => last && draw(last)).observe(root);
  return { root, draw };
}

// Lowest and highest number in lists of numbers.
export function range(lists) {
  const all = lists.flat().filter(Number.isFinite);
  return all.length ? [Math.min(...all), Math.max(...all)] : [0, 1];
}
