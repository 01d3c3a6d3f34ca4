import { awake, expect, expectAccessible, picture, scripted, test } from "../test";
import { signIn } from "../people";

test("a worker's day: today, the duties with their clause, a case", async ({ page }) => {
  await signIn(page, "qs01.worker1");
  await awake(page);
  await expectAccessible(page);
  await picture(page, "today");
  for (const area of ["applications", "cases", "clients", "duties", "duties/rules", "members"]) {
    await page.goto(`/o/qs01/${area}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page);
    await picture(page, area.replace("/", "-"));
  }
  await page.goto("/o/qs01/cases");
  await page.locator("tbody a").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await picture(page, "case");
});

test("a client is found by name, and no address says who was sought", async ({ page }) => {
  await signIn(page, "qs01.head");
  await page.goto("/o/qs01/clients");
  await page.locator("tbody .table__title").first().click();
  await page.getByRole("link", { name: "显示完整信息" }).click();
  const record = new URL(page.url()).pathname;
  await expect(page).toHaveURL(/whole=yes/);
  const name = (await page.getByRole("heading", { level: 1 }).textContent()) ?? "";
  await page.goto("/o/qs01/clients");
  await page.locator("form.filters").getByRole("searchbox").fill(name);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/clients\?search=[0-9a-f]+$/);
  await expect(page.locator(`tbody a[href="${record}"]`)).toBeVisible();
  await expectAccessible(page);

  const filters = page.locator("form.filters");
  await expect(filters.getByRole("searchbox")).toHaveValue(name);
  await filters.getByLabel("人员类型").selectOption({ index: 1 });
  if (!scripted()) await filters.getByRole("button").click();
  await expect(page).toHaveURL(/\/clients\?search=[0-9a-f]+&kind=[a-z_]+$/);
  await page.reload();
  await expect(page.locator("form.filters").getByRole("searchbox")).toHaveValue(name);
  await page.locator(".chips .chip").first().click();
  await expect(page).toHaveURL(/\/clients\?kind=[a-z_]+$/);
});

// Proves DAT-02.
test("the district finds what is overdue, opens the rows, and a named case for a reason", async ({ page, complaints }) => {
  await signIn(page, "qingrong.admin");
  await expectAccessible(page);
  await picture(page, "district");
  const row = page.getByRole("row", { name: /榕树街道社会工作站/ });
  await row.getByRole("link").first().click();
  await expect(page.locator("tbody tr").first()).toBeVisible();
  await expectAccessible(page);

  await page.goto("/d/qingrong/stations/qs01?figure=open");
  await expect(page.locator("tbody tr").first()).toBeVisible();
  await page.goto((await page.locator("tbody a[href$='/open']").first().getAttribute("href")) ?? "");
  complaints.allow(/status of 422/);
  await page.getByLabel("调阅理由").fill("短");
  await page.getByRole("button", { name: "写明理由并调阅" }).click();
  await expect(page.getByLabel("调阅理由")).toHaveValue("短");
  await page.getByLabel("调阅理由").fill("核查十一月二十日收到的投诉，需要看服务过程。");
  await page.getByRole("button", { name: "写明理由并调阅" }).click();
  await expect(page).toHaveURL(/openings\/opn_/);
  await expect(page.getByText("核查十一月二十日收到的投诉")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "opening");
});

// Proves SEC-07.
test("an evaluator draws a sample that can be repeated, reads masked files, and can write nothing", async ({ page, complaints }) => {
  await signIn(page, "evaluator.lin");
  await expectAccessible(page);
  await picture(page, "evaluator");
  const home = new URL(page.url()).pathname;
  const draw = async () => {
    await page.goto(`${home}/sample?seed=20261121&each=2`);
    return page.locator("tbody .table__title").allInnerTexts();
  };
  const first = await draw();
  expect(first.length).toBeGreaterThan(0);
  expect(await draw()).toEqual(first);
  await expectAccessible(page);

  await page.locator("tbody a").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("*");
  await expectAccessible(page);
  await picture(page, "evaluator-case");

  complaints.allow(/status of 40[345]/);
  const refused = await page.request.post(`${page.url()}/close`, { headers: { "sec-fetch-site": "same-origin" }, form: {} });
  expect([403, 404, 405]).toContain(refused.status());
  const neighbour = await page.goto("/o/qs01/cases");
  expect(neighbour?.status()).toBe(404);
});
