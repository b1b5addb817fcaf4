// A body that many events ask for: run at most so often, and only while somebody looks. No `vscode` here.

export class Paced {
  private last = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private watched = false;
  private owed = false;

  constructor(
    private readonly body: () => void,
    private readonly pauseMs: number,
  ) {}

  /** Runs the body when it may, once for all that asked until then. */
  soon(): void {
    this.owed = true;
    if (!this.watched || this.timer) return;
    const wait = this.last + this.pauseMs - Date.now();
    if (wait > 0) this.timer = setTimeout(() => this.due(), wait);
    else this.now();
  }

  /** Runs the body at once, whoever looks. */
  now(): void {
    this.dispose();
    this.owed = false;
    this.last = Date.now();
    this.body();
  }

  /** Somebody looks now, or nobody; what was asked for meanwhile is made up for. */
  watch(watched: boolean): void {
    this.watched = watched;
    if (watched && this.owed) this.soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private due(): void {
    this.timer = undefined;
    if (this.watched) this.now();
  }
}
