// A small network twice: in training, where each batch silences other units, and in use.
import { number } from "./numbers.js";
import { generator } from "./random.js";
import { choice, el, figure, slider, table } from "./shared.js";

const [INPUTS, HIDDEN, OUTPUTS] = [4, 8, 2];
const place = (n, i) => 130 + (i - (n - 1) / 2) * (n > 4 ? 32 : 52);

function render({ model, el: host }) {
  let [scaled, seed] = [true, 4];
  let mask, sum, count;
  const keep = slider("Keep", { min: 0.1, max: 1, step: 0.1, value: 0.5 }, (v) => v.toFixed(1), () => again(0));
  const nets = ["In training", "In use"].map((caption) => {
    const svg = el("svg", { class: "lbl-net is-pair", viewBox: "0 0 240 262", role: "img" });
    return { svg, root: el("figure", {}, el("figcaption", {}, caption), svg) };
  });
  const button = (text, n) => el("button", { type: "button", onclick: () => again(n) }, text);
  const names = ["mean of the hidden values, this batch", "mean over all batches so far", "mean in use"];
  const cells = names.map(() => el("td"));
  const body = el("tbody", {}, ...names.map((name, i) => el("tr", {}, el("th", { scope: "row" }, name), cells[i])));
  const { say, ready } = figure(
    host,
    "dropout-masks",
    model.get("title"),
    el("div", { class: "lbl-row" }, keep.root, button("Next batch", 1), button("100 batches", 100)),
    choice("Kept values", [true, false], scaled, (v) => (v ? "divided by keep" : "left as they are"), (v) => ((scaled = v), again(0))),
    el("div", { class: "lbl-pair" }, ...nets.map((one) => one.root)),
    table({ class: "lbl-numbers" }, "Every hidden unit would say 1", [], body),
  );

  // Draw n more masks; with n = 0 the settings have changed, and the counting begins anew.
  function again(n) {
    if (n === 0) [sum, count] = [0, 0];
    for (let i = 0; i < (n || 1); i++) {
      const random = generator(seed++);
      mask = Array.from({ length: HIDDEN }, () => random() < +keep.input.value);
      sum += mean();
      count++;
    }
    draw();
  }
  const worth = () => (scaled ? 1 / +keep.input.value : 1);
  const mean = () => (mask.filter(Boolean).length * worth()) / HIDDEN;

  function net({ svg }, on, value) {
    let wires = "";
    on.forEach((there, j) => {
      if (!there) return;
      for (let i = 0; i < INPUTS; i++) wires += `M38 ${place(INPUTS, i)}L106 ${place(HIDDEN, j)}`;
      for (let k = 0; k < OUTPUTS; k++) wires += `M134 ${place(HIDDEN, j)}L202 ${place(OUTPUTS, k)}`;
    });
    const unit = (x, y, kind) => el("circle", { cx: x, cy: y, r: 14, class: kind });
    const units = [[24, INPUTS], [216, OUTPUTS]].flatMap(([x, n]) => Array.from({ length: n }, (_, i) => unit(x, place(n, i), "is-unit")));
    const hidden = on.flatMap((there, j) => [
      unit(120, place(HIDDEN, j), there ? "is-kept" : "is-off"),
      el("text", { x: 120, y: place(HIDDEN, j) + 6 }, there ? value.toFixed(value % 1 ? 1 : 0) : "0"),
    ]);
    svg.setAttribute("aria-label", `${on.filter(Boolean).length} of ${HIDDEN} hidden units work, each with the value ${number(value)}`);
    svg.replaceChildren(el("path", { class: "is-wire", d: wires }), ...units, ...hidden);
  }

  function draw() {
    net(nets[0], mask, worth());
    net(nets[1], mask.map(() => true), 1);
    [mean(), sum / count, 1].forEach((v, i) => (cells[i].textContent = number(v)));
    const kept = mask.filter(Boolean).length;
    say(`${kept} of ${HIDDEN} hidden units are kept, each with the value ${number(worth())}. Mean over ${count} batch${count > 1 ? "es" : ""}: ${number(sum / count)}; in use: 1.`);
  }

  again(0);
  ready();
}

export default { render };
