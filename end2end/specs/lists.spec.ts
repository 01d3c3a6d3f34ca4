import { follow, open, send } from "../forms";
import { signIn } from "../people";
import { expect, expectAccessible, picture, test } from "../test";

test("a list is sorted, its columns are chosen, and what is on the screen is kept as a view", async ({ page }) => {
  await signIn(page, "qs01.head");
  await open(page, "/o/qs01/cases?ended=1");
  const opened = page.getByRole("columnheader", { name: "开案" }).getByRole("link");
  await opened.click();
  await expect(page.locator("th[aria-sort]")).toHaveAttribute("aria-sort", "ascending");
  await opened.click();
  await expect(page.locator("th[aria-sort]")).toHaveAttribute("aria-sort", "descending");

  await page.getByText("列", { exact: true }).click();
  await page.getByRole("checkbox", { name: "编号" }).check();
  await page.getByRole("checkbox", { name: "负责社工" }).uncheck();
  await picture(page, "list-columns");
  await page.getByRole("button", { name: "显示这些列" }).click();
  await expect(page.getByRole("columnheader")).toContainText(["服务对象", "编号", "服务", "开案"]);
  await expect(page.getByRole("columnheader", { name: "负责社工" })).toHaveCount(0);
  await expect(page.locator("th[aria-sort]")).toHaveAttribute("aria-sort", "descending");

  await page.getByText("视图", { exact: true }).click();
  await page.getByLabel("把现在的筛选、排序和列存为视图").fill("按编号看");
  await page.getByRole("button", { name: "存为视图" }).click();
  await expect(page.getByRole("link", { name: "按编号看" })).toHaveAttribute("aria-current", "page");
  await expectAccessible(page);
  await picture(page, "list-view");
  await follow(page, "在办");
  await follow(page, "按编号看");
  await expect(page.getByRole("columnheader", { name: "编号" })).toHaveCount(1);

  const leaving = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出" }).click();
  expect((await leaving).suggestedFilename()).toMatch(/^个案 \d{4}-\d{2}-\d{2}\.xlsx$/);
});

test("a unit is set up below another and found in the tree", async ({ page }) => {
  await signIn(page, "qs01.head");
  await open(page, "/o/qs01/units");
  await picture(page, "units");
  await follow(page, "添加单元");
  const unit = { kind: "department", name: "综合协调部", duties: "统筹各项目的人手和场地。", since: "2026-01-05" };
  await send(page, "设立", unit);
  await open(page, "/o/qs01/units");
  await expect(page.getByRole("link", { name: "综合协调部", exact: true })).toBeVisible();
  await expectAccessible(page);
});
