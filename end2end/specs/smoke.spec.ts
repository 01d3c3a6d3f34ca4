import { awake, expect, expectAccessible, picture, test } from "../test";

test("the first page opens for everyone", async ({ page }) => {
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  await awake(page);

  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", /^(zh-CN|en)$/);
  await expectAccessible(page);
  await picture(page, "first");
});

test("every page is under a strict content security policy", async ({ page }) => {
  const answer = await page.goto("/");
  const policy = (await answer?.headerValue("content-security-policy")) ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("'unsafe-inline'");
  expect(policy).not.toContain("'unsafe-eval'");
});
