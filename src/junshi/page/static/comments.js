// The comment that stands at each key of a TOML text: in scenario files it says where the figure comes from.

/** Map from path (`fleet.0.units`) to the comment above it or behind it. */
export function commentsOf(toml) {
  const found = new Map();
  const counts = new Map();
  let prefix = [];
  let above = [];
  let depth = 0;
  for (const line of toml.split("\n")) {
    const [code, comment] = split(line);
    if (depth > 0) {
      depth += nesting(code);
      continue;
    }
    if (!code.trim()) {
      above = comment === null ? [] : [...above, comment];
      continue;
    }
    const header = /^\s*(\[\[?)\s*([^\]]+?)\s*\]/.exec(code);
    const assigned = /^\s*("[^"]+"|[\w.-]+)\s*=/.exec(code);
    if (header) prefix = pathOf(header, counts);
    else if (assigned) depth += nesting(code);
    const path = header ? prefix : [...prefix, ...(assigned ? assigned[1].replaceAll('"', "").split(".") : [])];
    const text = [...above, comment].filter(Boolean).join(" ");
    if (text) found.set(path.join("."), text);
    above = [];
  }
  return found;
}

function pathOf([, brackets, name], counts) {
  const path = name.split(".").map((part) => part.trim().replaceAll('"', ""));
  if (brackets === "[") return path;
  const place = counts.get(name) ?? 0;
  counts.set(name, place + 1);
  return [...path, place];
}

/** Code and comment of one line; a # inside quotes is code. */
function split(line) {
  let quote = null;
  for (let place = 0; place < line.length; place += 1) {
    const letter = line[place];
    if (quote) {
      if (letter === "\\" && quote === '"') place += 1;
      else if (letter === quote) quote = null;
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "#") return [line.slice(0, place), line.slice(place + 1).trim()];
  }
  return [line, null];
}

const nesting = (code) => {
  const bare = code.replace(/"(?:\\.|[^"\\])*"|'[^']*'/g, "").replace(/^\s*\[\[?[^\]=]*\]\]?\s*$/, "");
  return (bare.match(/[[{]/g) ?? []).length - (bare.match(/[\]}]/g) ?? []).length;
};
