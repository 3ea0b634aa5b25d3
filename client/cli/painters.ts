import type { Progress } from '../../workflows/recovery/progress.ts';
import { changes, heartbeat } from './render/changes.ts';
import { fitToScreen, type ScreenSize } from './render/fit.ts';
import { printable } from './render/printable.ts';
import { renderProgress } from './render/progress.ts';
import type { Style } from './render/style.ts';

/** Where a followed recovery is shown. */
export interface Screen {
  /** Null for anything but a terminal: then nothing is drawn over. */
  size(): ScreenSize | null;
  readonly style: Style;
  write(text: string): void;
}

export interface Painter {
  paint(progress: Progress): void;
  /** Why nothing can be shown now. */
  trouble(message: string): void;
  /** The last state, or null when it could not be had; stays on the screen whole. */
  finish(progress: Progress | null): void;
}

export function painterFor(screen: Screen): Painter {
  return screen.size() === null ? new Appended(screen) : new Redrawn(screen);
}

/** A terminal: the whole state, drawn over. */
class Redrawn implements Painter {
  #drawn = 0;
  #last: readonly string[] = [];
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  paint(progress: Progress): void {
    this.#last = renderProgress(printable(progress), Date.now(), this.#screen.style);
    this.#draw(this.#fitted(this.#last));
  }

  trouble(message: string): void {
    this.#draw(this.#fitted([...this.#last, '', this.#screen.style.warn(printable(message))]));
  }

  finish(progress: Progress | null): void {
    if (progress !== null) this.#draw(renderProgress(printable(progress), Date.now(), this.#screen.style));
  }

  #fitted(lines: readonly string[]): readonly string[] {
    const size = this.#screen.size();
    return size === null ? lines : fitToScreen(lines, size);
  }

  #draw(lines: readonly string[]): void {
    const over = this.#drawn > 0 ? `\u001b[${this.#drawn}A\u001b[0J` : '';
    this.#screen.write(`${over}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }
}

/** A pipe or a log: what changed, and a sign of life now and then. */
class Appended implements Painter {
  static readonly heartbeatMs = 30_000;
  #before: Progress | null = null;
  #wroteAt = Date.now();
  #troubled = false;
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  paint(progress: Progress): void {
    const shown = printable(progress);
    const { style } = this.#screen;
    this.#troubled = false;
    this.#write(changes(this.#before, shown, style));
    this.#before = shown;
    const now = Date.now();
    if (now - this.#wroteAt >= Appended.heartbeatMs) this.#write([heartbeat(shown, now, style)]);
  }

  trouble(message: string): void {
    if (!this.#troubled) this.#write([printable(message)]);
    this.#troubled = true;
  }

  finish(progress: Progress | null): void {
    if (progress !== null) this.paint(progress);
  }

  #write(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#screen.write(`${lines.join('\n')}\n`);
    this.#wroteAt = Date.now();
  }
}
