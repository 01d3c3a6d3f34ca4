import { fillIn, formOf, open, said } from "../forms";
import { signIn } from "../people";
import { awake, expect, expectAccessible, picture, test } from "../test";

// A file that was chosen once stays with its form, whatever is wrong with the rest, and is seen by whoever reads the paper.

/** A picture of one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

test("a hazard carries its photographs, and a form that comes back has them still", async ({ page, complaints }) => {
  complaints.allow(/status of 422/);
  await signIn(page, "sq01.finance");
  await open(page, "/o/sq01/registers/hazard");
  await page.locator('a[href*="/papers/new/hazard/uni_"]').first().click();
  await awake(page);
  const what = `楼道堆放纸箱 ${Date.now() % 100_000}`;
  const photo = formOf(page, "提交").locator('input[type="file"][name="photo"]');

  const form = formOf(page, "提交");
  await fillIn(form, { what, place: "二楼楼道", level: "general", mended_at_once: "no", measure: "清走纸箱" });
  await form.locator('select[name="owner"]').selectOption({ index: 1 });
  await form.locator('[name="due_on"]').fill(await form.locator('[name="found_on"]').inputValue());

  // A file that is no photograph is refused at its question; what is one stays, and nothing that was typed is gone.
  await photo.setInputFiles([
    { name: "说明.txt", mimeType: "text/plain", buffer: Buffer.from("纸箱") },
    { name: "楼道（东侧）.png", mimeType: "image/png", buffer: PIXEL },
    { name: "楼道（西侧）.png", mimeType: "image/png", buffer: PIXEL },
  ]);
  await form.getByRole("button", { name: "提交", exact: true }).click();
  await expect(page.locator("#photo-error")).toBeVisible();
  await awake(page);
  await expect(page.locator('[name="what"]')).toHaveValue(what);
  await expect(page.getByRole("checkbox", { name: "楼道（东侧）.png" })).toBeChecked();
  await page.getByRole("checkbox", { name: "楼道（西侧）.png" }).uncheck();
  await expectAccessible(page);
  await picture(page, "attachments-in-a-form");
  await form.getByRole("button", { name: "提交", exact: true }).click();
  await page.waitForURL(/registers\/hazard/);
  await said(page, "已记录");

  await page.locator("tbody .table__title").first().click();
  await awake(page);
  await expect(page.getByText(what).first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "附件 1 个" })).toBeVisible();
  const link = page.getByRole("link", { name: "楼道（东侧）.png" });
  const seen = await page.request.get(`${await link.getAttribute("href")}/preview`);
  expect([seen.status(), seen.headers()["content-type"]]).toEqual([200, "image/jpeg"]);
  const whole = await page.request.get((await link.getAttribute("href")) ?? "");
  expect(decodeURIComponent(whole.headers()["content-disposition"] ?? "")).toContain("楼道（东侧）.png");
  await expectAccessible(page);
  await picture(page, "attachments-on-a-paper");
});
