// Beam search, a step at a time: what is kept, what is dropped, and how the end is chosen.
import { longest, firstBeam, beamStep, ended, lengthOf, valueOf, best, search } from "./beam.js";
import { nats } from "./numbers.js";
import { printed, sentenceBox, translatorLoader } from "./sentences.js";
import { encode } from "./seq2seq.js";
import { el, figure, slider, table } from "./shared.js";
import { basicTokenizer } from "./words_of.js";

function render({ model, el: host }) {
  let net = null;
  let words = [];
  let source = null;
  let [kept, dropped] = [[], []]; // after each step; kept[0] is the beginning
  let t = 0; // the step that is shown
  let greedy = null;
  let asked = 0;

  // Controls.
  const box = sentenceBox(model.get("examples"), read);
  const size = slider("Beam size", { min: 1, max: 5, step: 1, value: model.get("beam_size") }, (v) => (v === 1 ? "1: greedy" : `${v}`), () => net && restart());
  const penalty = slider("Length penalty", { min: 0, max: 1, step: 0.05, value: model.get("length_penalty") }, (v) => v.toFixed(2), () => draw());
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const back = button("Back", () => go(t - 1));
  const step = button("Step", () => go(t + 1));
  const toEnd = button("To the end", () => go(Infinity));

  // What is shown.
  const now = el("p", { class: "lbl-note" });
  const stays = beamTable("Kept", ["hypothesis", "new word", "sum"]);
  const goes = beamTable("Dropped, the likeliest of them", ["hypothesis", "new word", "sum"]);
  const gone = el("p", { class: "lbl-note" });
  const ends = beamTable("The end", ["translation", "sum", "words", "value"]);
  const rule = el("p", { class: "lbl-note" });
  const final = el("div", { hidden: "" }, el("div", { class: "lbl-row" }, penalty.root), ends.root, rule);
  const [alone, against] = [el("p"), el("p", { class: "lbl-note" })];
  const other = el("div", {}, el("p", { class: "lbl-caption" }, "Greedy search"), alone, against);
  const steps = el("div", { class: "lbl-row" }, back, step, toEnd);
  const result = el("div", {}, steps, now, stays.root, goes.root, gone, final, other);
  const inside = el("div", { hidden: "" }, box.root, el("div", { class: "lbl-row" }, size.root));
  const translator = translatorLoader(model, box, (loaded) => {
    [net, source] = [loaded, null];
    inside.hidden = false;
    example.hidden = true;
  });
  const example = el("p", { class: "lbl-note", lang: "en" }, model.get("examples")[0] ?? "");
  const { root, say, ready } = figure(host, "beam-search", model.get("title"), example, translator.root, inside, result);

  const most = () => longest(words.length, model.get("buckets"));
  const atEnd = () => ended(kept[t], most());

  function read(list, typing) {
    if (!list) return;
    const text = (all) => all.map((word) => word.text).join(" ");
    if (typing || (source && text(list) === text(words))) return; // a sentence counts when it is finished
    words = list;
    restart();
  }

  async function restart() {
    const mine = ++asked;
    root.dataset.busy = "true";
    source = encode(net, words.map(({ id }) => id));
    [kept, dropped, t, greedy] = [[firstBeam(source)], [[]], 0, null];
    draw();
    const found = await search(net, source, 1, most(), 0, () => mine === asked);
    if (!found) return;
    greedy = found;
    draw();
    root.dataset.busy = "false";
  }

  function go(to) {
    const focused = document.activeElement;
    t = Math.min(to, kept.length - 1);
    while (t < to && !atEnd()) {
      if (t === kept.length - 1) {
        const n = +size.input.value;
        const next = beamStep(net, source, kept[t], n, n);
        kept.push(next.kept);
        dropped.push(next.dropped);
      }
      t++;
    }
    draw();
    if (focused.disabled) (focused === back ? step : back).focus();
  }

  // A word by its id; in a stored search, where there is no network, the word itself.
  const wordOf = (id) => (typeof id === "string" ? id : net.target.words[id]);
  const french = (ids) => printed(ids.map(wordOf));
  const same = (a, b) => a.done === b.done && a.ids.join() === b.ids.join();
  const isGreedy = ({ ids, done }) => greedy && same({ ids, done }, { ids: greedy.ids.slice(0, ids.length), done: done && greedy.done && ids.length === greedy.ids.length });
  const tag = (text) => el("span", { class: "lbl-tag" }, text);

  // A hypothesis, its newest word in bold, and what there is to say about it.
  function named(one) {
    const text = french(one.ids);
    const word = one.done || !one.ids.length ? "" : wordOf(one.ids[one.ids.length - 1]);
    const first = text.slice(0, text.length - word.length);
    const cell = el("th", { scope: "row" }, el("span", { lang: "fr" }, first, ...(word ? [el("b", {}, word)] : [])));
    if (one.done) cell.append(tag(one.old ? "ended before" : "ends: _EOS"));
    if (isGreedy(one)) cell.append(tag("greedy"));
    return cell;
  }

  function rowOf(one) {
    const before = kept[t - 1][one.parent].score;
    const numbers = [one.old ? "" : nats(one.score - before), nats(one.score)];
    return el("tr", {}, named(one), ...numbers.map((text) => el("td", {}, text)));
  }

  function draw() {
    result.hidden = !words.length;
    if (!words.length) return say("There is no sentence to translate.");
    const finished = atEnd();
    back.disabled = t === 0;
    step.disabled = toEnd.disabled = finished;
    final.hidden = !finished;
    stays.root.hidden = t === 0;
    goes.root.hidden = gone.hidden = t === 0 || !dropped[t].length;
    now.textContent = t
      ? `Step ${t}${finished ? ", the last" : ""}. The sum of the logarithms decides what is kept.`
      : "Nothing is written yet. The first step scores every French word as the first of the sentence.";
    if (t) {
      stays.set(kept[t].map(rowOf));
      goes.set(dropped[t].map(rowOf));
      const parents = new Set(kept[t].map(({ parent }) => parent));
      const left = kept[t - 1].filter((_, i) => t > 1 && !parents.has(i)).map(({ ids }) => `“${french(ids)}”`);
      gone.textContent = left.length ? `No longer continued: ${left.join(", ")}.` : "";
    }
    const told = finished ? drawEnd() : "";
    drawGreedy(finished);
    const list = (all) => all.map((one) => `“${french(one.ids)}”${one.done ? ", ended," : ""} ${nats(one.score)}`).join("; ");
    say(t ? `Step ${t}. Kept: ${list(kept[t])}. ${told || (dropped[t].length ? `Dropped: ${list(dropped[t])}.` : "")}` : now.textContent);
  }

  function drawEnd() {
    const power = +penalty.input.value;
    const chosen = best(kept[t], power);
    const rows = kept[t].map((one) => {
      const numbers = [nats(one.score), lengthOf(one), nats(valueOf(one, power))];
      const name = el("th", { scope: "row" }, el("span", { lang: "fr" }, french(one.ids) || "(nothing)"));
      if (one === chosen) name.append(tag("chosen"));
      if (!one.done) name.append(tag("cut off"));
      return el("tr", { class: one === chosen ? "is-best" : "" }, name, ...numbers.map((v) => el("td", {}, `${v}`)));
    });
    ends.set(rows);
    rule.textContent =
      "The value is the sum divided by the number of words, _EOS included, to the power of the length penalty. The highest is chosen. " +
      "At 0 that is the likeliest, and short ones have it easier; at 1 the best mean per word.";
    return `Chosen with length penalty ${power.toFixed(2)}: “${french(chosen.ids)}”, ${nats(valueOf(chosen, power))}.`;
  }

  function drawGreedy(finished) {
    other.hidden = !greedy;
    if (!greedy) return;
    alone.replaceChildren(el("span", { lang: "fr" }, french(greedy.ids) || "(nothing)"), ` (sum ${nats(greedy.score)}, ${lengthOf(greedy)} words with _EOS)`);
    const lost = kept.slice(1, t + 1).findIndex((list) => !list.some(isGreedy)) + 1;
    if (!finished) {
      against.textContent = lost ? `The beam dropped this hypothesis at step ${lost}.` : t ? "The beam still holds this hypothesis." : "";
      return;
    }
    const chosen = best(kept[t], +penalty.input.value);
    const gap = Math.exp(chosen.score - greedy.score);
    const times = `${gap < 1000 ? gap.toFixed(gap < 1 ? 2 : 1) : gap.toExponential(0)} times as likely`;
    if (same(chosen, greedy)) against.textContent = "The beam chose the same.";
    else if (gap > 1) against.textContent = `The beam found a likelier whole: ${times}.`;
    else if (lost) against.textContent = `The beam's choice is only ${times} as greedy's: it had dropped that hypothesis at step ${lost}, and can't come back to it.`;
    else against.textContent = `The beam's choice is only ${times} as greedy's, but longer: that is what the length penalty is for.`;
  }

  // A search that Python has made, to step through until the network is there.
  const stored = model.get("steps");
  if (stored.length) {
    words = basicTokenizer(model.get("examples")[0]);
    [kept, dropped] = [[firstBeam({}), ...stored.map((one) => one.kept)], [[], ...stored.map((one) => one.dropped)]];
    greedy = model.get("greedy").ids ? model.get("greedy") : null;
    t = Math.min(3, stored.length);
    draw();
  } else {
    result.hidden = true;
    say(translator.summary);
  }
  ready();
}

// A table of hypotheses: its element, and a way to fill it.
function beamTable(title, heads) {
  const body = el("tbody");
  const root = table({ class: "lbl-beam" }, title, heads, body);
  return { root, set: (rows) => body.replaceChildren(...rows) };
}

export default { render };
