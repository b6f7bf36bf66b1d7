// Undo and redo: states of a document in order, kept in the tab so that a reload does not lose them.

const MOST = 60;

export class History {
  /** `key` names the document in the tab's storage. */
  constructor(key) {
    this.key = `junshi-history-${key}`;
    this.states = [];
    this.place = -1;
  }

  /** Begin with a state; earlier ones come back if the tab was only reloaded. */
  start(state) {
    this.states = [state];
    this.place = 0;
    const kept = this.#read();
    if (kept && kept.states[kept.place]?.toml === state.toml) [this.states, this.place] = [kept.states, kept.place];
    return this.current;
  }

  get current() {
    return this.states[this.place];
  }

  get canUndo() {
    return this.place > 0;
  }

  get canRedo() {
    return this.place < this.states.length - 1;
  }

  /** A new state after the current one; what had been undone is gone. */
  add(state) {
    this.states = [...this.states.slice(0, this.place + 1), state].slice(-MOST);
    this.place = this.states.length - 1;
    this.#keep();
  }

  /** One step back (-1) or forth (+1). */
  move(step) {
    this.place = Math.min(this.states.length - 1, Math.max(0, this.place + step));
    this.#keep();
    return this.current;
  }

  #read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  #keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ states: this.states, place: this.place }));
    } catch {
      sessionStorage.removeItem(this.key);
    }
  }
}
