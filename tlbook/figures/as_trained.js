// What a reader types, written as the sentences are that a translator has learned from: with straight marks, the
// apostrophes of don't and I'm, capitals where the vocabulary has them, and a mark at the end.
import { capital } from "./shared.js";
import { basicTokenizer, straight } from "./words_of.js";

const shortened = (words, end) => words.split(" ").map((word) => [word + end.replace("'", ""), word + end]);
const SHORT = new Map([
  ...shortened("do does did is are was were have has had ca wo could should would must need", "n't"),
  ...shortened("i", "'m"),
  ...shortened("you they", "'re"),
  ...shortened("i you we they", "'ve"),
  ...shortened("you they", "'ll"),
  ...shortened("you they", "'d"),
  ...shortened("he she that what there where who how", "'s"),
]);
const QUESTION = /^(who|whose|what|which|where|when|why|how|do|does|did|is|are|am|was|were|can|could|will|would|shall|should|isn|aren|doesn|didn|couldn|shouldn|wouldn)$/i;

// asTrained("how are you", index) -> ["How", "are", "you", "?"]. `index` has the words of the vocabulary.
export function asTrained(text, index) {
  const loud = /\p{Lu}{2}/u.test(text) && !/\p{Ll}/u.test(text); // all in capitals
  const even = loud ? text.toLowerCase() : text;
  const whole = straight(even).replace(/[A-Za-z]+(?!')\b/g, (word) => {
    const full = SHORT.get(word.toLowerCase());
    return full ? word[0] + full.slice(1) : word;
  });
  const words = basicTokenizer(whole);
  const first = (i) => i === 0 || /^[.!?"]$/.test(words[i - 1]);
  const written = words.map((word, i) => {
    if (word === "i") return "I";
    const small = word.toLowerCase();
    const tries = first(i) ? [capital(word), capital(small), word, small] : [word, small, capital(small)];
    return tries.find((one) => index.has(one)) ?? word;
  });
  const begin = written.findLastIndex((_, i) => first(i)); // of the last sentence
  const mark = QUESTION.test(written[begin] ?? "") ? "?" : ".";
  const open = written.length && !/^[.!?"]$/.test(written.at(-1)) && index.has(mark);
  return open ? [...written, mark] : written;
}
