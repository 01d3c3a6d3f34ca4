// What every spec imports instead of "@playwright/test".

import { rm } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import { Server } from "./banyan";
import { copyTemplate } from "./template";

export { expect };
export type { Locator, Page };

export const test = base.extend<{ complaints: Complaints; another: () => Promise<Page> }, { server: Server }>({
  /** One server for each worker, over its own copy of the demo district. */
  server: [
    async ({}, use) => {
      const data = await copyTemplate();
      try {
        const server = await Server.start(data);
        await use(server);
        await server.stop();
      } finally {
        await rm(data, { recursive: true });
      }
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  /** A test fails on anything the browser or the server complains about. */
  complaints: [
    async ({ context, server }, use, info) => {
      const complaints = new Complaints();
      await complaints.listen(context);
      const start = server.log.length;
      await use(complaints);
      if (!server.running) complaints.add("the server has ended");
      if (info.status !== info.expectedStatus || complaints.unexpected.length > 0) {
        await info.attach("server log", { body: server.log.slice(start) });
      }
      expect(complaints.unexpected, "complaints of browser and server").toEqual([]);
    },
    { auto: true },
  ],

  /** Opens a browser of somebody else's, listened to like the first. */
  another: async ({ browser, complaints }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      await complaints.listen(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** Console errors and warnings, uncaught exceptions, breaches of the CSP, answers of 500 and above. */
class Complaints {
  private readonly heard: string[] = [];
  private readonly allowed: RegExp[] = [];

  async listen(context: BrowserContext): Promise<void> {
    context.on("console", (message) => {
      const type = message.type();
      if (type === "error" || type === "warning") this.add(`console ${type}: ${message.text()}`);
    });
    context.on("weberror", (error) => this.add(`exception: ${error.error().stack}`));
    context.on("response", (response) => {
      if (response.status() >= 500) this.add(`${response.status()} ${response.url()}`);
    });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP: ${event.violatedDirective} forbids ${event.blockedURI}`);
      });
    });
  }

  add(complaint: string): void {
    this.heard.push(complaint);
  }

  /** Expects complaints of this kind: the browser, for one, reports every page that answers 404. */
  allow(kind: RegExp): void {
    this.allowed.push(kind);
  }

  get unexpected(): string[] {
    return this.heard.filter((complaint) => !this.allowed.some((kind) => kind.test(complaint)));
  }
}

/** Whether scripts run in this project. */
export const scripted = () => test.info().project.use.javaScriptEnabled !== false;

/** Waits until the islands of the page can be used; without scripts there is nothing to wait for. */
export async function awake(page: Page): Promise<void> {
  if (!scripted() || (await page.locator("leptos-island").count()) === 0) return;
  await expect(page.locator("html")).toHaveAttribute("data-islands", "awake");
}

/** Fails on what axe calls serious or critical. Axe is a script: without scripts nothing is checked. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!scripted()) return;
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html) }));
  expect(grave, "serious accessibility findings").toEqual([]);
}

/**
 * With PICTURES=1: the whole page at three widths, light and dark, into `pictures/`. With PICTURES=390-light,1280-dark only
 * those.
 */
export async function picture(page: Page, name: string): Promise<void> {
  const wanted = process.env.PICTURES;
  if (!wanted || !scripted()) return;
  const before = page.viewportSize();
  for (const width of [390, 1280, 1920]) {
    await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
    for (const colorScheme of ["light", "dark"] as const) {
      if (wanted !== "1" && !wanted.split(",").includes(`${width}-${colorScheme}`)) continue;
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `pictures/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}
