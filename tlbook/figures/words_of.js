// A sentence becomes words, and words a sentence: tl.nlp.basic_tokenizer and join_words.

// What Python calls white space, which is not quite what \s means here.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

// Curved quotes and apostrophes become straight, hyphens plain; a byte order mark goes.
export const straight = (text) => text.replace(/[\u2018\u2019\u201b]/g, "'").replace(/[\u201c-\u201f]/g, '"').replace(/[\u2010\u2011]/g, "-").replace(/\ufeff/g, "");

const MARKS = /([.,!?"':;)(\u2026\xa1\xbf\xab\xbb\u2039\u203a\u201a\u2013-\u2015\u037e\u0589\u060c\u061b\u061f\u06d4\u0964\u0965\u3001\u3002\u3008-\u3011\u30fb\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f])/;

// Cut at white space, and each mark of punctuation off as a word of its own.
export function basicTokenizer(text) {
  return straight(text).split(SPACE).flatMap((part) => part.split(MARKS)).filter(Boolean);
}

// A text in lower case, the letters a to z without accents: how a vocabulary of ptb_words is written.
export function plain(text) {
  return text.toLowerCase().normalize("NFKD").replace(/(?<=[a-z])[\u0300-\u036f]+/g, "").normalize("NFC");
}

// Write words as a sentence again. In French there is a space before ? ! : and ;
export function joinWords(words, language = "fr") {
  const text = words.join(" ").replace(/ ?' ?/g, "'").replace(/\( /g, "(");
  return text.replace(language === "fr" ? / ([.,)])/g : / ([.,)?!:;])/g, "$1");
}
