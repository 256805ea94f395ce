// Recorded trainings of a language model: sliders choose one by its rate, clipping and decay; its
// perplexity, its rate and the length of its gradient are drawn beside those of all others.
import { chart } from "./chart.js";
import { el, capital, figure, slider, table } from "./shared.js";

const SETTINGS = [
  ["learning_rate", "Learning rate"],
  ["max_grad_norm", "max_grad_norm"],
  ["lr_decay", "lr_decay"],
];
const HIGHEST = 2; // An axis ends at so many times a usual value: runs that fail go up without end.

function render({ model, el: host }) {
  const runs = model.get("runs");
  const final = (run) => run.history.val_perplexity.at(-1) ?? Infinity;
  const best = runs.reduce((a, b) => (final(b) < final(a) ? b : a));
  const chosen = Object.fromEntries(SETTINGS.map(([key]) => [key, runs[0][key]]));
  const current = () => runs.find((run) => SETTINGS.every(([key]) => run[key] === chosen[key]));
  const name = (run) => `learning rate ${run.learning_rate}, max_grad_norm ${run.max_grad_norm}, lr_decay ${run.lr_decay}`;
  const perplexity = (v) => (v === Infinity || v === null ? "infinite" : v > 1e6 ? "over a million" : v.toLocaleString("en", { maximumFractionDigits: v < 1000 ? 1 : 0 }));
  const short = (v) => (v === null ? "infinite" : `${+v.toPrecision(3)}`);
  const percent = (v) => (v === null ? "unknown" : `${+(100 * v).toFixed(1)} %`);

  const sliders = SETTINGS.map(([key, label]) => {
    const list = [...new Set(runs.map((run) => run[key]))].sort((a, b) => a - b);
    const range = { min: 0, max: list.length - 1, step: 1, value: list.indexOf(chosen[key]) };
    return slider(label, range, (i) => `${list[i]}`, (i) => ((chosen[key] = list[i]), draw()));
  });
  const plots = { val_perplexity: chart("epoch", 260), learning_rate: chart("epoch", 170), grad_norm: chart("epoch", 170) };
  const keys = [["is-chosen", "this run"], ["", "all others (below: those with the same learning rate)"], ["is-pinned", "max_grad_norm, the longest gradient that isn't shortened"]];
  const legend = el("p", { class: "lbl-note" }, ...keys.flatMap(([kind, text]) => [el("span", { class: `lbl-key ${kind}` }), ` ${text} `]));
  const body = el("tbody");
  const caption = "This run: rate, median length of the gradient before clipping, share of the steps that were clipped, perplexity after the epoch";
  const numbers = table({}, caption, ["epoch", "rate", "gradient", "clipped", "perplexity"], body);
  const { say, ready } = figure(
    host,
    "clipping-and-decay",
    model.get("title"),
    el("div", { class: "lbl-columns" }, ...sliders.map((one) => one.root)),
    plots.val_perplexity.root,
    el("div", { class: "lbl-columns" }, plots.learning_rate.root, plots.grad_norm.root),
    legend,
    el("p", { class: "lbl-note" }, "What is higher than an axis, or infinite, is drawn at its upper end."),
    numbers,
  );

  // What is infinite has no place in JSON, and is null; on the axis it is at the upper end.
  const heights = (run, key) => run.history[key].map((v) => v ?? Number.MAX_VALUE);
  const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

  function plot(key, some, yLabel, label, y, lines = []) {
    const run = current();
    const ordered = [...some.filter((one) => one !== run), run]; // the chosen one on top
    const x = range(runs.map((one) => one.history.epoch));
    const series = ordered.map((one) => ({ x: one.history.epoch, y: heights(one, key), class: one === run ? "is-chosen" : "" }));
    series.push(...lines.map((height) => ({ x, y: [height, height], class: "is-pinned" })));
    plots[key].draw({ label, yLabel, x, y, series });
  }

  function draw() {
    const run = current();
    const { epoch, learning_rate: rates, grad_norm: norms, clipped, val_perplexity: values } = run.history;
    const last = epoch.length - 1;
    const near = runs.filter((one) => one.learning_rate === run.learning_rate);
    const all = (key, some) => some.flatMap((one) => heights(one, key));

    const found = all("val_perplexity", runs);
    const low = Math.min(...found);
    const now = `from ${perplexity(values[0])} to ${perplexity(values[last])}`;
    plot("val_perplexity", runs, "validation perplexity", `Perplexity by epoch of ${runs.length} runs. This one: ${now}`, [low, Math.min(Math.max(...found), HIGHEST * low)]);
    plot("learning_rate", near, "rate", `Rate by epoch: from ${short(rates[0])} to ${short(rates[last])}`, [0, run.learning_rate]);

    const lengths = all("grad_norm", near);
    const top = Math.min(Math.max(...lengths), HIGHEST * median(lengths));
    const longest = run.max_grad_norm <= top ? [run.max_grad_norm] : [];
    const grown = `from ${short(norms[0])} to ${short(norms[last])}; max_grad_norm is ${run.max_grad_norm}`;
    plot("grad_norm", near, "length of the gradient", `Length of the gradient before clipping, by epoch: ${grown}`, [0, top], longest);
    body.replaceChildren(
      ...epoch.map((number, i) => {
        const cells = [short(rates[i]), short(norms[i]), percent(clipped[i]), perplexity(values[i])];
        return el("tr", {}, el("th", { scope: "row" }, `${number}`), ...cells.map((cell) => el("td", {}, cell)));
      }),
    );
    const share = clipped.includes(null) ? null : clipped.reduce((a, b) => a + b) / clipped.length;
    const beside = run === best ? "No other run ends lower." : `The lowest of all is ${perplexity(final(best))}, with ${name(best)}.`;
    const shortened = share === null ? "" : `, ${percent(share)} of the steps clipped`;
    say(`${capital(name(run))}: perplexity ${perplexity(final(run))} after ${epoch[last]} epochs${shortened}. ${beside}`);
  }

  draw();
  ready();
}

export default { render };
