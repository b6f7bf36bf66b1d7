// The REST API: each call gives the answer's object or raises the server's sentence.
import { language, t } from "./text.js";

const ROOT = "/api/v1/";

/** What the server refused, with the place of each fault. */
export class ApiError extends Error {
  constructor(sentence, status, faults = []) {
    super(sentence);
    this.status = status;
    this.faults = faults;
  }
}

async function ask(method, path, { body, form, text = false } = {}) {
  const address = new URL(ROOT + path, location.origin);
  if (!address.searchParams.has("lang")) address.searchParams.set("lang", language);
  const headers = { "Accept-Language": language };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address, { method, headers, body: form ?? (body === undefined ? undefined : JSON.stringify(body)) });
  } catch {
    throw new ApiError(t("trouble_offline"), 0);
  }
  if (answer.ok) return answer.status === 204 ? null : text ? answer.text() : answer.json();
  const said = await answer.json().catch(() => ({}));
  throw new ApiError(said.error ?? t("trouble_status", { status: answer.status }), answer.status, said.faults ?? []);
}

export const get = (path) => ask("GET", path);
export const getText = (path) => ask("GET", path, { text: true });
export const post = (path, body = {}) => ask("POST", path, { body });
export const put = (path, body) => ask("PUT", path, { body });
export const remove = (path) => ask("DELETE", path);

/** Send one file under a field name. */
export function upload(path, file, fields = {}) {
  const form = new FormData();
  form.append("file", file, file.name);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return ask("POST", path, { form });
}

/** Address of a file that a run exports. */
export const exportAddress = (run, what) => `${ROOT}runs/${run}/export/${what}?lang=${language}`;

/** Progress of a run as it comes. */
export const events = (run) => new EventSource(`${ROOT}runs/${run}/events`);
