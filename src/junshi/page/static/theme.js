// Light or dark before the first paint: the reader's choice, else the system's. Not a module, so that it blocks.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem("junshi-theme");
    } catch {
      return null;
    }
  };
  const apply = () => {
    const theme = stored() ?? (system.matches ? "dark" : "light");
    if (root.dataset.theme === theme) return;
    root.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("themechange", { detail: { dark: theme === "dark" } }));
  };
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme")?.addEventListener("click", () => {
      const next = root.dataset.theme === "dark" ? "light" : "dark";
      try {
        localStorage.setItem("junshi-theme", next);
      } catch {
        root.dataset.theme = next;
      }
      apply();
    });
  });
})();
