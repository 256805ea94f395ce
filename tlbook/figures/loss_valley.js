// Three optimizers race into a valley of the loss, from where the reader puts them.
import { number } from "./numbers.js";
import { plane } from "./plane.js";
import { generator } from "./random.js";
import { choice, el, figure, player, slider, table } from "./shared.js";

const [ACROSS, ALONG] = [[-4.5, 4.5], [-3, 3]];
// Each valley: its height, its slopes, and its lowest height.
const VALLEYS = {
  "round bowl": [(x, y) => (x * x + y * y) / 2, (x, y) => [x, y], 0],
  ravine: [(x, y) => (x * x + 16 * y * y) / 2, (x, y) => [x, 16 * y], 0],
  "two dips": [(x, y) => (x * x - 4) ** 2 / 16 + 0.3 * x + y * y / 2, (x, y) => [(x * (x * x - 4)) / 4 + 0.3, y], -0.621],
};
const RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];
const OPTIMIZERS = {
  plain: { name: "gradient descent", step: (g, _, rate) => rate * g },
  momentum: { name: "with momentum", step: (g, s, rate) => rate * (s.m = BETA1 * (s.m ?? 0) + g) },
  adam: {
    name: "Adam",
    step(g, s, rate, t) {
      s.m = BETA1 * (s.m ?? 0) + (1 - BETA1) * g;
      s.v = BETA2 * (s.v ?? 0) + (1 - BETA2) * g * g;
      return (rate * s.m) / (1 - BETA1 ** t) / (Math.sqrt(s.v / (1 - BETA2 ** t)) + EPSILON);
    },
  },
};
const [LONGEST, OPENING, NOISE, NEAR, LOST] = [200, 30, 2, 0.01, 1e3];

// Lines of equal height: in each small square, where the height crosses the level on its edges.
function contours(map, height) {
  let d = "";
  const [nx, ny] = [60, 40];
  const x = (i) => ACROSS[0] + ((ACROSS[1] - ACROSS[0]) * i) / nx;
  const y = (j) => ALONG[0] + ((ALONG[1] - ALONG[0]) * j) / ny;
  for (const level of [-0.5, -0.2, 0.1, 0.3, 0.7, 1.3, 2, 3, 4.5, 7, 11, 17, 26, 40, 60]) {
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        const corners = [[x(i), y(j)], [x(i + 1), y(j)], [x(i + 1), y(j + 1)], [x(i), y(j + 1)]].map(([a, b]) => [a, b, height(a, b) - level]);
        const cuts = corners.flatMap((a, k) => {
          const b = corners[(k + 1) % 4];
          const share = a[2] / (a[2] - b[2]);
          return a[2] > 0 === b[2] > 0 ? [] : [[a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]];
        });
        for (let k = 0; k + 1 < cuts.length; k += 2) d += map.line([cuts[k], cuts[k + 1]]);
      }
    }
  }
  return d;
}

function render({ model, el: host }) {
  let [start, valley, noisy, time, fresh] = [[-3.6, 1.8], "ravine", false, 0, false];
  let runners, random;
  const rings = {};
  const map = plane(ACROSS, ALONG, { height: 240, axes: false, at: () => start, move: (x, y) => ((start = [x, y]), begin()) });
  const rate = slider("Learning rate", { min: 0, max: RATES.length - 1, step: 1, value: 5 }, (i) => `${RATES[i]}`, () => begin());
  const race = player({ label: "Race", begin: () => (fresh || time >= LONGEST) && begin(), step: () => step(), pace: 60, slow: 400, changed: () => {} });
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const rows = Object.entries(OPTIMIZERS).map(([kind, { name }]) => {
    const cells = [el("td"), el("td")];
    return { cells, row: el("tr", {}, el("th", { scope: "row" }, el("span", { class: `lbl-key is-${kind}` }), ` ${name}`), ...cells) };
  });
  const { root, say, ready } = figure(
    host,
    "loss-valley",
    model.get("title"),
    el("div", { class: "lbl-columns" }, map.root, el("div", {},
      rate.root,
      choice("Valley", Object.keys(VALLEYS), valley, (v) => v, (v) => ((valley = v), begin())),
      choice("Gradient", [false, true], noisy, (v) => (v ? "noisy, as of small batches" : "exact"), (v) => ((noisy = v), begin())),
      el("div", { class: "lbl-row" }, race.button, button("One step", () => (race.stop(), step())), button("Back to the start", () => begin())),
      el("p", { class: "lbl-note" }, "Click into the valley, or use the arrow keys on it, to choose where they start."))),
    table({ class: "lbl-numbers" }, "After so many steps", ["optimizer", "loss", "near the bottom"], el("tbody", {}, ...rows.map((one) => one.row))),
  );

  function begin() {
    race.stop();
    [time, random, fresh] = [0, generator(5), false];
    runners = Object.keys(OPTIMIZERS).map((kind) => ({ kind, at: [...start], path: [[...start]], memory: [{}, {}], near: null, lost: false }));
    draw();
  }

  function step() {
    if (time >= LONGEST || runners.every((one) => one.lost)) return race.stop();
    time++;
    const noise = [0, 1].map(() => (noisy ? NOISE * (random() + random() + random() - 1.5) : 0));
    const [height, slopes, lowest] = VALLEYS[valley];
    for (const one of runners.filter((each) => !each.lost)) {
      const gradient = slopes(...one.at).map((g, i) => g + noise[i]);
      one.at = one.at.map((v, i) => v - OPTIMIZERS[one.kind].step(gradient[i], one.memory[i], RATES[+rate.input.value], time));
      one.path.push(one.at);
      one.lost = !(height(...one.at) < LOST);
      if (height(...one.at) - lowest > NEAR) one.near = null;
      else one.near ??= time;
    }
    draw();
  }

  function draw() {
    const [height] = VALLEYS[valley];
    rings[valley] ??= el("path", { class: "is-contour", d: contours(map, height) });
    const label = `A ${valley} seen from above, with the ways of three optimizers after ${time} steps`;
    const ways = runners.map((one) => el("path", { class: `is-${one.kind}`, d: map.line(one.path) }));
    const dots = runners.filter((one) => !one.lost).map((one) => map.dot(...one.at, `is-${one.kind}`));
    map.draw(label, rings[valley], ...ways, map.dot(...start, "is-hand", 4), ...dots);
    runners.forEach((one, i) => {
      const loss = height(...one.at);
      rows[i].cells[0].textContent = one.lost ? "diverged" : number(loss, 3);
      rows[i].cells[1].textContent = one.near === null ? "–" : `since step ${one.near}`;
    });
    root.dataset.step = time;
    const told = runners.map((one, i) => `${OPTIMIZERS[one.kind].name} ${rows[i].cells[0].textContent}`);
    say(`Step ${time} at the rate ${RATES[+rate.input.value]}: ${told.join(", ")}.`);
  }

  begin();
  for (let i = 0; i < OPENING; i++) step(); // a first picture; the race begins anew
  fresh = true;
  ready();
  return race.stop;
}

export default { render };
