// The state of the page on its root element: "loading", then "ready" when all is drawn, or "error".

import { h } from "./dom.ts";
import { queue } from "./queue.ts";

const pending: Promise<unknown>[] = [];
const afterwards: (() => void)[] = [];
const root = document.documentElement;

/** Do something that nobody waits for, once all is drawn. */
export function whenReady(work: () => void): void {
  if (root.dataset.minmap === "loading") afterwards.push(work);
  else work();
}

/** Something that has to be there before the page is ready. */
export function awaitBeforeReady(work: Promise<unknown>): void {
  pending.push(work);
}

/** Say on the page itself what went wrong: there may be nobody to read a console. */
export function fail(what: string, error: unknown): void {
  root.dataset.minmap = "error";
  console.error(what, error);
  const reason = error instanceof Error ? error.message : String(error);
  document.body.append(h("div.mm-error", { role: "alert" }, h("strong", what), ` ${reason}`));
}

const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
    setTimeout(resolve, 200);
  });

/** Run once all calls of the page are made: `scripts`, then wait for every layer and tile. */
export function whenLoaded(scripts: () => void): void {
  root.dataset.minmap ??= "loading";
  const finish = async (): Promise<void> => {
    scripts();
    await Promise.all(pending);
    await queue.idle();
    await nextFrame();
    queue.opening = false;
    if (root.dataset.minmap === "loading") root.dataset.minmap = "ready";
    for (const work of afterwards.splice(0)) work();
  };
  if (document.readyState === "complete") setTimeout(finish);
  else window.addEventListener("load", () => void finish());
}
