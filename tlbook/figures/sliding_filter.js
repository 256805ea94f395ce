// A filter slides over a digit. What it lies on, its weights, their sum and the map belong together.
import { board, captioned, grey, signed } from "./board.js";
import { toBytes, el, figure, choice, slider, player } from "./shared.js";

const [SIZE, MARGIN] = [28, 2]; // pixels, and the most zeros that SAME puts on a side
const EDGE = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]];
const FILTERS = {
  "edge, left to right": EDGE,
  "edge, top to bottom": EDGE[0].map((_, i) => EDGE.map((row) => row[i])),
  blur: EDGE.map((row) => row.map(() => 0.11)),
  outline: EDGE.map((row, r) => row.map((_, c) => (r === 1 && c === 1 ? 8 : -1))),
};

// How many places a filter of k has along an axis, and how many zeros SAME puts before the first pixel.
function sizes(k, stride, padding) {
  const n = Math.ceil((padding === "SAME" ? SIZE : SIZE - k + 1) / stride);
  return { n, before: padding === "SAME" ? Math.max(0, (n - 1) * stride + k - SIZE) >> 1 : 0 };
}

function render({ model, el: host }) {
  const image = Float32Array.from(toBytes(model.get("image")), (v) => v / 256);
  const filters = { ...FILTERS };
  if (model.get("learned").length) filters["learned"] = model.get("learned");
  let filter = EDGE.map((row) => [...row]);
  let [stride, padding, cell, shown] = [1, "VALID", [10, 17], Infinity];
  let map = [];

  const picture = board("Image: point at a place, or move the filter with the arrow keys", (r, c) => {
    const { before } = sizes(filter.length, stride, padding);
    const half = filter.length >> 1;
    go(Math.round((r - MARGIN + before - half) / stride), Math.round((c - MARGIN + before - half) / stride));
  });
  const output = board("Feature map: point at a value, or use the arrow keys", (r, c) => go(r, c));
  output.root.classList.add("is-corner");
  const [weights, patch] = [el("div", { class: "lbl-cells" }), el("div", { class: "lbl-cells", "aria-hidden": "true" })];
  const [sum, formula, caption] = [el("output", { class: "lbl-sum" }), el("p", { class: "lbl-note" }), el("figcaption")];
  const slide = player({
    label: "Slide", pace: 40, slow: 400, begin: () => (shown = -1),
    step: () => (++shown < map.length ** 2 ? go(Math.floor(shown / map.length), shown % map.length, true) : slide.stop()),
    changed: () => slide.playing() || ((shown = Infinity), draw()),
  });
  const { say, ready } = figure(
    host, "sliding-filter", model.get("title"),
    el("div", { class: "lbl-row lbl-choices" },
      choice("Filter", Object.keys(filters), "edge, left to right", (name) => name, (name) => {
        filter = filters[name].map((row) => [...row]);
        write();
      }),
      choice("Padding", ["VALID", "SAME"], padding, (name) => name, (name) => ((padding = name), draw())),
      slider("Stride", { min: 1, max: 3, step: 1, value: stride }, (v) => `${v}`, (v) => {
        cell = cell.map((place) => Math.round((place * stride) / v)); // stays where it is on the image
        stride = v;
        draw();
      }).root,
    ),
    el("div", { class: "lbl-slide" },
      captioned("Image, with its padding", picture),
      el("div", { class: "lbl-middle" },
        el("figure", {}, el("figcaption", {}, "Patch under the filter"), patch),
        el("figure", {}, el("figcaption", {}, "Filter: change its weights"), weights),
        sum),
      el("figure", {}, caption, output.root)),
    el("div", { class: "lbl-row" }, slide.button, formula),
  );

  // The inputs for the weights, when there is another filter.
  function write() {
    weights.style.setProperty("--n", filter.length);
    patch.style.setProperty("--n", filter.length);
    patch.replaceChildren(...filter.flat().map(() => el("span")));
    weights.replaceChildren(...filter.flatMap((row, r) => row.map((v, c) => {
      const label = `Weight in row ${r + 1}, column ${c + 1}`;
      const change = () => ((filter[r][c] = Number(input.value.replace("−", "-")) || 0), draw());
      const input = el("input", { type: "text", inputmode: "decimal", "aria-label": label, oninput: change });
      input.value = v;
      return input;
    })));
    draw();
  }
  const pixel = (r, c) => (r < 0 || c < 0 || r >= SIZE || c >= SIZE ? 0 : image[r * SIZE + c]);

  function go(r, c, sliding) {
    if (!sliding) slide.stop();
    cell = [r, c];
    draw();
  }

  function draw() {
    const k = filter.length;
    const { n, before } = sizes(k, stride, padding);
    cell = cell.map((v) => Math.max(0, Math.min(n - 1, v)));
    const [top, left] = cell.map((v) => v * stride - before);
    const at = (i, j) => {
      let z = 0;
      for (let u = 0; u < k; u++) for (let v = 0; v < k; v++) z += filter[u][v] * pixel(i * stride - before + u, j * stride - before + v);
      return z;
    };
    map = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => at(i, j)));
    const most = Math.max(...map.flat().map(Math.abs));
    const [extent, inside] = [SIZE + 2 * MARGIN, (v) => v >= MARGIN && v < SIZE + MARGIN];
    picture.paint(extent, extent, (r, c) => (inside(r) && inside(c) ? grey(256 * pixel(r - MARGIN, c - MARGIN)) : 0));
    const zeros = Math.max(0, (n - 1) * stride + k - SIZE);
    picture.frame("padded", MARGIN - before, MARGIN - before, SIZE + (padding === "SAME" ? zeros : 0));
    picture.frame("chosen", top + MARGIN, left + MARGIN, k);
    picture.move(top + MARGIN + (k >> 1), left + MARGIN + (k >> 1));
    output.paint(n, n, (r, c) => (r * n + c > shown ? 0 : signed(map[r][c], most)));
    output.root.style.width = `${(100 * n) / extent}%`;
    output.frame("chosen", ...cell, 1);
    output.move(...cell);
    [...patch.children].forEach((span, i) => {
      const v = pixel(top + Math.floor(i / k), left + (i % k));
      span.textContent = v.toFixed(2).replace(/\.?0+$/, "");
      span.style.background = `rgb(${Array(3).fill(Math.round(255 * v))})`;
      span.style.color = v > 0.45 ? "#000" : "#fff";
    });
    const z = map[cell[0]][cell[1]];
    sum.textContent = `sum of the ${k * k} products: ${z.toFixed(2)}`;
    caption.textContent = `Feature map, ${n} × ${n}`;
    const over = padding === "SAME" ? "28" : `(28 − ${k} + 1)`;
    formula.textContent = `${padding}: ${over} / ${stride}${(padding === "SAME" ? SIZE : SIZE - k + 1) % stride ? ", rounded up," : ""} gives ${n}. Grey is zero, white positive, black negative.`;
    say(`Row ${cell[0] + 1}, column ${cell[1] + 1} of ${n} by ${n}: ${z.toFixed(2)}.`);
  }

  write();
  ready();
  return () => slide.stop();
}

export default { render };
