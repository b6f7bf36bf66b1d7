// Short notices in the corner, read aloud by screen readers; troubles stay until closed.
import { byId, h } from "./dom.js";
import { t } from "./text.js";

const SECONDS = 5;

/** Say that something was done. */
export function notice(sentence) {
  const element = h("p", { class: "notice" }, sentence);
  byId("notices").append(element);
  setTimeout(() => element.remove(), SECONDS * 1000);
}

/** Say what went wrong, as the server said it. */
export function trouble(error) {
  const sentence = error?.message || t("trouble_unknown");
  const close = h("button", { type: "button", class: "quiet", "aria-label": t("close") }, "✕");
  const element = h("div", { class: "notice bad" }, h("p", {}, sentence), close);
  close.addEventListener("click", () => element.remove());
  byId("notices").append(element);
}

/** Listener that shows a trouble instead of losing it. */
export const guarded =
  (work) =>
  async (...given) => {
    try {
      return await work(...given);
    } catch (error) {
      trouble(error);
      return undefined;
    }
  };
