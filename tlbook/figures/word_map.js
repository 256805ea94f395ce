// The map of the words: find one, see its neighbours in the full space, do arithmetic with three.
import { loader, lines } from "./load.js";
import { writeLabels, scatter } from "./scatter.js";
import { el, figure, table } from "./shared.js";
import { unitRows, combine, nearest } from "./vectors.js";
import { wordBox } from "./word_box.js";

function render({ model, el: host }) {
  const k = model.get("n_neighbours");
  let [words, unit, n] = [[], null, 0];
  let chosen = null; // { marks: [ids], lines: [[from, to], ...], found: [{ i, cosine }] }
  let hovered = -1;

  const find = wordBox("Find a word", look);
  const terms = ["Start with", "minus", "plus"].map((label) => wordBox(label, () => calculate()));
  const map = scatter("Map of words", { paint, onpick: (i) => (find.set(words[i]), look(i, false)), onhover: hover });
  const results = ["Nearest words", "Answer"].map((text) => {
    const caption = el("caption", {}, text);
    const body = el("tbody");
    const root = table({ class: "lbl-bars", hidden: "" }, caption, ["word", "cosine", ""], body);
    return { root, caption, body };
  });
  const remark = el("p", { class: "lbl-note" });
  const examples = el("div", { class: "lbl-row lbl-tries", role: "group", "aria-label": "Examples" });
  const sum = el(
    "div",
    { class: "lbl-row lbl-sum", role: "group", "aria-label": "Arithmetic with words" },
    terms[0].root, el("span", { "aria-hidden": "true" }, "−"), terms[1].root, el("span", { "aria-hidden": "true" }, "+"), terms[2].root,
  );
  const inside = el(
    "div",
    { hidden: "" },
    el("div", { class: "lbl-row" }, el("span", {}, "Find a word "), find.root, map.buttons),
    find.note,
    map.root,
    map.hint,
    el(
      "div",
      { class: "lbl-columns" },
      el("div", {}, results[0].root),
      el("div", {}, el("p", { class: "lbl-caption" }, "Arithmetic with words"), sum, ...terms.map((box) => box.note), examples, results[1].root, remark),
    ),
  );
  const { load, root: button } = loader(model, "the words", opened);
  const { say, ready } = figure(host, "word-map", model.get("title"), button, inside);

  function opened(vectors, places) {
    words = lines(vectors.words);
    unit = unitRows(vectors.embeddings);
    const { shape, data } = places.positions;
    n = shape[0]; // the map may hold fewer words than there are vectors
    const most = data.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
    map.use(...[0, 1].map((axis) => Float32Array.from({ length: n }, (_, i) => data[2 * i + axis] / most)));
    for (const box of [find, ...terms]) box.use(words);
    inside.hidden = false;
    const has = (list) => list.every((word) => words.includes(word));
    const questions = model.get("questions").filter(has);
    for (const question of questions) {
      const [a, b, c] = question;
      examples.append(el("button", { type: "button", onclick: () => ask(question) }, `${a} − ${b} + ${c}`));
    }
    if (questions.length) questions[0].forEach((word, i) => terms[i].set(word));
    if (questions.length) calculate(false);
    const first = model.get("word");
    // A narrow map begins at this word: as a whole it would be a cloud without a name.
    if (words.includes(first)) (find.set(first), look(words.indexOf(first), host.clientWidth < 560));
    return `${words.length.toLocaleString("en")} words, each a vector of ${unit.d} numbers.`;
  }

  function ask(question) {
    question.forEach((word, i) => terms[i].set(word));
    calculate();
  }

  const onMap = (ids) => ids.filter((i) => i < n);
  const listed = (found) => found.map(({ i, cosine }) => `${words[i]} ${cosine.toFixed(3)}`).join(", ");

  // The words nearest to one, by cosine of the vectors; not those that stand near it on the map.
  function look(i, go = true) {
    const found = nearest(unit, combine(unit, [[i, 1]]), k, [i]);
    show(results[0], `Nearest to ${words[i]}`, found);
    chosen = { marks: [i], lines: found.map((one) => [i, one.i]), found };
    if (go) map.lookAt(onMap([i, ...found.map((one) => one.i)]));
    map.redraw();
    say(`Nearest to ${words[i]}: ${listed(found)}.`);
  }

  function calculate(mark = true) {
    const ids = terms.map((box) => box.id());
    if (ids.includes(undefined)) return;
    const [a, b, c] = ids;
    const vector = combine(unit, [[a, 1], [b, -1], [c, 1]]);
    const found = nearest(unit, vector, k, ids);
    const question = `${words[a]} − ${words[b]} + ${words[c]}`;
    show(results[1], question, found);
    const [first] = nearest(unit, vector, 1);
    remark.textContent = "The three words of the question are left out.";
    if (ids.includes(first.i)) remark.textContent += ` Else ${words[first.i]} would come first, with ${first.cosine.toFixed(3)}.`;
    if (!mark) return;
    chosen = { marks: ids, lines: [[b, a], [c, found[0].i]], found: found.slice(0, 1) };
    map.lookAt(onMap([...ids, found[0].i]));
    map.redraw();
    say(`${question}: ${listed(found)}.`);
  }

  function show({ root, caption, body }, title, found) {
    root.hidden = false;
    caption.textContent = title;
    body.replaceChildren(
      ...found.map(({ i, cosine }) => {
        const word = el("button", { type: "button", class: "lbl-word", onclick: () => (find.set(words[i]), look(i)) }, words[i]);
        const bar = el("span", { class: "lbl-bar", style: `width: ${Math.max(0, 100 * cosine).toFixed(1)}%` });
        return el("tr", {}, el("th", { scope: "row" }, word), el("td", { class: "lbl-percent" }, cosine.toFixed(3)), el("td", {}, bar));
      }),
    );
  }

  function hover(i) {
    if (i !== hovered) map.redraw();
    hovered = i;
  }

  function paint(context, { at, width, height, zoom, colours }) {
    const radius = Math.min(4, 1.3 + Math.log2(zoom) / 2);
    const spots = Array.from({ length: n }, (_, i) => at(i));
    const seen = spots.map(([x, y]) => x > -9 && y > -9 && x < width + 9 && y < height + 9);
    context.fillStyle = colours.edge;
    context.beginPath();
    spots.forEach(([x, y], i) => seen[i] && (context.moveTo(x + radius, y), context.arc(x, y, radius, 0, 7)));
    context.fill();

    const { marks, found } = chosen ?? { marks: [], found: [] };
    context.strokeStyle = colours.primary;
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [from, to] of (chosen?.lines ?? []).filter((pair) => onMap(pair).length === 2)) {
      context.moveTo(...spots[from]);
      context.lineTo(...spots[to]);
    }
    context.stroke();
    const dot = (i, size, fill) => {
      context.fillStyle = fill;
      context.beginPath();
      context.arc(...spots[i], size, 0, 7);
      context.fill();
    };
    const others = onMap(found.map((one) => one.i));
    for (const i of others) dot(i, 4, colours.primary);
    for (const i of onMap(marks)) (dot(i, 7, colours.second), dot(i, 3, colours.back));

    const bold = [...new Set([...(hovered >= 0 ? [hovered] : []), ...onMap(marks), ...others])];
    const must = (i) => i === hovered || marks.includes(i);
    const label = (i, bold) => ({ text: words[i], x: spots[i][0], y: spots[i][1], bold, must: must(i) });
    const rest = [];
    for (let i = 0; i < n && rest.length < 600; i++) if (seen[i] && !bold.includes(i)) rest.push(label(i, false));
    writeLabels(context, [...bold.map((i) => label(i, true)), ...rest], { width, height }, colours);
  }

  ready();
  return map.off;
}

export default { render };
