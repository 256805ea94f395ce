// A sentence becomes words, and words a sentence: tl.nlp.basic_tokenizer and join_words.

// What Python calls white space, which is not quite what \s means here.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

// Cut at white space, and each of . , ! ? " ' : ; ) ( off as a word of its own.
export function basicTokenizer(text) {
  return text.split(SPACE).flatMap((part) => part.split(/([.,!?"':;)(])/)).filter(Boolean);
}

// Write words as a sentence again. In French there is a space before ? ! : and ;
export function joinWords(words, language = "fr") {
  const text = words.join(" ").replace(/ ?' ?/g, "'").replace(/\( /g, "(");
  return text.replace(language === "fr" ? / ([.,)])/g : / ([.,)?!:;])/g, "$1");
}
