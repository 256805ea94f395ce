// A piece of the plane, drawn as SVG: curves and points in its own units, and a point to move.
import { number } from "./numbers.js";
import { el } from "./shared.js";

const WIDTH = 360;

// plane([-3, 3], [-2, 2], { height, move, at }) -> { root, px, py, line, dot, draw }. draw(label, ...parts)
// shows the parts between axes. With move(x, y), a click, a drag or the arrow keys move at().
export function plane([x0, x1], [y0, y1], { height = 300, move, at, axes = true } = {}) {
  const root = el("svg", { class: "lbl-plane", viewBox: `0 0 ${WIDTH} ${height}`, role: "img" });
  const px = (x) => ((x - x0) / (x1 - x0)) * WIDTH;
  const py = (y) => height - ((y - y0) / (y1 - y0)) * height;
  const line = (points) => `M${points.map(([x, y]) => `${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join("L")}`;
  const dot = (x, y, kind, r = 5) => el("circle", { cx: px(x), cy: py(y), r, class: kind });

  const cross = [];
  if (axes) {
    cross.push(el("path", { class: "is-axis", d: `M0 ${py(0)}H${WIDTH}M${px(0)} 0V${height}` }));
    const write = (x, y, text, anchor) => cross.push(el("text", { x, y, "text-anchor": anchor }, text));
    for (let x = Math.ceil(x0 + 0.2); x <= x1 - 0.2; x++) if (x) write(px(x), py(0) + 14, number(x, 0), "middle");
    for (let y = Math.ceil(y0 + 0.2); y <= y1 - 0.2; y++) if (y) write(px(0) - 5, py(y) + 4, number(y, 0), "end");
  }

  if (move) {
    root.setAttribute("role", "application");
    root.setAttribute("tabindex", 0);
    const clamp = (v, low, high) => Math.max(low, Math.min(high, v));
    const go = (x, y) => move(clamp(x, x0, x1), clamp(y, y0, y1));
    const point = (event) => {
      const box = root.getBoundingClientRect();
      go(x0 + ((event.clientX - box.left) / box.width) * (x1 - x0), y1 - ((event.clientY - box.top) / box.height) * (y1 - y0));
    };
    root.addEventListener("pointerdown", (event) => event.pointerType === "mouse" && (root.setPointerCapture(event.pointerId), point(event)));
    root.addEventListener("pointermove", (event) => event.pointerType === "mouse" && event.buttons && point(event));
    root.addEventListener("click", point); // a finger: the page still scrolls under it
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    root.addEventListener("keydown", (event) => {
      const arrow = arrows[event.key];
      if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
      const [x, y] = at();
      go(x + (arrow[0] * (x1 - x0)) / 60, y + (arrow[1] * (y1 - y0)) / 60);
      event.preventDefault();
      event.stopPropagation();
    });
  }

  function draw(label, ...parts) {
    root.setAttribute("aria-label", label);
    root.replaceChildren(...cross, ...parts);
  }
  return { root, px, py, line, dot, draw };
}
