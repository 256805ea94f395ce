// Weights: they come by themselves where the page can afford it; else there is a button, what it says
// meanwhile, and another try when they can't be had.
import { toBytes, asset, el, capital } from "./shared.js";

// loader(model, "the map", (first, ...) => ...) -> { root, load }. `onload` gets the arrays by name of
// each of the figure's files, as unpack gives them. What it returns, or throws, is told.
export function loader(model, what, onload) {
  const [names, megabytes] = [model.get("files"), model.get("megabytes")];
  const note = el("p", { class: "lbl-note", role: "status", tabindex: -1 });
  const text = `Load ${what} (${megabytes < 0.095 ? "< 0.1" : megabytes.toFixed(1)} MB)`;
  const button = el("button", { type: "button", onclick: load }, text);
  const root = el("div", { class: "lbl-load" }, el("div", { class: "lbl-row" }, button), note);

  if (model.affords?.(names)) queueMicrotask(load); // once the figure stands
  else if (model.affords) note.textContent = "This is more than a page should load unasked. Once it is here, everything below answers you.";

  async function load() {
    if (button.disabled) return; // on its way, or there
    const focused = document.activeElement === button;
    button.disabled = true;
    note.textContent = "Loading …";
    try {
      const packed = await Promise.all(names.map((name) => asset(model, name)));
      note.textContent = (await onload(...packed.map(unpack))) ?? "";
    } catch (problem) {
      note.textContent = `${capital(what)} could not be loaded: ${problem.message}`;
      button.disabled = false;
      return;
    }
    button.hidden = true;
    if (focused) note.focus(); // the next Tab goes on from here, not from the top of the page
    const host = root.closest(".lbl-figure");
    if (host) host.dataset.loaded = "true";
  }
  return { root, load };
}

const WHOLE = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, int32: Int32Array };

// IEEE half precision: 1 bit sign, 5 bits exponent, 10 bits fraction.
export function halfToFloat(half) {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24; // zero and the subnormals
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

// What store.py packs -> { name: { shape, data } }, with a typed array of its own kind for each.
// Little-endian uint32: length of the header; the header as JSON; then the arrays, one by one.
// float16 becomes float32.
export function unpack(packed) {
  const bytes = toBytes(packed);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { arrays } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let start = 4 + length;
  const halves = Float32Array.from({ length: 65536 }, (_, i) => halfToFloat(i)); // a table is quicker
  const read = ({ name, shape, dtype }) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const Type = WHOLE[dtype] ?? (dtype === "float16" ? Uint16Array : Float32Array);
    const end = start + count * Type.BYTES_PER_ELEMENT;
    const data = new Type(bytes.slice(start, end).buffer); // a copy, so that it is aligned
    start = end;
    return [name, { shape, data: dtype === "float16" ? Float32Array.from(data, (half) => halves[half]) : data }];
  };
  return Object.fromEntries(arrays.map(read));
}

// A text as lines.
export function lines({ data }) {
  return new TextDecoder().decode(data).split("\n");
}
