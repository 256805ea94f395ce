// Draw a digit: a 28x28 pad, the networks' answers while the pen moves, and where each value of a map comes from.
import { board, captioned, grey, signed } from "./board.js";
import { loader } from "./load.js";
import { classify, explain } from "./nets.js";
import { SIZE, centre, line, stamp } from "./pen.js";
import { toBytes, el, uniqueId, figure, picture, mosaic, table, barRow } from "./shared.js";

const THREE = [[9, 9], [12, 6.5], [16, 6.5], [18, 9], [17, 12], [14, 13.5], [17.5, 15], [19, 18], [16.5, 21], [12, 21.5], [9, 19.5]];

// Ten bars and ten numbers, as a table.
function bars(name) {
  const rows = Array.from({ length: 10 }, (_, digit) => barRow(`${digit}`));
  const body = el("tbody", {}, ...rows.map(({ row }) => row));
  const root = table({ class: "lbl-bars" }, name, ["digit", "probability", ""], body);
  const draw = (probabilities) => {
    const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    rows.forEach(({ row, bar, number }, digit) => {
      const p = probabilities ? probabilities[digit] : 0;
      row.className = digit === best ? "is-best" : "";
      bar.style.width = `${100 * p}%`;
      number.textContent = probabilities ? `${(100 * p).toFixed(1)} %` : "–";
    });
    return best;
  };
  return { root, draw };
}

// Feature maps side by side, or the units of a dense layer as one small picture, to point at; brighter is larger.
function stepBoard(name, index, choose) {
  let [tile, columns, n, dense] = [[1, 1], 1, 1, false];
  const pick = (r, c) => {
    if (dense) return choose(index, Math.min(n - 1, r * columns + c), 0, 0);
    const o = Math.min(n - 1, Math.floor(r / (tile[0] + 1)) * columns + Math.floor(c / (tile[1] + 1)));
    choose(index, o, Math.min(tile[0] - 1, r % (tile[0] + 1)), Math.min(tile[1] - 1, c % (tile[1] + 1)));
  };
  const caption = el("figcaption");
  const one = board("", pick);
  one.root.classList.add("is-maps");
  const draw = ({ kind, shape, data }) => {
    const top = data.reduce((a, b) => Math.max(a, b), 1e-9);
    [n, dense] = [shape.at(-1), kind === "dense"];
    if (dense) {
      columns = Math.ceil(Math.sqrt(2 * n));
      while (n % columns) columns++;
      one.paint(n / columns, columns, (r, c) => grey((data[r * columns + c] / top) * 255));
    } else {
      [tile, columns] = [shape, n > 32 ? 16 : 8];
      mosaic(one.canvas, n, tile, columns, (i, r, c) => (data[(r * tile[1] + c) * n + i] / top) * 255);
      [one.size[0], one.size[1], one.pace.leap] = [one.canvas.height, one.canvas.width, tile[0] + 1];
    }
    const active = data.reduce((sum, v) => sum + (v > 0), 0);
    caption.textContent = dense ? `dense layer: ${active} of ${n} units active` : `${kind}: ${n} maps of ${shape[0]} × ${shape[1]}`;
    one.root.setAttribute("aria-label", `${name}, ${caption.textContent}. Point at a value, or use the arrow keys.`);
  };
  const mark = (o, r, c) => {
    const [row, column] = [Math.floor(o / columns), o % columns];
    if (dense) one.frame("chosen", row, column, o < 0 ? 0 : 1);
    else one.frame("chosen", row * (tile[0] + 1), column * (tile[1] + 1), o < 0 ? 0 : tile[0]);
    if (o >= 0) one.move(row * (dense ? 1 : tile[0] + 1) + r, column * (dense ? 1 : tile[1] + 1) + c);
  };
  return { root: el("figure", {}, caption, one.root), draw, mark };
}

// One network's part of the page.
function column(name, choose) {
  const answers = bars(name);
  const root = el("div");
  const boards = [];
  let steps = [];
  const draw = (arrays, image) => {
    const answer = classify(arrays, image);
    steps = answer.steps;
    steps.forEach((step, i) => {
      if (!boards[i]) root.append((boards[i] = stepBoard(name, i, choose)).root);
      boards[i].draw(step);
    });
    const blank = !image.some((v) => v > 0);
    const best = answers.draw(blank ? null : answer.probabilities);
    return blank ? "" : `${name} says ${best} (${(100 * answer.probabilities[best]).toFixed(1)} %)`;
  };
  const mark = (index, ...place) => boards.forEach((one, i) => one.mark(...(i === index ? place : [-1])));
  return { draw, mark, root, answers: answers.root, step: (index) => steps[index] };
}

// The map that is pointed at, enlarged, with one value; the patch below that it saw; and its weights.
function lens() {
  const [map, patch, weights] = ["Enlarged map", "Patch", "Filter"].map((label) => board(label));
  const [large, seen, filter] = [map, patch, weights].map((one) => captioned("", one));
  const words = el("p", { class: "lbl-note" });
  const root = el("div", { class: "lbl-lens" }, el("div", { class: "lbl-three" }, large, seen, filter), words);
  const show = (step, o, r, c) => {
    const { kind, shape, data, below } = step;
    const [height, width, n] = shape.length > 1 ? shape : [1, 1, shape[0]];
    const found = explain(step, o, r, c);
    const { rows, columns, value, channel, channels, part } = found;
    const brightest = data.reduce((a, b) => Math.max(a, b), 1e-9);
    map.paint(height, width, (i, j) => grey((data[(i * width + j) * n + o] / brightest) * 255));
    map.frame("chosen", r, c, 1);
    const most = below.data.reduce((a, b) => Math.max(a, b), 1e-9);
    patch.paint(rows, columns, (i, j) => grey((found.patch[i * columns + j] / most) * 255));
    filter.hidden = !found.weights;
    if (found.weights) {
      const top = Math.max(...found.weights.map(Math.abs));
      weights.paint(rows, columns, (i, j) => signed(found.weights[i * columns + j], top));
    }
    const source = channels > 1 ? `${rows > 1 ? "map" : "unit"} ${channel + 1}` : "the image";
    large.firstChild.textContent = kind === "dense" ? `Unit ${o + 1}` : `Map ${o + 1}`;
    seen.firstChild.textContent = `sees ${source}`;
    filter.firstChild.textContent = "weights";
    if (kind === "pooling") words.textContent = `${value.toFixed(2)}, the largest of these four.`;
    else {
      const here = channels > 1 ? `${part.toFixed(2)} from here, the most of ${channels}; all and the bias: ` : `${part.toFixed(2)} with a bias of ${found.bias.toFixed(2)}: `;
      words.textContent = `${here}${found.sum.toFixed(2)}${found.sum < 0 ? ", which the ReLU makes 0" : ""}.`;
    }
    return `${large.firstChild.textContent}, row ${r + 1}, column ${c + 1}, ${seen.firstChild.textContent}. ${words.textContent}`;
  };
  return { root, show };
}

function render({ model, el: host }) {
  const pixels = new Float32Array(SIZE * SIZE);
  const cursor = { x: 14, y: 14 };
  let chosen = null; // network, step, map or unit, row, column
  const columns = model.get("networks").map((name, i) => column(name, (...place) => choose([i, ...place])));
  const glass = lens();
  const examples = toBytes(model.get("examples"));
  let weights = null; // arrays of each network, once loaded
  let erasing = false;

  // The pad.
  const hintId = uniqueId();
  const canvas = el("canvas", { "aria-hidden": "true" });
  const pen = el("span", { class: "lbl-pen", "aria-hidden": "true" });
  const pad = el(
    "div",
    { class: "lbl-pad", tabindex: 0, role: "application", "aria-label": "Drawing pad, 28 by 28 pixels", "aria-describedby": hintId },
    canvas,
    pen,
  );
  const hint = el(
    "p",
    { id: hintId, class: "lbl-note" },
    "Draw with a mouse or a finger. With the keyboard: arrow keys move the pen, Space draws, " +
      "Enter erases, Shift and an arrow key draw a line.",
  );
  const seen = picture("What the networks see");
  const centred = el("input", { type: "checkbox", onchange: () => changed() });
  centred.checked = true;
  const eraser = el("button", { type: "button", "aria-pressed": "false", onclick: toggleEraser }, "Eraser");
  const clear = el("button", { type: "button", onclick: () => (pixels.fill(0), changed()) }, "Clear");
  const tries = el("div", { class: "lbl-row lbl-tries", role: "group", "aria-label": "Try an example" });
  for (let digit = 0; digit < examples.length / pixels.length; digit++) {
    const label = `Example: a ${digit}`;
    tries.append(el("button", { type: "button", "aria-label": label, onclick: () => show(digit) }, `${digit}`));
  }
  if (tries.children.length) tries.prepend(el("span", {}, "Try an example:"));

  // The networks' weights, which come when the reader asks.
  const weightLoader = loader(model, "the networks", (...files) => {
    weights = files.map((file) => Object.values(file));
    changed();
  });

  const controls = el(
    "div",
    { class: "lbl-tools" },
    el("div", { class: "lbl-row" }, clear, eraser, el("label", {}, centred, " centre as MNIST does"), el("span", { class: "lbl-seen" }, "What the networks see", seen)),
    tries,
  );
  const desk = el("div", { class: "lbl-desk" }, el("div", { class: "lbl-paper" }, pad), el("div", { class: "lbl-answers" }, ...columns.map((c) => c.answers)), glass.root);
  const maps = el("div", { class: "lbl-networks" }, ...columns.map((c) => c.root));
  const { root, status, say, ready } = figure(
    host,
    "draw-digit",
    model.get("title"),
    weightLoader.root,
    controls,
    el("div", { class: "lbl-draw" }, desk, maps),
    hint,
  );
  desk.firstChild.append(status); // near the pen, also on a phone

  function choose(place) {
    chosen = place;
    say(look(), 600);
  }
  function look() {
    const [i, index, ...place] = chosen;
    columns.forEach((one, j) => one.mark(j === i ? index : -1, ...place));
    return glass.show(columns[i].step(index), ...place);
  }
  // At first the lens lies on the brightest value of the first layer.
  function brightest() {
    const { shape, data } = columns[0].step(0);
    const at = data.indexOf(data.reduce((a, b) => Math.max(a, b)));
    const n = shape.at(-1);
    return shape.length > 1 ? [0, 0, at % n, Math.floor(at / n / shape[1]), Math.floor(at / n) % shape[1]] : [0, 0, at, 0, 0];
  }

  // Drawing happens at most once a frame, however fast the pen moves.
  let waiting = false;
  function changed() {
    if (!waiting) requestAnimationFrame(draw);
    waiting = true;
  }
  function draw() {
    waiting = false;
    mosaic(canvas, 1, [SIZE, SIZE], 1, (_, r, c) => pixels[r * SIZE + c]);
    pen.style.left = `${(100 * cursor.x) / SIZE}%`;
    pen.style.top = `${(100 * cursor.y) / SIZE}%`;
    const input = (centred.checked ? centre(pixels) : pixels).map((v) => Math.round(v) / 256);
    mosaic(seen, 1, [SIZE, SIZE], 1, (_, r, c) => input[r * SIZE + c] * 256);
    const start = performance.now();
    const answers = weights ? columns.map((c, i) => c.draw(weights[i], input)) : [];
    if (weights) {
      root.dataset.milliseconds = (performance.now() - start).toFixed(1);
      chosen ??= brightest();
      look();
    }
    const blank = !pixels.some((v) => v > 0);
    const where = document.activeElement === pad ? ` Pen at row ${cursor.y + 1}, column ${cursor.x + 1}.` : "";
    say((blank ? "The pad is empty." : weights ? `${answers.join("; ")}.` : "Load the networks to see their answers.") + where);
  }

  // Mouse and touch: fill the way from the last point, in small steps.
  let last = null;
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIZE, ((event.clientY - box.top) / box.height) * SIZE];
  };
  function stroke(event) {
    for (const step of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const here = point(step);
      line(pixels, last ?? here, here, erasing);
      last = here;
    }
    changed();
  }
  pad.addEventListener("pointerdown", (event) => {
    pad.classList.remove("has-keys");
    pad.setPointerCapture(event.pointerId);
    last = null;
    stroke(event);
  });
  pad.addEventListener("pointermove", (event) => pad.hasPointerCapture(event.pointerId) && stroke(event));

  // Keyboard.
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  pad.addEventListener("keydown", (event) => {
    const ink = (erase) => stamp(pixels, cursor.x + 0.5, cursor.y + 0.5, erase);
    if (arrows[event.key]) {
      const [dx, dy] = arrows[event.key];
      if (event.shiftKey) ink(erasing);
      cursor.x = Math.min(SIZE - 1, Math.max(0, cursor.x + dx));
      cursor.y = Math.min(SIZE - 1, Math.max(0, cursor.y + dy));
      if (event.shiftKey) ink(erasing);
    } else if (event.key === " ") ink(erasing);
    else if (event.key === "Enter") ink(true);
    else return;
    pad.classList.add("has-keys"); // shows where the pen is
    event.preventDefault();
    event.stopPropagation(); // JupyterLab has its own use for these keys
    changed();
  });
  pad.addEventListener("focus", changed);

  function toggleEraser() {
    erasing = !erasing;
    eraser.setAttribute("aria-pressed", erasing);
  }
  function show(digit) {
    pixels.set(examples.subarray(digit * pixels.length, (digit + 1) * pixels.length));
    changed();
  }

  THREE.slice(1).forEach((point, i) => line(pixels, THREE[i], point, false));
  draw();
  if (!model.affords) weightLoader.load(); // in a notebook; a page sees whether it can afford them
  ready();
}

export default { render };
