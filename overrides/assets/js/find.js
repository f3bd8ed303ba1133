/**
 * Finds pages for what somebody types, in the words of the language and with the slips that people make. Nothing here
 * touches the page: search.js shows what is found.
 *
 * A word is folded (å, ø and accents as on a foreign keyboard) and cut to its stem. A compound is looked for in parts
 * too, and a word that no page has is read as the nearest word that some page has.
 */

/** @typedef {import("minisearch").Query} Query */
/** @typedef {{ anchor: string, heading: string, keywords: string, words: string }} Section */
/** @typedef {{ address: string, title: string, description: string, weight: number, sections: Section[] }} Page */
/** @typedef {{ compounds: boolean, stopwords: string[], pages: Page[] }} Pages what scripts/pages/search.py writes */
/**
 * @typedef {{ page: Page, sections: Section[], marked: (text: string) => [string, boolean][] }} Hit
 *   `sections`: the ones to go straight to, best first. `marked` cuts a text in pieces and tells which were meant.
 */

// The same as in scripts/pages/search.py: 170 368 is one word, and so is e-Boks.
const WORD = /\d{1,3}(?:[\s.,]\d{3})+(?!\d)|[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu;
const WORD_OR_NOT = /([\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*)/u;

const BOOST = { title: 5, headings: 3, keywords: 5, description: 1.5, words: 1 };
const PART = 0.4;
const BOOST_OF_PARTS = Object.fromEntries(Object.entries(BOOST).map(([field, boost]) => [field, boost * PART]));
// What a find counts against a word found as it was typed.
const WEIGHTS = { prefix: 0.4, fuzzy: 0.5 };

const SHORTEST_PART = 3;
const SHORTEST_PREFIX = 3;
const SHORTEST_FOR_ONE_SLIP = 4;
const SHORTEST_FOR_TWO_SLIPS = 6;
const MOST_HITS = 8;
const MOST_SECTIONS = 2;
// A section is offered when it counts this much of its page's best.
const WORTH_OFFERING = 0.3;
// How much is indexed at a stretch: a slow phone goes on taking letters meanwhile.
const PAGES_AT_ONCE = 4;
const SECTIONS_AT_ONCE = 40;

/** @param {string} word @returns {string} in small letters that every keyboard has */
export function folded(word) {
  const plain = word.toLowerCase().replaceAll("ø", "o").replaceAll("æ", "ae").normalize("NFD");
  return plain.replace(/\p{M}/gu, "").replaceAll("aa", "a");
}

/** @param {string} text @returns {string[]} its words, folded; a letter alone is none: "can't" is can */
export function words(text) {
  const found = (text.match(WORD) ?? []).filter((word) => word.length > 1 || /\d/.test(word));
  return found.map((word) => (/^\d/.test(word) ? word.replace(/[\s.,]/g, "") : folded(word)));
}

/**
 * @param {typeof import("minisearch").default} MiniSearch
 * @param {(word: string) => string} stem
 * @param {Pages} data
 * @returns {Promise<(typed: string) => Hit[]>} what finds the pages, best first; none for a text without words
 */
export async function finder(MiniSearch, stem, { compounds, pages, stopwords }) {
  const unsaid = new Set(stopwords.map(folded));
  const stems = /** @type {Map<string, string>} */ (new Map());

  /** @param {string} word */
  const stemOf = (word) => {
    const known = stems.get(word) ?? stem(word);
    stems.set(word, known);
    return known;
  };
  /** @param {string} word @returns {string[]} for "part-time": parttime, part and time */
  const terms = (word) => {
    const parts = word.split("-");
    const whole = stemOf(parts.join(""));
    return parts.length === 1 ? [whole] : [whole, ...parts.filter((part) => part.length > 1).map(stemOf)];
  };
  /** @param {string} term */
  const asItIs = (term) => [term];
  const options = {
    fields: Object.keys(BOOST),
    tokenize: words,
    processTerm: terms,
    searchOptions: { boost: BOOST, weights: WEIGHTS, tokenize: asItIs, processTerm: asItIs },
  };

  const places = pages.flatMap((page, at) => page.sections.map((section) => ({ at, section })));
  const allPages = new MiniSearch(options);
  const allSections = new MiniSearch(options);
  const ofPages = pages.map(({ title, description, sections }, id) => ({
    id,
    title,
    headings: sections.map(({ heading }) => heading).join("\n"),
    keywords: sections.map(({ keywords }) => keywords).join("\n"),
    description,
    words: sections.map(({ words }) => words).join("\n"),
  }));
  const ofSections = places.map(({ section }, id) => ({
    id,
    title: "",
    headings: section.heading,
    keywords: section.keywords,
    description: "",
    words: section.words,
  }));
  await allPages.addAllAsync(ofPages, { chunkSize: PAGES_AT_ONCE });
  await allSections.addAllAsync(ofSections, { chunkSize: SECTIONS_AT_ONCE });

  /** @param {Query} query */
  const finds = (query) => allPages.search(query).length > 0;

  /** @param {string} word @returns {string[]} the two known words that a compound is made of, or none */
  const halves = (word) => {
    for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART; at += 1) {
      const tail = stemOf(word.slice(at));
      if (!finds(tail)) continue;
      const head = word.slice(0, at);
      // An s or an e may hold the two together: søknad-s-frist.
      for (const first of new Set([head, head.replace(/[se]$/, "")])) {
        if (first.length >= SHORTEST_PART && finds(stemOf(first))) return [stemOf(first), tail];
      }
    }
    return [];
  };

  /** @param {string} term @returns {Query} */
  const asTyped = (term) => ({ queries: [term], prefix: term.length >= SHORTEST_PREFIX });

  /** @param {string} term @returns {Query[]} the nearest known words, where no page has a word like this */
  const mended = (term) => {
    if (term.length < SHORTEST_FOR_ONE_SLIP || finds(asTyped(term))) return [];
    const slips = term.length < SHORTEST_FOR_TWO_SLIPS ? [1] : [1, 2];
    const ways = slips.map((fuzzy) => ({ queries: [term], fuzzy }));
    return ways.filter(finds).slice(0, 1);
  };

  /** @param {string} word @returns {Query} all ways to look for one word */
  const query = (word) => {
    const whole = terms(word);
    const parts = compounds ? halves(word) : [];
    /** @type {Query[]} */
    const queries = [...whole.map(asTyped), ...whole.flatMap(mended)];
    if (parts.length) queries.push({ queries: parts, boost: BOOST_OF_PARTS });
    return { combineWith: "OR", queries };
  };

  return (typed) => {
    const all = [...new Set(words(typed))];
    const telling = all.filter((word) => !unsaid.has(word));
    const wanted = telling.length ? telling : all;
    const scores = /** @type {Map<number, { score: number, words: number }>} */ (new Map());
    const sectionScores = /** @type {Map<number, number>} */ (new Map());
    const meant = /** @type {Set<string>} */ (new Set());
    for (const word of wanted) {
      const asked = query(word);
      for (const { id, score, terms } of allPages.search(asked)) {
        const sofar = scores.get(id) ?? { score: 0, words: 0 };
        scores.set(id, { score: sofar.score + score, words: sofar.words + 1 });
        terms.forEach((term) => meant.add(term));
      }
      for (const { id, score } of allSections.search(asked)) {
        sectionScores.set(id, (sectionScores.get(id) ?? 0) + score);
      }
    }

    /** @param {number} at @returns {Section[]} the best of a page; its top is the page itself */
    const bestSections = (at) => {
      const ofPage = [...sectionScores].filter(([id]) => places[id].at === at);
      ofPage.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      const enough = ofPage.filter(([, score]) => score >= ofPage[0][1] * WORTH_OFFERING);
      return enough.map(([id]) => places[id].section).filter(({ anchor }) => anchor).slice(0, MOST_SECTIONS);
    };
    /** @param {string} text @returns {[string, boolean][]} */
    const marked = (text) =>
      text.split(WORD_OR_NOT).map((piece) => [piece, words(piece).flatMap(terms).some((term) => meant.has(term))]);

    return [...scores]
      .map(([at, { score, words }]) => ({ at, score: (score * pages[at].weight * words) / wanted.length }))
      .sort((a, b) => b.score - a.score || a.at - b.at)
      .slice(0, MOST_HITS)
      .map(({ at }) => ({ page: pages[at], sections: bestSections(at), marked }));
  };
}
