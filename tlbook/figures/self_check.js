// Questions with answers at once. Each is a form: Enter checks it, as the button does.
import { el, uniqueId, figure } from "./shared.js";

// Words between backquotes are code.
const inline = (text) => text.split("`").map((part, i) => (i % 2 ? el("code", {}, part) : part));

// What a reader types: 1,276,810 and 1 276 810 and 0,5 and 1/4 are numbers. NaN if it is none.
function toNumber(text) {
  const typed = text.trim().replace(/[\s_]/g, "").replace("−", "-");
  if (!typed) return NaN;
  const [over, under, ...more] = typed.split("/");
  if (more.length) return NaN;
  const one = (part) => {
    const thousands = /^-?\d{1,3}(,\d{3})+(\.\d*)?$/.test(part);
    return part === "" ? NaN : Number(part.replaceAll(",", thousands ? "" : "."));
  };
  return under === undefined ? one(over) : one(over) / one(under);
}

// Radio buttons or checkboxes: read() gives the verdict and the reasons.
function choices(question, name) {
  const inputs = question.options.map((option, i) =>
    el("input", { type: question.many ? "checkbox" : "radio", name, value: i }));
  const labels = question.options.map((option, i) =>
    el("label", {}, inputs[i], el("span", {}, ...inline(option.text))));
  const reason = (option) => `${option.text}: ${option.because}`;
  const read = () => {
    const chosen = question.options.filter((option, i) => inputs[i].checked);
    if (!chosen.length) return { asks: "Choose an answer first." };
    const wrong = chosen.filter((option) => !option.right);
    const missing = question.options.filter((option) => option.right && !chosen.includes(option));
    if (!wrong.length && !missing.length) return { right: true, reasons: solution() };
    if (!question.many) return { reasons: [chosen[0].because] };
    const more = wrong.length ? [] : ["What you chose is right, but there is more."];
    return { reasons: [...wrong.map(reason), ...more] };
  };
  const solution = () => question.many
    ? question.options.filter((option) => option.right).map(reason)
    : [question.options.find((option) => option.right).because];
  const answer = () => question.options.filter((option) => option.right).map((o) => o.text).join("; ");
  return { parts: labels, read, solution, answer };
}

// A number to type.
function number(question) {
  const input = el("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  const read = () => {
    const value = toNumber(input.value);
    if (Number.isNaN(value)) return { asks: "Type a number first." };
    // A little room for the last digit of a fraction.
    const is = (expected) => Math.abs(value - expected) <= question.within + 1e-9 * Math.abs(expected);
    if (is(question.number)) return { right: true, reasons: [question.because] };
    const mistake = (question.mistakes ?? []).find(([expected]) => is(expected));
    return { reasons: mistake ? [mistake[1]] : [] };
  };
  const parts = [el("label", {}, "Your number", input)];
  const answer = () => String(question.number);
  return { parts, read, solution: () => [question.because], answer };
}

function render({ model, el: host }) {
  const questions = model.get("questions");
  const right = questions.map(() => false);
  const forms = questions.map((question, i) => {
    const name = uniqueId();
    const ask = question.options ? choices(question, name) : number(question);
    const answer = el("div", { class: "lbl-answer", role: "status" });
    const onclick = () => tell(`The answer: ${ask.answer()}`, ask.solution());
    const show = el("button", { type: "button", hidden: "", onclick }, "Show the answer");
    const tell = (verdict, reasons, isRight = false) => {
      answer.className = `lbl-answer${isRight ? " is-right" : ""}`;
      const lines = reasons.map((reason) => el("p", {}, ...inline(reason)));
      answer.replaceChildren(el("p", {}, el("strong", {}, ...inline(verdict))), ...lines);
    };
    const onsubmit = (event) => {
      event.preventDefault();
      const { asks, right: isRight, reasons } = ask.read();
      if (asks) return tell(asks, []);
      right[i] = !!isRight;
      show.hidden = right[i];
      tell(isRight ? "Right." : "Not yet.", reasons, isRight);
      count();
    };
    const legend = el("legend", {}, `${i + 1}. `, ...inline(question.text));
    return el("form", { class: "lbl-question", onsubmit },
      el("fieldset", { class: "lbl-choice" }, legend, ...ask.parts),
      el("div", { class: "lbl-row" }, el("button", { type: "submit" }, "Check"), show),
      answer);
  });
  const { say, ready } = figure(host, "self-check", model.get("title"), ...forms);
  const count = () => {
    const n = right.filter(Boolean).length;
    say(`${n} of ${questions.length} answered rightly.`);
  };
  ready();
}

export default { render };
