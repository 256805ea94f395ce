// Gates, cell and output of one LSTM unit, coloured over a text.
import { bandColour, divergingLegend } from "./diverging.js";
import { loader } from "./load.js";
import { readModel, firstState, readWord } from "./lstm.js";
import { signed } from "./numbers.js";
import { readingBox } from "./reading.js";
import { el, capital, figure, slider, choice } from "./shared.js";

const MOST_WORDS = 80;
const BANDS = [
  { key: "i", name: "input gate", short: "in", gate: true },
  { key: "f", name: "forget gate", short: "forget", gate: true },
  { key: "o", name: "output gate", short: "out", gate: true },
  { key: "c", name: "cell", short: "cell", gate: false },
  { key: "h", name: "output", short: "h", gate: false },
];
const ORDERS = {
  number: { name: "their number", measure: null },
  active: { name: "most active here", measure: ({ h }) => average(h.map(Math.abs)), told: "mean |output|" },
  swing: { name: "cell changes most here", measure: ({ c }) => deviation(c), told: "standard deviation of the cell" },
};

const average = (list) => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);

function deviation(list) {
  const mean = average(list);
  return Math.sqrt(average(list.map((v) => (v - mean) ** 2)));
}

function render({ model, el: host }) {
  let net = null;
  let [words, states] = [[], []]; // states[k][layer] after word k, with its gates
  let before = null;
  let layer = model.get("layer");
  let order = "number";
  let ranking = []; // units in this order
  const named = model.get("named"); // [{ name, layer, unit, values, start }] over the first text
  let pick = named[0];

  const box = readingBox("The text", model.get("texts"), MOST_WORDS, read);
  const layers = model.get("n_units").map((_, k) => k);
  const which = choice("Layer", layers, layer, (k) => (k === 0 ? "1, next to the words" : `${k + 1}`), (k) => ((layer = k), sort(), draw()));
  which.hidden = layers.length < 2;
  const sorting = choice("Order of the units", Object.keys(ORDERS), order, (key) => ORDERS[key].name, (key) => ((order = key), sort(true), draw()));
  const unit = slider("Unit", { min: 1, max: 1, step: 1, value: 1 }, (v) => (ranking.length ? `number ${ranking[v - 1]}, ${v} of ${ranking.length}` : ""), () => draw());
  const at = slider("Word", { min: 1, max: 1, step: 1, value: 1 }, (v) => (words.length ? `${v}: ${words[v - 1].text}` : ""), () => mark());

  const text = el("ol", { class: "lbl-bands", "aria-label": "The text with the unit's gates" });
  const grey = el("span", { class: "lbl-band", style: "background: linear-gradient(to right, #000, #fff)" });
  const gates = el("p", { class: "lbl-note lbl-legend" }, el("span", {}, "gates: 0 closed"), grey, el("span", {}, "1 open"));
  const cells = divergingLegend("", "");
  const rank = el("p", { class: "lbl-note" });
  const caption = el("caption");
  const rows = BANDS.map(({ name }) => {
    const [value, bar] = [el("td", { class: "lbl-percent" }), el("td")];
    return { value, bar, row: el("tr", {}, el("th", { scope: "row" }, name), value, bar) };
  });
  const sum = el("p", { class: "lbl-note" });
  const table = el("table", { class: "lbl-bars lbl-gates" }, caption, el("tbody", {}, ...rows.map(({ row }) => row)));
  const picture = el("div", {}, rank, text, gates, cells.root, el("div", { class: "lbl-row" }, at.root), table, sum);
  // Where named units are the first thing to see, all else is folded.
  const inside = el(
    pick ? "details" : "div",
    { hidden: "" },
    pick ? el("summary", {}, "Every unit, over any text") : "",
    box.root,
    el("div", { class: "lbl-row lbl-choices" }, which, sorting),
    el("div", { class: "lbl-row" }, unit.root),
  );
  const known = choice("What it follows", named, pick, ({ name }) => name, choose);
  known.hidden = !named.length;
  const { load, root: button } = loader(model, "the model", opened);
  const why = el("p", { class: "lbl-note" }, "With it you see every unit, over any text.");
  if (pick) button.append(why);
  const { say, ready } = figure(host, "gates-over-text", model.get("title"), known, button, inside, picture);

  function opened(file) {
    net = readModel(file);
    before = firstState(net, model.get("eos_key"));
    inside.hidden = false;
    why.remove();
    ranking = net.layers[layer] ? Array.from({ length: net.layers[layer].n }, (_, j) => j) : [];
    unit.input.max = ranking.length;
    unit.set((pick ? pick.unit : model.get("unit")) + 1);
    box.use(net.index, model.get("unk_key"), model.get("eos_key"));
    return `LSTM layers of ${net.layers.map(({ n }) => n).join(" and ")} units.`;
  }

  function read(found, typing = false) {
    let same = 0;
    while (same < Math.min(found.length, words.length) && found[same].id === words[same].id) same++;
    words = found;
    states.length = same;
    for (const { id } of words.slice(same)) states.push(readWord(net, states[states.length - 1] ?? before, id));
    at.input.max = Math.max(1, words.length);
    at.set(Math.min(+at.input.value, +at.input.max));
    sort();
    draw(typing ? 1200 : 350);
  }

  // One of the named units. Until the model is loaded its values over the first text are all there is.
  function choose(chosen) {
    pick = chosen;
    layer = pick.layer;
    if (net) {
      which.querySelectorAll("input")[layer].checked = true;
      sort();
      unit.set(ranking.indexOf(pick.unit) + 1);
    }
    draw();
  }

  // The unit that is shown: its number, its values at each word, and its cell before the first.
  function chosen() {
    if (!net) return { j: pick.unit, values: pick.values, start: pick.start };
    const j = ranking[+unit.input.value - 1];
    return { j, values: over(j), start: before[layer].c[j] };
  }

  // What the unit does at each word: { i: [...], f: [...], ... }.
  const over = (j) => Object.fromEntries(["i", "f", "g", "o", "c", "h"].map((key) => [key, states.map((state) => state[layer][key][j])]));

  // Put the units in order. The same unit stays chosen, unless the reader asked for an order.
  function sort(first = false) {
    const chosen = ranking[+unit.input.value - 1];
    ranking = Array.from({ length: net.layers[layer].n }, (_, j) => j);
    const { measure } = ORDERS[order];
    if (measure) {
      const scores = ranking.map((j) => measure(over(j)));
      ranking.sort((a, b) => scores[b] - scores[a] || a - b);
    }
    unit.input.max = ranking.length;
    unit.set(first && measure ? 1 : Math.max(0, ranking.indexOf(chosen)) + 1);
  }

  function draw(wait = 350) {
    picture.hidden = words.length === 0;
    if (!words.length) return say("There is no word to read.", wait);
    const { values } = chosen();
    const most = Math.max(1e-9, ...values.c.map(Math.abs));
    const { measure, told } = ORDERS[order];
    rank.textContent = measure ? `${capital(told)}: ${measure(values).toFixed(3)}.` : "";
    cells.set(`cell −${most.toFixed(2)}, output −1`, `cell +${most.toFixed(2)}, output +1`);
    const band = (colour) => el("span", { class: "lbl-tone", style: colour && `background: ${colour}` });
    const names = el("li", { class: "lbl-names", "aria-hidden": "true" }, el("span", {}, "\u00a0"), ...BANDS.map(({ short }) => el("span", { class: "lbl-tone-name" }, short)));
    text.replaceChildren(
      names,
      ...words.map((word, k) => {
        const tones = BANDS.map(({ key, gate }) => band(bandColour(key === "c" ? values.c[k] / most : values[key][k], gate)));
        const go = () => (at.set(k + 1), mark());
        return el("li", { class: word.unknown ? "is-unknown" : "", onclick: go }, el("span", { class: "lbl-over" }, word.text), ...tones);
      }),
    );
    mark(wait);
  }

  // The numbers at the chosen word, and how the cell has come about.
  function mark(wait = 350) {
    const k = +at.input.value - 1;
    const { j, values, start } = chosen();
    const was = k ? values.c[k - 1] : start;
    [...text.children].slice(1).forEach((li, n) => li.classList.toggle("is-chosen", n === k));
    const word = words[k].unknown ? `${words[k].text}, read as ${net.words[words[k].id]}` : words[k].text;
    caption.textContent = `Unit ${j} at “${word}”`;
    rows.forEach(({ value, bar }, n) => {
      const { key, gate } = BANDS[n];
      const v = values[key][k];
      value.textContent = gate ? v.toFixed(3) : signed(v);
      const name = `lbl-bar ${gate ? "" : v < 0 ? "is-below" : "is-above"}`;
      bar.replaceChildren(el("span", { class: name, style: `width: ${(100 * Math.min(1, Math.abs(v))).toFixed(1)}%` }));
    });
    const [i, f, g, c] = ["i", "f", "g", "c"].map((key) => values[key][k]);
    sum.textContent =
      `The cell: forget gate times the cell before plus input gate times the candidate, ` +
      `${f.toFixed(3)} × ${signed(was)} + ${i.toFixed(3)} × ${signed(g)} = ${signed(c)}.`;
    const heard = BANDS.map(({ key, name, gate }) => `${name} ${gate ? values[key][k].toFixed(2) : signed(values[key][k])}`).join(", ");
    say(`Unit ${j} of layer ${layer + 1} at “${words[k].text}”: ${heard}.`, wait);
  }

  picture.hidden = !pick;
  if (!pick) say(`A language model of ${model.get("n_words").toLocaleString("en")} words. Not loaded yet.`);
  else {
    words = model.get("texts")[0].split(/\s+/).map((word) => ({ text: word, unknown: false }));
    at.input.max = words.length;
    at.set(1);
    choose(pick);
  }
  ready();
}

export default { render };
