import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { formOf, open } from "../forms";
import { signIn } from "../people";
import { apply, find, grownUp, takeIn } from "../road";
import { awake, expect, type Locator, type Page, picture, test } from "../test";

// Every page of the route table, as the person whose page it is; with PICTURES=1 they are written down to be looked at.

/** A page to be looked at: where, or how it is found; and the button that sends its form empty. */
interface Sight {
  as: string;
  at: string | ((page: Page) => Promise<string>);
  invalid?: string;
}

/** What is looked for is not there on this day: the demo's work depends on it. */
class Nothing extends Error {}

/** Where the first of these leads. */
async function leads(links: Locator): Promise<string> {
  if ((await links.count()) === 0) throw new Nothing();
  return (await links.first().getAttribute("href")) ?? "";
}

/** The first row of a list, and what lies below it. */
const first = (list: string, below = "") => async (page: Page) => {
  await open(page, list);
  return `${await leads(page.locator("tbody .table__title"))}${below}`;
};

/** What is found of what is typed into the field above every page, or on a list of clients into its own. */
const sought = (text: string, field = "#search") => async (page: Page) => {
  await open(page, "/o/qs01/clients");
  await page.locator(field).fill(text);
  await page.locator(field).press("Enter");
  await page.waitForURL(/search=/);
  return new URL(page.url()).pathname + new URL(page.url()).search;
};

const cases = (state: string) => `/o/qs01/cases?state=${state}`;

/** Where a paper of a register is written in the first case of a list. */
const writing = (list: string, register: string) => async (page: Page) => {
  const file = await first(list)(page);
  return file.replace("/cases/", `/papers/new/${register}/`);
};

/** A paper of the first case of a list, by what it is called there. */
const paper = (list: string, name: string) => async (page: Page) => {
  await open(page, await first(list)(page));
  return leads(page.locator('a[href*="/papers/pap_"]').filter({ hasText: name }));
};

/** The first link of a page that leads where this begins: to a paper, to where one is written. */
const link = (address: string, begins: string) => async (page: Page) => {
  await open(page, address);
  return leads(page.locator(`a[href*="${begins}"]`));
};

/** The first paper that waits for whoever is signed in. */
const waiting = async (page: Page) => {
  await open(page, "/o/qs01/review");
  return new URL(page.url()).pathname;
};

/** The first site, department, project or group of the tree. */
const unit = async (page: Page) => {
  await open(page, "/o/qs01/units");
  return leads(page.locator('a[href*="/units/uni_"]'));
};

/** What is to be seen at each address of the table. */
const SIGHTS: Record<string, Sight[]> = {
  "/": [{ as: "", at: "/" }],
  "/me": [{ as: "qs01.supervisor", at: "/me" }],
  "/me/password": [{ as: "qs01.supervisor", at: "/me/password" }],
  "/me/second-factor": [{ as: "qs01.supervisor", at: "/me/second-factor" }],
  "/me/sessions": [{ as: "qs01.supervisor", at: "/me/sessions" }],
  "/sign-in": [{ as: "", at: "/sign-in", invalid: "登录" }],
  "/s/{org}": [{ as: "", at: "/s/qs01" }],
  "/s/{org}/services/{service}": [{ as: "", at: "/s/qs01/services/escort" }],
  "/s/{org}/published": [{ as: "", at: "/s/qs01/published" }],
  "/s/{org}/published/{paper}": [{ as: "", at: link("/s/qs01/published", "/published/pap_") }],
  "/s/{org}/apply/{service}": [{ as: "", at: "/s/qs01/apply/escort", invalid: "提交申请" }],
  "/s/{org}/status": [{ as: "", at: "/s/qs01/status", invalid: "查询" }],

  "/o/{org}": [
    { as: "qs01.worker1", at: "/o/qs01" },
    { as: "qs01.head", at: "/o/qs01" },
    { as: "qs01.finance", at: "/o/qs01" },
    { as: "sq01.finance", at: "/o/sq01" },
    { as: "sq01.head", at: "/o/sq01" },
    { as: "xl01.head", at: "/o/xl01" },
  ],
  "/o/{org}/inbox": [
    { as: "qs01.worker1", at: "/o/qs01/inbox" },
    { as: "xl01.head", at: "/o/xl01/inbox" },
    { as: "qs01.auditor", at: "/o/qs01/inbox" },
  ],
  "/o/{org}/find": [
    { as: "qs01.head", at: "/o/qs01/find" },
    { as: "qs01.head", at: sought("王") },
    { as: "qs01.worker1", at: sought("001") },
    { as: "qs01.worker2", at: sought("没有这个人") },
    { as: "qs01.worker2", at: sought("长".repeat(150)) },
  ],
  "/o/{org}/duties": [{ as: "qs01.head", at: "/o/qs01/duties" }],
  "/o/{org}/duties/compliance": [
    { as: "qs01.head", at: "/o/qs01/duties/compliance" },
    { as: "xl01.head", at: "/o/xl01/duties/compliance" },
    { as: "qs01.worker1", at: "/o/qs01/duties/compliance" },
  ],
  "/o/{org}/duties/rules": [{ as: "qs01.head", at: "/o/qs01/duties/rules" }],
  "/o/{org}/duties/rules/{rule}": [{ as: "qs01.head", at: "/o/qs01/duties/rules/PLN-08" }],
  "/o/{org}/audit": [{ as: "qs01.head", at: "/o/qs01/audit" }],
  "/o/{org}/audit/chain": [{ as: "qs01.head", at: "/o/qs01/audit/chain" }],
  "/o/{org}/audit/openings": [{ as: "qs01.head", at: "/o/qs01/audit/openings" }],
  "/o/{org}/members": [{ as: "qs01.head", at: "/o/qs01/members" }],
  "/o/{org}/members/new": [{ as: "qs01.head", at: "/o/qs01/members/new", invalid: "添加成员" }],
  "/o/{org}/members/{member}": [{ as: "qs01.head", at: first("/o/qs01/members") }],

  "/o/{org}/clients": [
    { as: "qs01.worker1", at: "/o/qs01/clients" },
    { as: "qs01.worker2", at: sought("没有这个人", ".filters__search input") },
  ],
  "/o/{org}/clients/{id}": [{ as: "qs01.worker1", at: first("/o/qs01/clients") }],
  "/o/{org}/clients/{id}/edit": [{ as: "qs01.worker1", at: first("/o/qs01/clients", "/edit") }],

  "/o/{org}/applications": [{ as: "qs01.intake", at: "/o/qs01/applications" }],
  "/o/{org}/applications/new": [{ as: "qs01.intake", at: "/o/qs01/applications/new", invalid: "登记申请" }],
  "/o/{org}/applications/{id}": [
    { as: "qs01.intake", at: async (page) => find(page, await takeIn(page, grownUp("欧阳振邦", 810))) },
    { as: "qs01.intake", at: first("/o/qs01/applications?state=refused") },
    { as: "qs01.head", at: first("/o/qs01/applications?state=confirmed") },
  ],
  "/o/{org}/applications/{id}/agreement": [
    { as: "qs01.head", at: first("/o/qs01/applications?state=confirmed", "/agreement") },
  ],

  "/o/{org}/cases": [
    { as: "qs01.worker1", at: "/o/qs01/cases" },
    { as: "qs01.head", at: "/o/qs01/cases" },
  ],
  "/o/{org}/cases/{case}": [
    { as: "qs01.head", at: first(cases("opened")) },
    { as: "qs01.head", at: first(cases("serving")) },
    { as: "qs01.head", at: first(cases("following")) },
  ],
  "/o/{org}/cases/{case}/finish": [{ as: "qs01.head", at: first(cases("serving"), "/finish") }],
  "/o/{org}/cases/{case}/result": [{ as: "qs01.head", at: first(cases("serving"), "/result"), invalid: "记下已反馈" }],
  "/o/{org}/cases/new/{client}": [
    {
      as: "qs01.head",
      at: async (page) => (await first("/o/qs01/clients")(page)).replace("/clients/", "/cases/new/"),
      invalid: "开案",
    },
  ],

  "/o/{org}/review": [{ as: "qs01.supervisor", at: "/o/qs01/review" }],
  "/o/{org}/review/{paper}": [{ as: "qs01.supervisor", at: waiting }],
  "/o/{org}/units": [{ as: "qs01.head", at: "/o/qs01/units" }],
  "/o/{org}/units/new": [{ as: "qs01.head", at: "/o/qs01/units/new", invalid: "设立" }],
  "/o/{org}/units/{unit}": [{ as: "qs01.head", at: unit }],

  "/o/{org}/papers/new/{register}/{file}": [
    { as: "qs01.head", at: writing(cases("serving"), "assessment"), invalid: "提交审核" },
    { as: "qs01.head", at: writing(cases("serving"), "plan") },
    { as: "qs01.head", at: writing(cases("serving"), "visit"), invalid: "提交" },
    { as: "qs01.head", at: writing(cases("serving"), "record"), invalid: "提交审核" },
    { as: "qs01.head", at: writing(cases("closing"), "closing"), invalid: "提交" },
    { as: "qs01.head", at: writing(cases("closed"), "follow_up"), invalid: "提交" },
    { as: "sq01.finance", at: link("/o/sq01/registers/safety_check", "/papers/new/"), invalid: "提交审核" },
  ],
  "/o/{org}/papers/{paper}": [
    { as: "qs01.head", at: paper(cases("serving"), "需求评估") },
    { as: "qs01.head", at: paper(cases("serving"), "服务计划") },
    { as: "qs01.head", at: paper(cases("following"), "服务记录") },
    { as: "qs01.head", at: paper(cases("following"), "服务总结") },
    { as: "qs01.head", at: paper(cases("following"), "跟进回访") },
    { as: "qs01.head", at: link("/o/qs01/registers/hazard", "/papers/pap_") },
    { as: "sq01.finance", at: link("/o/sq01/registers/hazard?state=found", "/papers/pap_") },
    { as: "sq01.supervisor", at: link("/o/sq01/registers/hazard?state=mended", "/papers/pap_") },
    { as: "sq01.worker1", at: link("/o/sq01/registers/safety_check", "/papers/pap_") },
    { as: "xl01.head", at: link("/o/xl01/registers/drill_record", "/papers/pap_") },
  ],

  "/o/{org}/registers": [
    { as: "sq01.head", at: "/o/sq01/registers" },
    { as: "sq01.finance", at: "/o/sq01/registers" },
    { as: "sq01.archivist", at: "/o/sq01/registers" },
    { as: "qs01.worker1", at: "/o/qs01/registers" },
    { as: "qs01.auditor", at: "/o/qs01/registers" },
    { as: "et01.head", at: "/o/et01/registers" },
  ],
  "/o/{org}/registers/{register}": [
    { as: "sq01.head", at: "/o/sq01/registers/safety_check" },
    { as: "sq01.finance", at: "/o/sq01/registers/safety_check" },
    { as: "sq01.worker1", at: "/o/sq01/registers/safety_check" },
    { as: "fl01.head", at: "/o/fl01/registers/safety_check" },
    { as: "et01.head", at: "/o/et01/registers/risk" },
    { as: "qs01.auditor", at: "/o/qs01/registers/hazard" },
    { as: "sq01.head", at: "/o/sq01/registers/emergency_plan" },
    { as: "sq01.head", at: "/o/sq01/registers/safety_training" },
    { as: "sq01.head", at: "/o/sq01/registers/protective_issue" },
    { as: "sq01.head", at: "/o/sq01/registers/drill_record" },
    { as: "xl01.head", at: "/o/xl01/registers/safety_equipment" },
    { as: "xl01.head", at: "/o/xl01/registers/site_patrol" },
    { as: "qs01.finance", at: "/o/qs01/registers/hazard" },
    { as: "qs01.worker1", at: "/o/qs01/registers/accident_record" },
    { as: "qs01.head", at: "/o/qs01/registers/risk" },
  ],

  "/d/{district}": [{ as: "qingrong.admin", at: "/d/qingrong" }],
  "/d/{district}/stations/{org}": [
    { as: "qingrong.admin", at: "/d/qingrong/stations/qs01?figure=open" },
    { as: "qingrong.admin", at: "/d/qingrong/stations/fl01?figure=overdue" },
    { as: "qingrong.admin", at: "/d/qingrong/stations/sq01?figure=received" },
  ],
  "/d/{district}/stations/{org}/units": [{ as: "qingrong.admin", at: "/d/qingrong/stations/qs01/units" }],
  "/d/{district}/stations/{org}/compliance": [
    { as: "qingrong.admin", at: "/d/qingrong/stations/sq01/compliance" },
  ],
  "/d/{district}/inbox": [{ as: "qingrong.admin", at: "/d/qingrong/inbox" }],
  "/d/{district}/duties": [
    { as: "qingrong.admin", at: "/d/qingrong/duties" },
    { as: "qingrong.admin", at: "/d/qingrong/duties?which=escalated" },
  ],
  "/d/{district}/stations/{org}/registers": [{ as: "qingrong.admin", at: "/d/qingrong/stations/sq01/registers" }],
  "/d/{district}/stations/{org}/packs": [{ as: "qingrong.admin", at: "/d/qingrong/stations/sq01/packs" }],
  "/d/{district}/rules": [{ as: "qingrong.admin", at: "/d/qingrong/rules" }],
  "/d/{district}/rules/{rule}": [{ as: "qingrong.admin", at: "/d/qingrong/rules/INT-07" }],
  "/d/{district}/openings": [{ as: "qingrong.admin", at: "/d/qingrong/openings" }],
  "/d/{district}/engagements": [{ as: "qingrong.admin", at: "/d/qingrong/engagements" }],
  "/d/{district}/engagements/new": [{ as: "qingrong.admin", at: "/d/qingrong/engagements/new", invalid: "开放给评估员" }],

  "/e/{engagement}": [{ as: "evaluator.lin", at: async (page) => home(page) }],
  "/e/{engagement}/cases": [{ as: "evaluator.lin", at: async (page) => `${await home(page)}/cases` }],
  "/e/{engagement}/cases/{case}": [{ as: "evaluator.lin", at: async (page) => first(`${await home(page)}/cases`)(page) }],
  "/e/{engagement}/registers": [{ as: "evaluator.lin", at: async (page) => `${await home(page)}/registers` }],
  "/e/{engagement}/registers/{org}/{register}": [
    { as: "evaluator.lin", at: async (page) => `${await home(page)}/registers/sq01/safety_check` },
  ],
  "/e/{engagement}/papers/{paper}": [
    {
      as: "evaluator.lin",
      at: async (page) => link(`${await home(page)}/registers/sq01/safety_check`, "/papers/pap_")(page),
    },
  ],
  "/e/{engagement}/audit": [{ as: "evaluator.lin", at: async (page) => `${await home(page)}/audit` }],
  "/e/{engagement}/audit/{org}": [{ as: "evaluator.lin", at: async (page) => `${await home(page)}/audit/qs01` }],
  "/e/{engagement}/rules/{rule}": [{ as: "evaluator.lin", at: async (page) => `${await home(page)}/rules/PLN-08` }],
  "/e/{engagement}/sample": [
    { as: "evaluator.lin", at: async (page) => `${await home(page)}/sample?seed=20261121&each=2` },
  ],
};

/** Shown after a step that others take: their own specs look at them. What comes as PDF is looked at as paper. */
const ELSEWHERE = [
  "/o/{org}/papers/{paper}/paper.pdf",
  "/o/{org}/applications/{id}/agreement.pdf",
  // Files, and no pages.
  "/o/{org}/attachments/{attachment}",
  "/o/{org}/attachments/{attachment}/preview",
  "/sign-in/code",
  "/activate/{token}",
  "/d/{district}/stations/{org}/cases/{case}/open",
  "/d/{district}/openings/{opening}",
];

async function home(page: Page): Promise<string> {
  await page.goto("/");
  return new URL(page.url()).pathname;
}

/** Every address of the table that shows a page, read from where the areas name theirs. */
function table(): string[] {
  const source = resolve(fileURLToPath(new URL("../..", import.meta.url)), "app");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".rs"));
  const text = files.map((file) => readFileSync(resolve(source, file), "utf8")).join("\n");
  const routes = text.matchAll(
    /\b(?:(?:open|public|staff|district|evaluator)\(\s*Get,|listing::routes::<[\w:]+>\()\s*"([^"]+)"/g,
  );
  return [...new Set([...routes].map(([, path]) => path ?? ""))].sort();
}

test("@nojs every page of the table is to be seen here", () => {
  expect(table().length).toBeGreaterThan(50);
  expect([...Object.keys(SIGHTS), ...ELSEWHERE].sort()).toEqual(table());
});

function unlessNothing(error: unknown): undefined {
  if (!(error instanceof Nothing)) throw error;
}

const people = [...new Set(Object.values(SIGHTS).flat().map(({ as }) => as))];
for (const who of people) {
  test(`@js the pages of ${who || "a resident"}`, async ({ page, complaints }) => {
    test.skip(!process.env.PICTURES, "only with PICTURES=1");
    test.setTimeout(900_000);
    complaints.allow(/status of 4(01|09|22)/);
    if (who) await signIn(page, who);
    for (const [path, sights] of Object.entries(SIGHTS)) {
      for (const [nth, { as, at, invalid }] of sights.entries()) {
        if (as !== who) continue;
        const name = `${path.replace(/[/{}]+/g, "-").replace(/^-|-$/g, "") || "front"}-${nth}`;
        const address = typeof at === "string" ? at : await at(page).catch(unlessNothing);
        if (address === undefined) {
          console.log(`${name}: nothing of the kind on this day`);
          continue;
        }
        await open(page, address);
        await picture(page, name);
        if (invalid) {
          await formOf(page, invalid).first().getByRole("button", { name: invalid, exact: true }).click();
          await awake(page);
          await picture(page, `${name}-invalid`);
        }
      }
    }
  });
}

test("@js what is printed: a case's papers and the resident's receipt", async ({ page }, info) => {
  test.skip(!process.env.PICTURES, "only with PICTURES=1");
  test.setTimeout(600_000);
  const print = (name: string) => page.pdf({ path: `pictures/${name}.pdf`, preferCSSPageSize: true, format: "A4" });
  await apply(page, grownUp("欧阳振邦", 800 + info.workerIndex));
  await picture(page, "receipt");
  await print("receipt");
  await signIn(page, "qs01.head");
  await open(page, await first(cases("following"))(page));
  await print("case");
  for (const [name, register] of [["需求评估", "assessment"], ["服务计划", "plan"], ["服务记录", "record"]] as const) {
    await open(page, await paper(cases("following"), name)(page));
    await print(register);
  }
});

