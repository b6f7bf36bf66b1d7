// Words of the page in the reader's language, and what the server put on the page.

const island = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");

const words = island("words");
export const page = island("page-data");
export const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

/** Sentence for a key, its {fields} filled in; a key that is not there is a fault of ours and shows itself. */
export function t(key, fields = {}) {
  const template = words[key];
  if (template === undefined) {
    console.error(`no words for ${key}`);
    return key;
  }
  return template.replace(/\{(\w+)\}/g, (_, name) => String(fields[name] ?? ""));
}

/** Whether there are words for a key. */
export const hasWords = (key) => words[key] !== undefined;

/** Words of a closed vocabulary (`regime_open`), or the name itself where there are none. */
export const named = (kind, name) => (hasWords(`${kind}_${name}`) ? t(`${kind}_${name}`) : String(name));
