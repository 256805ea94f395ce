// A text in rows, and windows that move over all rows at once: what ptb_iterator hands out.
import { el, figure, slider, choice } from "./shared.js";

const [FEWEST, MOST_WORDS, LARGEST] = [4, 60, 10];

// Length of a row, and its windows. The last word of a row is a target only; the last window is
// short where num_steps doesn't divide what is left.
function layOut(n, batchSize, numSteps) {
  const row = Math.floor(n / batchSize);
  const used = Math.max(0, row - 1);
  return { row, windows: Math.ceil(used / numSteps), used };
}

function render({ model, el: host }) {
  const texts = model.get("texts");
  let words = texts[0];
  let count = 1; // of windows

  // Controls.
  const own = el("textarea", { class: "lbl-sentence", rows: 2, maxlength: 600, spellcheck: "false", oninput: type });
  own.value = words.join(" ");
  const brief = (text) => `${text.slice(0, 6).join(" ")}${text.length > 6 ? " …" : ""}`;
  const which = choice("Text", texts, words, brief, (text) => ((own.value = text.join(" ")), type()));
  which.hidden = texts.length < 2;
  const hint = el("p", { class: "lbl-note lbl-error", role: "alert", hidden: "" });
  const size = (label, value) => slider(label, { min: 1, max: LARGEST, step: 1, value }, (v) => `${v}`, () => (at.set(1), draw()));
  const batch = size("batch_size", model.get("batch_size"));
  const steps = size("num_steps", model.get("num_steps"));
  const at = slider("Iteration", { min: 1, max: 2, step: 1, value: 1 }, (v) => `${v} of ${count}`, () => draw());
  const next = el("button", { type: "button", onclick: goOn }, "Next window");

  // Pictures.
  const parts = el("ol", { class: "lbl-parts", "aria-label": "The text, cut into rows" });
  const sums = el("p", { class: "lbl-note" });
  const head = el("tr");
  const body = el("tbody");
  const grid = el("table", { class: "lbl-grid-words" }, el("caption", {}, "The rows, one under the other"), el("thead", {}, head), body);
  const scroller = el("div", { class: "lbl-scroll", tabindex: 0, role: "region", "aria-label": "The rows" }, grid);
  const legend = el(
    "p",
    { class: "lbl-note lbl-keys" },
    el("span", { class: "is-input" }, "input now"),
    el("span", { class: "is-target" }, "target now"),
    el("span", { class: "is-last" }, "only ever a target"),
    el("span", { class: "is-never" }, "never used"),
    el("span", {}, el("b", { class: "lbl-state" }, "→"), " the state goes on, the gradient stops"),
  );
  const pair = ["x: the inputs", "y: the targets, one word on"].map((caption) => {
    const rows = el("tbody");
    return { rows, root: el("table", { class: "lbl-matrix" }, el("caption", {}, caption), rows) };
  });
  const state = el("p", { class: "lbl-note" });
  const picture = el("div", {}, scroller, legend, el("div", { class: "lbl-columns" }, ...pair.map((p) => p.root)), state);
  const { say, ready } = figure(
    host,
    "synced-sequences",
    model.get("title"),
    which,
    el("label", { class: "lbl-own" }, "The text, or one of your own ", own),
    el("div", { class: "lbl-columns" }, batch.root, steps.root),
    hint,
    parts,
    sums,
    el("div", { class: "lbl-row" }, at.root, next),
    picture,
  );

  function type() {
    const typed = own.value.split(/\s+/).filter(Boolean);
    which.querySelectorAll("input").forEach((radio, i) => (radio.checked = texts[i].join(" ") === typed.join(" ")));
    if (typed.length < FEWEST) return complain(`A text of at least ${FEWEST} words, please.`);
    if (typed.length > MOST_WORDS) return complain(`At most ${MOST_WORDS} words, please; these are ${typed.length}.`);
    words = typed;
    at.set(1);
    draw();
  }

  function complain(text) {
    if (hint.textContent !== text) hint.textContent = text;
    hint.hidden = !text;
  }

  function goOn() {
    at.set(+at.input.value < count ? +at.input.value + 1 : 1);
    draw();
  }

  function draw() {
    const [n, b, t] = [words.length, +batch.input.value, +steps.input.value];
    const { row, windows, used } = layOut(n, b, t);
    const rows = Array.from({ length: b }, (_, i) => words.slice(i * row, (i + 1) * row));
    const cut = words.slice(b * row);
    const short = `the text has ${n} words, and ${b} rows need ${2 * b}: a word and the next in each row`;
    complain(windows ? "" : `ptb_iterator raises a ValueError here: ${short}.`);
    const part = (name, list, kind) => el("li", { class: kind }, el("b", {}, name), " ", list.join(" "));
    parts.replaceChildren(...rows.filter((r) => r.length).map((r, i) => part(`row ${i + 1}`, r, "")), ...(cut.length ? [part("cut off", cut, "is-never")] : []));
    picture.hidden = !windows;
    at.input.disabled = next.disabled = windows < 2;
    at.input.max = count = Math.max(windows, 1);
    at.set(Math.min(+at.input.value, count));
    if (!windows) {
      sums.textContent = `${n} // ${b} = ${row} words in a row.`;
      return say(hint.textContent);
    }
    const never = n - used * b - b;
    const left = used % t;
    const many = windows === 1 ? "1 window" : `${windows} windows`;
    sums.textContent =
      `${n} // ${b} = ${row} words in a row. Its first ${used} make ${many} of ${t}` +
      `${left ? `, the last one short: ${left}. The original left the short one out.` : "."} ` +
      `Of the ${n} words ${used * b} are inputs, ${b} ${b === 1 ? "is" : "are"} only ever ${b === 1 ? "a target" : "targets"}, ${never} ${never === 1 ? "is" : "are"} never used.`;

    const now = +at.input.value - 1;
    const start = now * t;
    const end = Math.min(start + t, used);
    drawGrid(rows, { t, windows, used, now, start, end });
    const cells = (list) => el("tr", {}, ...list.map((word) => el("td", {}, word)));
    pair.forEach(({ rows: target }, shift) => target.replaceChildren(...rows.map((r) => cells(r.slice(start + shift, end + shift)))));
    state.textContent = now
      ? `Each row's state after window ${now} is what it begins window ${now + 1} with.`
      : "Each row begins the first window with a state of zeros. When the windows are through, the next epoch begins here again.";
    const read = rows[0].slice(start, end).join(" ");
    const targets = rows[0].slice(start + 1, end + 1).join(" ");
    say(
      `Iteration ${now + 1} of ${windows}, ${b} ${b === 1 ? "row" : "rows"}. Row 1 reads: ${read}. Its targets: ${targets}. ` +
        `The state is ${now ? `that of window ${now}` : "zero"}. ${never} of ${n} words are never used.`,
    );
  }

  // Windows side by side; before each, the state that comes in.
  function drawGrid(rows, { t, windows, used, now, start, end }) {
    const th = (text, columns, kind) => el("th", { scope: "colgroup", colspan: columns, class: kind }, text);
    const name = (w) => (t < 2 ? `${w + 1}` : `window ${w + 1}`);
    const groups = Array.from({ length: windows }, (_, w) => [el("td"), th(name(w), Math.min(t, used - w * t), w === now && "is-now")]);
    head.replaceChildren(el("td"), ...groups.flat(), el("td"));
    body.replaceChildren(
      ...rows.map((row, r) => {
        const line = el("tr", {}, el("th", { scope: "row" }, `${r + 1}`));
        row.forEach((word, i) => {
          const w = i / t;
          if (i < used && Number.isInteger(w)) {
            const arrow = w === 0 ? "0\u00a0→" : "→";
            line.append(el("td", { class: `lbl-state ${w === now ? "is-now" : ""}` }, arrow));
          }
          const kinds = [
            i >= start && i < end && "is-input",
            i > start && i <= end && "is-target",
            i === used && "is-last",
          ];
          line.append(el("td", { class: kinds.filter(Boolean).join(" ") }, word));
        });
        return line;
      }),
    );
    const first = body.querySelector(".lbl-state.is-now");
    const last = body.querySelector("tr").querySelectorAll(".is-target");
    const right = last[last.length - 1].offsetLeft + last[last.length - 1].offsetWidth;
    if (first.offsetLeft < scroller.scrollLeft || right > scroller.scrollLeft + scroller.clientWidth) {
      scroller.scrollLeft = Math.max(0, first.offsetLeft - 40);
    }
  }

  draw();
  ready();
}

export default { render };
