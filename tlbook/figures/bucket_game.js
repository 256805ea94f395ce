// Pairs of sentences in buckets whose sizes are sliders: what is padding, and what is left out.
import { el, figure, slider, choice, table } from "./shared.js";
import { basicTokenizer } from "./words_of.js";

const [MOST_BUCKETS, MOST_LETTERS] = [6, 400];
const SMALLEST = [2, 3]; // room for one word
const SIDES = ["I", "O"]; // steps of the encoder, steps of the decoder

// The first bucket with room, by the rule of tl.nlp; -1 if there is none.
export const bucketOf = (nSource, nTarget, buckets) => buckets.findIndex(([sizeIn, sizeOut]) => nSource < sizeIn && nTarget + 1 < sizeOut);

// Where a sentence without a translation goes. Where it is too long, a bucket is made for it.
export function bucketToTranslate(nSource, buckets) {
  const [sizeIn, sizeOut] = buckets[buckets.length - 1];
  return buckets.find(([size]) => nSource < size) ?? [nSource + 1, Math.ceil(((nSource + 1) * sizeOut) / sizeIn)];
}

// Pairs of each bucket, and the share of padding, as tl.nlp.padding_share counts it: with _GO and
// _EOS, both sides together. lengths: [source words, target words, how many pairs].
export function fill(lengths, buckets) {
  const rows = buckets.map(() => ({ pairs: 0, used: 0, slots: 0 }));
  let tooLong = 0;
  for (const [source, target, pairs] of lengths) {
    const at = bucketOf(source, target, buckets);
    if (at < 0) tooLong += pairs;
    else {
      rows[at].pairs += pairs;
      rows[at].used += pairs * (source + target + 2);
      rows[at].slots += pairs * (buckets[at][0] + buckets[at][1]);
    }
  }
  const all = { pairs: 0, used: 0, slots: 0 };
  for (const row of rows) for (const key of Object.keys(all)) all[key] += row[key];
  return { rows, all, tooLong, share: share(all) };
}

const share = ({ used, slots }) => (slots ? 1 - used / slots : NaN);

// What the network reads of a pair, step by step. No target: it is yet to be translated.
export function stepsOf(source, target, [sizeIn, sizeOut]) {
  const padding = (n) => Array(n).fill("_PAD");
  const words = ["_GO", ...target, ...(target.length ? ["_EOS"] : [])];
  return {
    encoder: [...padding(sizeIn - source.length), ...[...source].reverse()],
    decoder: [...words, ...padding(sizeOut - words.length)],
  };
}

// Give a bucket another size. Others move along where they would be out of order.
export function moved(buckets, k, side, value) {
  return buckets.map((bucket, i) => {
    const sizes = [...bucket];
    sizes[side] = i === k ? value : i < k ? Math.min(sizes[side], value) : Math.max(sizes[side], value);
    return sizes;
  });
}

// Add a bucket: halfway between the one with the most padding and the one before.
export function added(buckets, rows) {
  const waste = rows.map(({ used, slots }) => slots - used);
  const k = waste.indexOf(Math.max(...waste));
  const before = buckets[k - 1] ?? SMALLEST;
  const halfway = buckets[k].map((size, side) => Math.floor((before[side] + size) / 2));
  return [...buckets.slice(0, k), halfway, ...buckets.slice(k)];
}

function render({ model, el: host }) {
  const [lengths, first] = [model.get("lengths"), model.get("first")];
  const toBeat = fill(lengths, first);
  const total = lengths.reduce((sum, [, , n]) => sum + n, 0);
  let buckets = model.get("buckets");
  let best = null;
  let pushed = "";
  let sliders = []; // of each bucket: I and O

  const count = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
  const percent = (v) => (Number.isNaN(v) ? "no share" : `${(100 * v).toFixed(1)} %`);
  const write = (list) => list.map((bucket) => `(${bucket.join(", ")})`).join(", ");

  // A pair of the reader's own.
  const examples = model.get("examples");
  const text = (lang) => el("input", { type: "text", class: "lbl-sentence", maxlength: MOST_LETTERS, autocomplete: "off", spellcheck: "false", lang, oninput: () => type() });
  const [english, french] = [text("en"), text("fr")];
  const brief = ([one]) => (one.length > 34 ? `${one.slice(0, 32).trimEnd()} …` : one);
  const which = choice("A pair", examples, examples[0], brief, (pair) => ([english.value, french.value] = pair, draw()));
  const lands = el("p", { class: "lbl-note" });
  const reads = ["The encoder reads, last word first", "The decoder reads"].map((caption, i) => {
    const [title, list] = [el("p", { class: "lbl-caption" }), el("ol", { class: "lbl-tokens", "aria-label": caption, lang: ["en", "fr"][i] })];
    return { caption, title, list, root: el("div", {}, title, list) };
  });

  // The buckets.
  const goal = el(
    "p",
    {},
    `With the first ${first.length === 1 ? "bucket" : `${first.length} buckets`} ${percent(toBeat.share)} is padding, and ${count(toBeat.tooLong, "pair")} ` +
      `of ${total.toLocaleString("en")} ${toBeat.tooLong === 1 ? "is" : "are"} too long and left out. ` +
      `Can you do better, with at most ${count(first.length, "bucket")} and no more pairs left out?`,
  );
  const sizes = el("div", { class: "lbl-columns lbl-buckets" });
  const button = (words, onclick) => el("button", { type: "button", onclick }, words);
  const add = button("Add a bucket", () => use(added(buckets, fill(lengths, buckets).rows)));
  const again = button(`Back to the first buckets`, () => use(first));
  const toBest = button("Back to the best", () => use(best.buckets));
  const body = el("tbody");
  const foot = el("tfoot");
  const content = table({ class: "lbl-fill" }, "What is in the buckets", ["bucket", "pairs", "slots", "padding"], body, foot);
  const key = (kind, words) => el("span", {}, el("span", { class: `lbl-slots ${kind}` }), words);
  const legend = el("p", { class: "lbl-note lbl-fill-keys" }, key("is-word", " words, _GO and _EOS"), key("is-padding", " padding"));
  const note = el("p", { class: "lbl-note" }, "I is how many steps the encoder has, O how many the decoder has.");
  const moves = el("p", { class: "lbl-note" });
  const { say, ready } = figure(
    host,
    "bucket-game",
    model.get("title"),
    which,
    el("label", { class: "lbl-own" }, "English, or a sentence of your own ", english),
    el("label", { class: "lbl-own" }, "French, if you like ", french),
    lands,
    ...reads.map((read) => read.root),
    el("p", { class: "lbl-caption" }, "The buckets, for all pairs together"),
    goal,
    note,
    sizes,
    moves,
    el("div", { class: "lbl-row" }, add, again, toBest),
    content,
    legend,
  );

  function type() {
    const typed = [english.value, french.value];
    which.querySelectorAll("input").forEach((radio, i) => (radio.checked = `${examples[i]}` === `${typed}`));
    draw();
  }

  // Other buckets, perhaps other in number: the sliders are made anew.
  function use(others) {
    pushed = "";
    buckets = others;
    build();
    keep();
  }

  function build() {
    const largest = model.get("largest");
    sliders = buckets.map((bucket, k) =>
      SIDES.map((side, s) => {
        const one = slider(side, { min: SMALLEST[s], max: largest[s], step: 1, value: bucket[s] }, (v) => `${v}`, (v) => move(k, s, v));
        one.input.setAttribute("aria-label", `${side} of bucket ${k + 1}`);
        return one;
      }),
    );
    const rows = sliders.map((pair, k) => {
      const remove = button("Remove", () => {
        use(buckets.filter((_, i) => i !== k));
        const others = sizes.querySelectorAll("button");
        (buckets.length > 1 ? others[Math.min(k, others.length - 1)] : add).focus();
      });
      remove.setAttribute("aria-label", `Remove bucket ${k + 1}`);
      remove.disabled = buckets.length < 2;
      return el("fieldset", { class: "lbl-choice lbl-bucket" }, el("legend", {}, `Bucket ${k + 1} `, remove), ...pair.map((one) => one.root));
    });
    sizes.replaceChildren(...rows);
  }

  function move(k, side, value) {
    const before = buckets;
    buckets = moved(buckets, k, side, value);
    const others = buckets.flatMap((bucket, i) => (i !== k && `${bucket}` !== `${before[i]}` ? [i + 1] : []));
    pushed = others.length ? `Bucket${others.length > 1 ? "s" : ""} ${others.join(", ")} moved along: small ones come first.` : "";
    for (const i of others) sliders[i - 1][side].set(value);
    keep();
  }

  function keep() {
    model.set("buckets", buckets);
    model.save_changes();
    draw();
  }

  // The reader's pair: its bucket, and what the network reads. Returns the number of the bucket.
  function drawPair() {
    const [source, target] = [english, french].map((input) => basicTokenizer(input.value));
    for (const { root } of reads) root.hidden = true;
    if (!source.length) {
      lands.textContent = "Type a sentence to see the bucket that it falls into.";
      return -1;
    }
    const found = target.length ? bucketOf(source.length, target.length, buckets) : buckets.findIndex(([size]) => source.length < size);
    const words = `${count(source.length, "word")}${target.length ? `, ${target.length} in French` : ""}: `;
    if (found < 0 && target.length) {
      lands.textContent = `${words}too long for all buckets. The pair is left out.`;
      return -1;
    }
    const bucket = found < 0 ? bucketToTranslate(source.length, buckets) : buckets[found];
    lands.textContent =
      words +
      (found < 0 ? `too long for all buckets. To translate it, a bucket (${bucket.join(", ")}) is made.` : `bucket ${found + 1}, (${bucket.join(", ")}).`) +
      (target.length ? "" : " Without a translation the decoder begins with _GO and nothing else.");
    const laid = stepsOf(source, target, bucket);
    [laid.encoder, laid.decoder].forEach((tokens, i) => {
      const { caption, title, list, root } = reads[i];
      const padding = tokens.filter((token) => token === "_PAD").length;
      title.textContent = `${caption}: ${tokens.length} steps, ${padding} of them padding`;
      const kind = (token) => (token === "_PAD" ? "is-pad" : /^_(GO|EOS)$/.test(token) ? "is-sign" : "");
      list.replaceChildren(...tokens.map((token) => el("li", { class: kind(token) }, token)));
      root.hidden = false;
    });
    return found;
  }

  // A row of the table; all bars have one scale.
  function row(head, { pairs, used, slots }, whole, kind) {
    const bar = el("span", { class: "lbl-slots-bar" });
    for (const [part, n] of [["is-word", used], ["is-padding", slots - used]]) {
      const piece = el("span", { class: `lbl-slots ${part}` });
      piece.style.width = `${(100 * n) / (whole || 1)}%`;
      bar.append(piece);
    }
    const cells = [pairs.toLocaleString("en"), bar, slots ? percent(share({ used, slots })) : "–"];
    return el("tr", { class: kind }, el("th", { scope: "row" }, ...head), ...cells.map((cell) => el("td", {}, cell)));
  }

  function draw() {
    const here = drawPair();
    const now = fill(lengths, buckets);
    const large = buckets[buckets.length - 1];
    const { all: single } = fill(lengths, [large]);
    const yours = (k) => (k === here ? [el("span", { class: "lbl-here" }, " your pair")] : []);
    body.replaceChildren(
      ...now.rows.map((its, k) => row([write([buckets[k]]), ...yours(k)], its, single.slots, k === here && "is-here")),
    );
    foot.replaceChildren(row(["together"], now.all, single.slots, "is-all"), row([`all in ${write([large])}`], single, single.slots));
    add.disabled = buckets.length >= MOST_BUCKETS;
    moves.textContent = pushed;

    const [more, longer, better] = [buckets.length > first.length, now.tooLong > toBeat.tooLong, now.share < toBeat.share];
    if (!more && !longer && better && !(now.share >= best?.share)) best = { share: now.share, buckets };
    const why = more
      ? `These are ${buckets.length} buckets, so it doesn't count.`
      : longer
        ? `That is more than ${toBeat.tooLong.toLocaleString("en")} left out, so it doesn't count.`
        : better
          ? `${(100 * (toBeat.share - now.share)).toFixed(1)} points less than with the first buckets.`
          : "";
    const record = best ? `Best so far: ${percent(best.share)} with ${write(best.buckets)}.` : "No better buckets found yet.";
    toBest.disabled = !best || `${best.buckets}` === `${buckets}`;
    const left = `${count(now.tooLong, "pair")} left out.`;
    const parts = [lands.textContent, pushed, `All together: ${percent(now.share)} is padding, ${left}`, why, record];
    say(parts.filter(Boolean).join(" "));
  }

  [english.value, french.value] = examples[0];
  build();
  draw();
  ready();
}

export default { render };
