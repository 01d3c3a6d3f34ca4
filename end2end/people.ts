// The demo's people, and how each comes in.

import { expect, type Page } from "./test";

const PASSWORD = "banyan-demo";

/** Signs in by the form, as a person does, and lands on the person's first page. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill(name);
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** An identity number that nobody has: an invented place, the right last character. */
export function identity(birth: string, order: number): string {
  const body = `990199${birth}${String(order).padStart(3, "0")}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((sum, weight, at) => sum + weight * Number(body[at]), 0);
  return body + "10X98765432"[sum % 11];
}
