import { follow, open } from "../forms";
import { signIn } from "../people";
import { awake, expect, expectAccessible, picture, test } from "../test";

// What somebody was told stands in the inbox until it is opened; what a station left undone is told to the district.

test("a message is read by being opened, and the count goes down", async ({ page }) => {
  await signIn(page, "qs01.worker1");
  await follow(page, /^收件/);
  await expect(page.getByRole("heading", { level: 1, name: /收件/ })).toBeVisible();
  const unread = page.locator(".message--unread");
  const before = await unread.count();
  expect(before).toBeGreaterThan(0);
  await expectAccessible(page);
  await picture(page, "inbox");

  await unread.first().getByRole("button").click();
  await awake(page);
  expect(new URL(page.url()).pathname).not.toContain("/inbox");
  await open(page, "/o/qs01/inbox");
  await expect(page.locator(".message--unread")).toHaveCount(before - 1);

  await page.getByRole("button", { name: "全部标为已读" }).click();
  await awake(page);
  await expect(page.locator(".message--unread")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "全部标为已读" })).toHaveCount(0);
});

test("the district is told what a station left undone, and finds the rows behind it", async ({ page }) => {
  await signIn(page, "qingrong.admin");
  await follow(page, /^收件/);
  await expect(page.locator(".message").first()).toBeVisible();
  await expectAccessible(page);
  await picture(page, "inbox-of-the-district");
  await page.locator(".message").first().getByRole("button").click();
  await awake(page);
  expect(new URL(page.url()).pathname).toMatch(/duties|registers|stations/);
});
