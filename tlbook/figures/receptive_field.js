// One unit of a layer, and all that it depends on in the layers below, down to the image.
import { board, grey } from "./board.js";
import { toBytes, el, figure } from "./shared.js";

function render({ model, el: host }) {
  const [names, sizes, layers] = ["names", "sizes", "layers"].map((key) => model.get(key));
  const bytes = toBytes(model.get("maps"));
  let start = 0;
  const boards = names.map((name, i) => {
    const [n, from] = [sizes[i], start];
    const label = i ? `${name}, ${n} by ${n} units: point at one, or use the arrow keys` : `${name}, ${n} by ${n} pixels`;
    const one = board(label, (r, c) => show(i, r, c));
    one.paint(n, n, (r, c) => grey(bytes[from + r * n + c]));
    start += n * n;
    return one;
  });
  const captions = names.map((name, i) => el("figcaption", {}, name));
  const { say, ready } = figure(
    host, "receptive-field", model.get("title"),
    el("div", { class: "lbl-layers" }, ...boards.map(({ root }, i) => el("figure", {}, captions[i], root))),
  );

  // First and last unit of the layer below on which units low..high depend, border not counted.
  function below(i, [low, high]) {
    const [k, s] = layers[i - 1];
    const zeros = Math.max(0, k - s) >> 1; // what SAME puts in front
    return [low * s - zeros, high * s - zeros + k - 1];
  }
  function show(i, r, c) {
    let [rows, columns] = [[r, r], [c, c]];
    const widths = [];
    for (let j = names.length - 1; j >= 0; j--) {
      if (j > i) {
        boards[j].frame("chosen");
        continue;
      }
      boards[j].frame("chosen", rows[0], columns[0], rows[1] - rows[0] + 1, columns[1] - columns[0] + 1);
      boards[j].move((rows[0] + rows[1]) >> 1, (columns[0] + columns[1]) >> 1);
      widths[j] = rows[1] - rows[0] + 1;
      if (j) [rows, columns] = [below(j, rows), below(j, columns)];
    }
    captions.forEach((caption, j) => (caption.textContent = j <= i ? `${names[j]}: ${widths[j]} × ${widths[j]} of ${sizes[j]} × ${sizes[j]}` : names[j]));
    say(`Row ${r + 1}, column ${c + 1} of ${names[i]} depends on ${widths[0]} by ${widths[0]} pixels of the image.`);
  }

  show(names.length - 1, ...Array(2).fill(sizes.at(-1) >> 1));
  ready();
}

export default { render };
