import { moment } from "../clock";
import { follow, open, send } from "../forms";
import { signIn } from "../people";
import { expect, expectAccessible, picture, test } from "../test";

// Proves QUA-10.
test("an evaluation that the district ends opens nothing from the next click on", async ({ page, another, complaints }) => {
  const evaluator = await another();
  const title = `季度抽查 ${Date.now()}`;
  await signIn(page, "qingrong.admin");
  await open(page, "/d/qingrong/engagements/new");
  await send(page, "开放给评估员", {
    title,
    organisations: ["qs01", "et01"],
    kinds: ["record", "plan"],
    from: moment(-180).slice(0, 10),
    to: moment(0).slice(0, 10),
    ends: moment(30),
    evaluators: "evaluator.he",
  });
  const row = page.getByRole("row").filter({ hasText: title });
  await expect(row).toContainText("开放中");
  await expectAccessible(page);
  await picture(page, "engagements");

  await signIn(evaluator, "evaluator.he");
  await open(evaluator, "/me");
  await follow(evaluator, new RegExp(title));
  await expect(evaluator.getByRole("heading", { level: 1 })).toHaveText(title);
  await follow(evaluator, "全部卷宗");
  await expect(evaluator.locator("tbody tr").first()).toBeVisible();
  const file = (await evaluator.locator("tbody a").first().getAttribute("href")) ?? "";
  expect((await evaluator.goto(file))?.status()).toBe(200);

  await row.getByRole("button", { name: "现在关闭" }).click();
  await expect(row).toContainText("已结束");
  complaints.allow(/status of 404/);
  expect((await evaluator.reload())?.status()).toBe(404);
  await expect(evaluator.getByRole("heading", { level: 1 })).toHaveText("没有找到");
  for (const address of [file.replace(/\/cases\/.*/, ""), file.replace(/\/cas_.*/, ""), file.replace(/\/cases\/.*/, "/sample?seed=1")]) {
    expect((await evaluator.goto(address))?.status(), address).toBe(404);
  }
  await open(evaluator, "/me");
  await expect(evaluator.getByText(title)).toHaveCount(0);
});

test("an evaluation whose end has passed opens nothing, and its district still sees that it was", async ({ page, another, complaints }) => {
  const evaluator = await another();
  await signIn(page, "qingrong.admin");
  await open(page, "/d/qingrong/engagements");
  const ended = page.getByRole("row").filter({ hasText: "中期服务质量评估" });
  await expect(ended).toContainText("已结束");
  await expect(ended.getByRole("button")).toHaveCount(0);

  await signIn(evaluator, "evaluator.lin");
  const home = new URL(evaluator.url()).pathname;
  await open(evaluator, "/me");
  await expect(evaluator.getByText("中期服务质量评估")).toHaveCount(0);
  const id = await ended.locator("[id^=eng_]").getAttribute("id");
  complaints.allow(/status of 404/);
  for (const path of ["", "/cases", "/sample?seed=1"]) {
    expect((await evaluator.goto(`/e/${id}${path}`))?.status(), path).toBe(404);
  }
  expect((await evaluator.goto(home))?.status()).toBe(200);
});
