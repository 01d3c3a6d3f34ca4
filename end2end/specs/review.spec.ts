import { follow, open, said } from "../forms";
import { signIn } from "../people";
import { fillRecord } from "../road";
import { expect, expectAccessible, type Page, picture, scripted, test } from "../test";

/** The worker hands in this many records of a case in service. */
async function handIn(worker: Page, papers: number): Promise<void> {
  await open(worker, "/o/qs01/cases?state=serving");
  await worker.locator(".table__title").first().click();
  const file = new URL(worker.url()).pathname;
  // Which case comes first, and whether an appointment of it waits for its record, differs from day to day.
  const writing = file.replace("/cases/", "/papers/new/record/");
  for (let paper = 0; paper < papers; paper++) {
    await open(worker, writing);
    await fillRecord(worker);
  }
}

/** Opens the last of the queue, which was handed in last. */
async function openFromTheEnd(supervisor: Page, place: number): Promise<void> {
  await open(supervisor, "/o/qs01/review");
  // The list shows a few around the one that is open: on to its end.
  while (await supervisor.getByText(/^后面还有/).count()) await supervisor.locator(".queue__row").last().click();
  await supervisor.locator(".queue__row").nth(-place).click();
}

test("three papers are decided by three keys, and no key decides while one writes", async ({ page, another }) => {
  test.skip(!scripted(), "keys need a script; the same by buttons is the next test");
  test.slow();
  const worker = await another();
  await signIn(worker, "qs01.worker1");
  await signIn(page, "qs01.supervisor");
  await handIn(worker, 4);
  await openFromTheEnd(page, 4);
  await expectAccessible(page);
  await picture(page, "review");

  let keys = 0;
  const press = async (key: string) => {
    keys += 1;
    const here = page.url();
    // A key that comes before the page's script is nobody's.
    await expect(page.locator("html")).toHaveClass(/touch/);
    await page.keyboard.press(key);
    await expect(page).not.toHaveURL(here);
  };
  for (let paper = 0; paper < 3; paper++) {
    await press("a");
    await said(page, "服务记录已批准");
  }
  expect(keys).toBe(3);

  // The last one: its reason holds the letters of every key.
  const here = page.url();
  await page.keyboard.press("r");
  const reason = page.locator("textarea[name=reason]");
  await expect(reason).toBeFocused();
  await page.keyboard.type("arjkd");
  await expect(reason).toHaveValue("arjkd");
  expect(page.url()).toBe(here);
});

test("a paper is sent back, written anew and approved with its changes marked", async ({ page, another }) => {
  test.slow();
  const worker = await another();
  await signIn(worker, "qs01.worker1");
  await signIn(page, "qs01.supervisor");
  await handIn(worker, 1);
  await openFromTheEnd(page, 1);
  await page.getByText("退回并说明").click();
  await page.locator("textarea[name=reason]").fill("取了哪两种药，请写明。");
  await page.getByRole("button", { name: /^退回/ }).click();
  await said(page, "服务记录已退回");

  await open(worker, "/o/qs01");
  await follow(worker, "去修改");
  await worker.locator("[name=content]").fill("陪同到社区医院复诊，取降压药和降糖药。");
  await worker.getByRole("button", { name: "提交审核" }).click();
  await said(worker, "服务记录已提交");

  await openFromTheEnd(page, 1);
  await expect(page.locator(".verdict")).toContainText("取了哪两种药，请写明。");
  await expect(page.locator("del.diff").first()).toContainText("两种");
  await expect(page.locator("ins.diff").first()).toContainText("降压药");
  await expectAccessible(page);
  await picture(page, "review-changes");
  await page.getByRole("button", { name: /^通过/ }).click();
  await said(page, "服务记录已批准");
});
