// Numbers as people write them: 2.2 B, 22 亿, 35 %; read and written.
import { language } from "./text.js";

const STEPS = {
  en: [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]],
  zh: [[1e12, "万亿"], [1e8, "亿"], [1e4, "万"]],
};
const READ = { 万亿: 1e12, 亿: 1e8, 万: 1e4, t: 1e12, b: 1e9, m: 1e6, k: 1e3, "%": 0.01, "％": 0.01 };

/** Three significant digits with the letter or character of the size. */
export function short(value) {
  if (!Number.isFinite(value)) return "–";
  for (const [size, letter] of STEPS[language]) {
    if (Math.abs(value) >= 0.9995 * size) return `${digits(value / size)} ${letter}`;
  }
  return digits(value);
}

const digits = (value) => String(Number(value.toPrecision(3)));

/** Number as it stands in a field: plain digits, exact. */
export function plain(value) {
  if (typeof value !== "number") return value === undefined || value === null ? "" : String(value);
  return Math.abs(value) >= 1e15 ? value.toExponential() : value.toLocaleString("en", { maximumFractionDigits: 12 });
}

/** Number that a text says, or null where it says none: `2.2e9`, `22 亿`, `3.5 M`, `35 %`, `1,000`. */
export function read(text) {
  const found = /^\s*([+-]?[\d.,_\s]*\d[.]?(?:e[+-]?\d+)?)\s*(万亿|亿|万|[tbmk%％])?\s*$/i.exec(text);
  if (!found) return null;
  const value = Number(found[1].replace(/[,_\s]/g, ""));
  if (!Number.isFinite(value)) return null;
  const scaled = value * (found[2] ? READ[found[2].toLowerCase()] : 1);
  return Number(scaled.toPrecision(15));
}

/** Share as a percentage. */
export const percent = (share) => `${Number((100 * share).toFixed(share < 0.1 ? 1 : 0))} %`;

/** Seconds as people say them. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return language === "zh" ? `${whole} 秒` : `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return language === "zh" ? `${minutes} 分 ${whole % 60} 秒` : `${minutes} min ${whole % 60} s`;
}

/** Day and time of a run. */
export function when(iso) {
  const day = new Date(iso);
  return Number.isNaN(day.valueOf()) ? "" : day.toLocaleString(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
}
