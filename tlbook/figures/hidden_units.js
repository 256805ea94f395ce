// The strongest hidden units of a policy: all of them small, the chosen one large.
import { divergingMosaic, divergingLegend } from "./diverging.js";
import { loader } from "./load.js";
import { wholePercent, signed, ageName } from "./numbers.js";
import { el, figure, slider, choice, picture, table } from "./shared.js";
import { readUnits, pushOf, cosine, whereItLooks } from "./unit_data.js";

const GAP = 4;

function render({ model, el: host }) {
  const ages = model.get("ages");
  const [first, second] = model.get("actions").slice(-2);
  const count = model.get("units").length;
  let units = null;
  let age = ages.length - 1;
  let view = "weights";
  let pictureAt = () => 0;

  const load = loader(model, "the units", (file) => {
    units = readUnits(file);
    body.hidden = false;
    draw();
  });
  const which = choice("Age of the agent", ages.map((_, i) => i), age, (i) => ageName(ages[i]), (i) => ((age = i), draw()));
  const views = { weights: "the weights", change: `what has changed since: ${ageName(ages[0])}` };
  const shows = choice("Show", Object.keys(views), view, (key) => views[key], (key) => ((view = key), draw()));
  const range = { min: 0, max: count - 1, step: 1, value: model.get("unit") - 1 };
  const chosen = slider("Unit", range, (i) => `${i + 1} of ${count}`, () => draw());
  const all = picture("", "is-square lbl-pickable");
  all.addEventListener("click", (event) => {
    const box = all.getBoundingClientRect();
    chosen.set(pictureAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
    draw();
  });
  const one = picture("", "is-square");
  const legend = divergingLegend("", "");
  const facts = el(
    "p",
    { class: "lbl-note" },
    "An orange pixel raises the unit's answer when something appears there; a blue one, when something leaves.",
  );
  const rows = ages.map((_, i) => {
    const cells = [0, 1, 2].map(() => el("td"));
    return { cells, row: el("tr", {}, el("th", { scope: "row" }, ageName(ages[i])), ...cells) };
  });
  const growth = table(
    { class: "lbl-numbers" },
    "How the unit became what it is",
    ["age", "largest weight", `push ${first}`, "likeness to the last"],
    el("tbody", {}, ...rows.map(({ row }) => row)),
  );
  const body = el(
    "div",
    { hidden: "" },
    which,
    shows,
    el("div", { class: "lbl-row" }, chosen.root),
    el(
      "div",
      { class: "lbl-columns" },
      el("figure", {}, el("figcaption", {}, `The ${count} strongest units, the strongest first. Click one, or use the slider.`), all),
      el(
        "figure",
        {},
        el("figcaption", {}, "The chosen unit. The agent's paddle moves at the right edge, the opponent's at the left."),
        one,
        legend.root,
      ),
    ),
    facts,
    growth,
  );
  const { say, ready } = figure(host, "hidden-units", model.get("title"), load.root, body);

  function draw() {
    const i = +chosen.input.value;
    const { side, n } = units;
    const size = [side, side];
    const { of, largest } = units[view];
    const shown = Array.from({ length: n }, (_, k) => of(age, k));
    const value = (k, r, c) => shown[k][r * side + c] / largest(k);
    pictureAt = divergingMosaic(all, n, size, 8, value, GAP, i);
    divergingMosaic(one, 1, size, 1, (_, r, c) => value(i, r, c));
    legend.set(signed(-largest(i)), signed(largest(i)));

    const last = units.weights.of(ages.length - 1, i);
    rows.forEach(({ cells, row }, k) => {
      const weights = units.weights.of(k, i);
      const most = weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      [most.toFixed(3), signed(pushOf(units.outgoing(k, i))), cosine(weights, last).toFixed(2)].forEach(
        (text, j) => (cells[j].textContent = text),
      );
      row.className = k === age ? "is-best" : "";
    });

    const { parts, weight, row, column } = whereItLooks(shown[i], side);
    const push = pushOf(units.outgoing(age, i));
    const looks = parts.slice(0, 2).map(({ name, share }) => `${wholePercent(share)} in the ${name}`);
    const noun = view === "weights" ? "weight" : "change";
    const even = parts[0].share < 0.2; // each ninth has 11 % where nothing was learned
    const share = even
      ? `No ninth of the picture has more than ${wholePercent(parts[0].share)} of its squared ${noun}s`
      : `Of its squared ${noun}s ${looks.join(" and ")} of the picture`;
    const place = `${share}. The largest ${noun}, ${signed(weight)}, is at row ${row}, column ${column}.`;
    const words =
      `Unit ${units.units[i]}, ${ageName(ages[age])}. ${weight === 0 ? "Nothing has changed yet." : place} ` +
      `When it answers, it pushes ${push < 0 ? second : first}: ${signed(push)}.`;
    all.setAttribute("aria-label", `${n} hidden units, ${ageName(ages[age])}; number ${i + 1} is chosen`);
    one.setAttribute("aria-label", words);
    say(words);
  }

  say(`The ${count} strongest hidden units at ${ages.length} ages. Not loaded yet.`);
  ready();
}

export default { render };
