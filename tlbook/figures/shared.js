// What every live figure shares: fetching weights, and the parts of the page.

// ---- Bytes ---------------------------------------------------------------------------------

// A Bytes trait or an answer from Python is a DataView; a static page's asset is an ArrayBuffer.
export function toBytes(data) {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

// A static page has model.asset. With a kernel we ask Python, which sends the same bytes.
export function asset(model, name) {
  if (model.asset) return model.asset(name);
  return new Promise((resolve, reject) => {
    const answer = (message, buffers) => {
      if (message.type !== "asset" || message.name !== name) return;
      model.off("msg:custom", answer);
      if (message.error) reject(new Error(message.error));
      else resolve(buffers[0]);
    };
    model.on("msg:custom", answer);
    model.send({ type: "asset", name });
  });
}

// ---- Page ----------------------------------------------------------------------------------

const SVG = new Set(["svg", "path", "line", "text", "g", "circle", "rect", "linearGradient", "stop", "defs", "marker"]);

// el("button", { class: "big", onclick: f }, "Text"): strings become text, never HTML.
export function el(tag, attributes = {}, ...children) {
  const svg = SVG.has(tag);
  const node = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") node.style.cssText = value || ""; // strict servers refuse the attribute
    else if (value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

// A name that no other element has, for what refers to another by its id.
export const uniqueId = () => `lbl-${Math.random().toString(36).slice(2)}`;

// The text with a capital at its beginning.
export const capital = (text) => text[0].toUpperCase() + text.slice(1);

// Put a figure into the page. `status` is its text alternative: say(text) waits for a pause, so that
// a screen reader isn't flooded.
export function figure(host, name, title, ...children) {
  const status = el("p", { class: "lbl-status", role: "status", "aria-live": "polite" });
  const caption = el("p", { class: "lbl-title" }, title);
  const attributes = { class: "lbl-figure", "data-figure": name, role: "group", "aria-label": title };
  const root = el("div", attributes, caption, ...children, status);
  // JupyterLab has commands on the arrow keys. On what has the focus in here, they are the figure's.
  root.addEventListener("focusin", (e) => e.target.setAttribute("data-lm-suppress-shortcuts", "true"));
  host.append(root);
  let timer;
  const say = (text, wait = 350) => {
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = text), wait);
  };
  return { root, status, say, ready: () => (root.dataset.ready = "true") };
}

// table({ class: "lbl-bars" }, "Nearest words", ["word", "cosine", ""], body): `body` is a tbody, or rows of
// one; the caption a text, or the element for it. A head without a text is an empty cell.
export function table(attributes, caption, heads, ...body) {
  const cell = (text) => el(text ? "th" : "td", text ? { scope: "col" } : {}, text);
  const head = heads.length ? [el("thead", {}, el("tr", {}, ...heads.map(cell)))] : [];
  const above = typeof caption === "string" ? el("caption", {}, caption) : caption;
  return el("table", attributes, above, ...head, ...body);
}

// A row of a table, with a number and a bar: { row, number, bar }.
export function barRow(name) {
  const [number, bar] = [el("td", { class: "lbl-percent" }, "–"), el("span", { class: "lbl-bar", style: "width: 0" })];
  return { row: el("tr", {}, el("th", { scope: "row" }, name), number, el("td", {}, bar)), number, bar };
}

// Whether the reader has asked for reduced motion.
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// A button that moves a figure along by itself, only when asked: step() every `pace` milliseconds, or
// every `slow` for who asked for reduced motion. begin() comes first, changed() when it starts or stops.
export function player({ label = "Play", pause = "Pause", pace, slow, begin, step, changed }) {
  let timer = null;
  const button = el("button", { type: "button", onclick: () => (timer ? stop() : start()) }, label);
  function start() {
    begin();
    button.textContent = pause;
    timer = setInterval(step, still() ? slow : pace);
    changed();
  }
  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = null;
    button.textContent = label;
    changed();
  }
  return { button, stop, playing: () => timer !== null };
}

// A labelled slider; text(value) is what is shown and read out.
export function slider(label, { min, max, step, value }, text, oninput) {
  const shown = el("output", { class: "lbl-value" });
  const input = el("input", { type: "range", min, max, step });
  const show = () => {
    shown.textContent = text(+input.value);
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  input.value = value;
  input.addEventListener("input", () => (show(), oninput(+input.value)));
  const set = (v) => ((input.value = v), show());
  show();
  return { root: el("label", { class: "lbl-slider" }, label, input, shown), input, set };
}

// A row of radio buttons.
export function choice(label, options, value, text, onchange) {
  const name = uniqueId();
  const inputs = options.map((option, i) => {
    const input = el("input", { type: "radio", name, value: i, onchange: () => onchange(option) });
    input.checked = option === value;
    return el("label", {}, input, text(option));
  });
  return el("fieldset", { class: "lbl-choice" }, el("legend", {}, label), ...inputs);
}

// A canvas that shows something; its name tells what.
export function picture(label, className = "") {
  return el("canvas", { class: `lbl-picture ${className}`, role: "img", "aria-label": label });
}

// Pictures side by side on one canvas: pixel(i, row, column) -> grey 0..255.
export function mosaic(canvas, n, [height, width], columns, pixel) {
  const rows = Math.ceil(n / columns);
  canvas.width = columns * (width + 1) - 1;
  canvas.height = rows * (height + 1) - 1;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer); // alpha, blue, green, red
  for (let i = 0; i < n; i++) {
    const [x, y] = [(i % columns) * (width + 1), Math.floor(i / columns) * (height + 1)];
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++) {
        const grey = Math.max(0, Math.min(255, pixel(i, r, c)));
        pixels[(y + r) * canvas.width + x + c] = 0xff000000 | (Math.round(grey) * 0x010101);
      }
    }
  }
  context.putImageData(image, 0, 0);
}
