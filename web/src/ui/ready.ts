// The state of the page on its root element: "loading", then "ready" when all is drawn, or "error".

import { showError } from "./dom.ts";
import { queue } from "./queue.ts";

const pending: (() => Promise<unknown> | null)[] = [];
const afterwards: (() => void)[] = [];
const root = document.documentElement;

/** Do something that nobody waits for, once all is drawn. */
export function whenReady(work: () => void): void {
  if (root.dataset.minmap === "loading") afterwards.push(work);
  else work();
}

/** Complete something before the page is ready, if there is something by then. */
export function awaitBeforeReady(work: () => Promise<unknown> | null): void {
  pending.push(work);
}

/** Show an error, and mark the page with it. */
export function fail(what: string, error: unknown): void {
  root.dataset.minmap = "error";
  showError(document.body, what, error);
}

const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
    setTimeout(resolve, 200);
  });

/** Run `scripts` once the page has made all of its calls, then wait for every layer and tile. */
export function whenLoaded(scripts: () => void): void {
  root.dataset.minmap ??= "loading";
  const finish = async (): Promise<void> => {
    scripts();
    await Promise.all(pending.map((work) => work()));
    await queue.idle();
    await nextFrame();
    queue.opening = false;
    if (root.dataset.minmap === "loading") root.dataset.minmap = "ready";
    for (const work of afterwards.splice(0)) work();
  };
  if (document.readyState === "complete") setTimeout(finish);
  else window.addEventListener("load", () => void finish());
}
