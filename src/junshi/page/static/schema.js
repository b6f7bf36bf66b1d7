// Reads the JSON schema of a scenario: which kind of field each key is.

/** Schema with references followed and "or nothing" left out. */
export function resolved(schema, root) {
  let found = schema;
  while (found.$ref || found.allOf?.length === 1) {
    const { $ref, allOf, ...own } = found;
    const target = $ref ? root.$defs[$ref.split("/").at(-1)] : allOf[0];
    found = { ...target, ...own };
  }
  const options = found.anyOf?.filter((option) => option.type !== "null");
  if (options?.length === 1) {
    const { anyOf, ...own } = found;
    return resolved({ ...options[0], ...own }, root);
  }
  return found;
}

/** Kind of field: flag, choice, number, text, series, names, shares, object, rows, or demand. */
export function kindOf(schema, root) {
  const found = resolved(schema, root);
  if (found.anyOf) return kindOfOptions(found.anyOf.map((option) => resolved(option, root)), root);
  if (found.enum || found.const !== undefined) return "choice";
  if (found.type === "boolean") return "flag";
  if (found.type === "number" || found.type === "integer") return "number";
  if (found.type === "array") return resolved(found.items, root).type === "object" ? "rows" : "names";
  if (found.type === "object") return found.properties ? "object" : "shares";
  return "text";
}

function kindOfOptions(options, root) {
  const kinds = options.map((option) => option.type);
  if (kinds.includes("object") && kinds.includes("number")) return "demand";
  if (kinds.includes("number") && kinds.includes("array")) return "series";
  if (kinds.includes("array")) return "rows";
  return kindOf(options[0], root);
}

/** Schema of the rows of a table. */
export function rowSchema(schema, root) {
  const found = resolved(schema, root);
  const list = found.anyOf ? found.anyOf.map((option) => resolved(option, root)).find((option) => option.type === "array") : found;
  return resolved(list.items, root);
}

/** Words that a choice allows. */
export function choices(schema, root) {
  const found = resolved(schema, root);
  return found.enum ?? (found.const === undefined ? [] : [found.const]);
}

/** Smallest valid value of a required field, for a new row. */
export function blank(schema, root) {
  const found = resolved(schema, root);
  switch (kindOf(found, root)) {
    case "flag":
      return false;
    case "choice":
      return choices(found, root)[0];
    case "number":
      return found.exclusiveMinimum === undefined ? found.minimum ?? 0 : found.exclusiveMinimum + 1;
    case "series":
    case "demand":
      return 0;
    case "names":
    case "rows":
      return [];
    case "shares":
      return {};
    case "object":
      return blankRow(found, root);
    default:
      return "";
  }
}

/** Row with its required keys. */
export function blankRow(schema, root) {
  return Object.fromEntries((schema.required ?? []).map((name) => [name, blank(schema.properties[name], root)]));
}
