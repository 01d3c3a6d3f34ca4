// Forms as people fill them in: a question is found by the name under which its answer is posted.

import { awake, expect, type Page } from "./test";
import type { Locator } from "@playwright/test";

/** Answers by the names of their questions; several choices of one question as a list. */
export type Answers = Record<string, string | string[]>;

/** Opens a page and waits until it can be used. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await awake(page);
}

/** Follows a link by its words. */
export async function follow(page: Page, words: string | RegExp): Promise<void> {
  await page.getByRole("link", { name: words }).first().click();
  await awake(page);
}

/** The form that a button sends. */
export function formOf(page: Page, button: string): Locator {
  const sends = page.getByRole("button", { name: button, exact: true, includeHidden: true });
  return page.locator("form", { has: sends });
}

/** Fills in the form that a button sends, and sends it. */
export async function send(page: Page, button: string, answers: Answers = {}): Promise<void> {
  await awake(page);
  const form = formOf(page, button).first();
  await unfold(form);
  await fillIn(form, answers);
  await form.getByRole("button", { name: button, exact: true }).click();
}

/** Answers questions and sends nothing. */
export async function fillIn(form: Locator, answers: Answers): Promise<void> {
  for (const [name, answer] of Object.entries(answers)) {
    const inputs = form.locator(`[name="${name}"]:not([type=hidden])`);
    const tag = await inputs.first().evaluate((input) => input.tagName);
    const type = await inputs.first().getAttribute("type");
    if (type === "radio" || type === "checkbox") {
      for (const value of [answer].flat()) await form.locator(`[name="${name}"][value="${value}"]`).check();
    } else if (tag === "SELECT") {
      const named = inputs.locator("option", { hasText: String(answer) });
      const value = (await named.count()) > 0 ? await named.first().getAttribute("value") : String(answer);
      await inputs.selectOption(value);
    } else {
      await inputs.fill(String(answer));
    }
  }
}

/** What was just done is said in green. */
export async function said(page: Page, words: string): Promise<void> {
  await expect(page.locator(".notice--good").first()).toContainText(words);
}

/** Opens the fold in which a form stands. */
async function unfold(form: Locator): Promise<void> {
  const fold = form.locator("xpath=ancestor::details").last();
  if ((await fold.count()) > 0 && (await fold.getAttribute("open")) === null) await fold.locator("summary").click();
}
