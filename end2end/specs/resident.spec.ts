import { awake, expect, expectAccessible, picture, test } from "../test";
import { identity } from "../people";

test.use({ viewport: { width: 390, height: 844 } });

// Proves ANN-06, RGT-12.
test("a resident applies on a phone and looks the status up by the receipt code", async ({ page }, info) => {
  await page.goto("/s/qs01");
  await expectAccessible(page);
  await page.getByRole("link", { name: /长者陪诊/ }).click();
  await page.getByRole("link", { name: "开始填写" }).click();
  await awake(page);
  await expectAccessible(page);
  await picture(page, "apply");

  await page.locator("[name=name]").fill("欧阳桂兰");
  await page.locator("[name=document_kind][value=resident_id], [name=document_kind]").first().check();
  await page.locator("[name=identity_number]").fill(identity("19500302", 200 + info.workerIndex));
  await page.locator("[name=phone]").fill("19912345678");
  await page.locator("[name=address]").fill("青榕区榕树街道榕园路5号");
  await page.locator("[name=need]").fill("看病没有人陪。");
  await page.locator("[name=consent]").check();
  await page.getByRole("button", { name: "提交申请" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("申请已收到");
  const code = (await page.locator("body").innerText()).match(/[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}/)?.[0] ?? "";
  expect(code).not.toBe("");
  expect(page.url()).not.toContain(code);
  await expectAccessible(page);
  await picture(page, "receipt");

  await page.goto("/s/qs01/status");
  await page.getByLabel("回执码").fill(code.toLowerCase());
  await page.getByRole("button", { name: "查询" }).click();
  await expect(page.getByText("已收到，等待受理")).toBeVisible();
  expect(page.url()).not.toContain(code);
  await expectAccessible(page);
  await picture(page, "status");
});

test("@nojs what is wrong is said at the field and nothing typed is lost", async ({ page, complaints }) => {
  complaints.allow(/status of 422/);
  await page.goto("/s/qs01/apply/escort");
  await page.locator("[name=name]").fill("王小明");
  await page.locator("[name=need]").fill("<script>alert(1)</script> 需要陪诊");
  await page.locator("[name=phone]").fill("12345");
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "提交申请" }).click();
  expect((await answer).status()).toBe(422);
  await expect(page.locator("[name=name]")).toHaveValue("王小明");
  await expect(page.locator("[name=need]")).toHaveValue("<script>alert(1)</script> 需要陪诊");
  await expect(page.getByText("请填写 11 位手机号").first()).toBeVisible();
});
