import { awake, expect, expectAccessible, picture, scripted, test } from "../test";
import { follow, open } from "../forms";
import { signIn } from "../people";

test("a person is found from every page, by name, pinyin and initials, and no address says who was sought", async ({ page }) => {
  await signIn(page, "qs01.head");
  await open(page, "/o/qs01/clients");
  await page.locator("tbody .table__title").first().click();
  await page.getByRole("link", { name: "显示完整信息" }).click();
  const record = new URL(page.url()).pathname;
  await expect(page).toHaveURL(/whole=yes/);
  const name = (await page.getByRole("heading", { level: 1 }).textContent()) ?? "";

  await open(page, "/o/qs01");
  if (scripted()) {
    await page.keyboard.press("/");
    await expect(page.locator("#search")).toBeFocused();
  }
  await page.locator("#search").fill(name);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/find\?search=[0-9a-f]+$/);
  await awake(page);
  await expect(page.locator(`#client a[href="${record}"]`)).toBeVisible();
  await expect(page.locator("#find")).toHaveValue(name);
  await expectAccessible(page);
  await picture(page, "find");

  // One character is enough, and the way on leads by the keyboard alone.
  await page.locator("#find").fill(name.slice(0, 1));
  await page.keyboard.press("Enter");
  await awake(page);
  await page.locator("#client .row__title").first().focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/clients\/cli_/);
});

test("what is not found, and what cannot be, says what to do", async ({ page }) => {
  await signIn(page, "qs01.worker1");
  await open(page, "/o/qs01/find");
  await expect(page.locator("#find")).toBeFocused();
  await expectAccessible(page);
  await page.locator("#find").fill("没有这个人");
  await page.getByRole("button", { name: "查找", exact: true }).click();
  await expect(page.getByText("没有找到“没有这个人”")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "find-nothing");
  await page.locator("#find").fill("长".repeat(10_000));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "输入的内容太长" })).toBeVisible();
});

test("on a phone the way to find something is in the bar below", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "qs01.worker1");
  await awake(page);
  await follow(page, "查找");
  await page.locator("#find").fill("001");
  await page.keyboard.press("Enter");
  await expect(page.locator("#case .row__title, #application .row__title").first()).toBeVisible();
  await expectAccessible(page);
});
