// The road from an application to a closed case, in the words of those who walk it.

import { day } from "./clock";
import { type Answers, fillIn, follow, open, said, send } from "./forms";
import { identity } from "./people";
import { awake, expect, type Page } from "./test";

/** Somebody who applies. */
export interface Applicant {
  name: string;
  answers: Answers;
}

/** A grown-up whom nobody else is; `order` tells applicants of one test run apart. */
export function grownUp(name: string, order: number): Applicant {
  return {
    name,
    answers: {
      name,
      document_kind: "resident_id",
      identity_number: identity("19500302", order),
      phone: "19912345678",
      address: "青榕区榕树街道榕园路5号",
      need: "看病没有人陪。",
    },
  };
}

/** A child of ten, with the father as guardian. */
export function child(name: string, order: number): Applicant {
  return {
    name,
    answers: {
      ...grownUp(name, order).answers,
      identity_number: identity(`${Number(day(0).slice(0, 4)) - 10}0101`, order),
      guardian_name: "欧阳建国",
      guardian_relation: "father",
      guardian_phone: "19812345678",
    },
  };
}

/** A resident applies on the public page; answers the application's number. */
export async function apply(page: Page, who: Applicant): Promise<string> {
  await open(page, "/s/qs01/apply/escort");
  await fillIn(page.locator("form.form"), { ...who.answers, consent: "yes" });
  await page.getByRole("button", { name: "提交申请" }).click();
  return numberOfReceipt(page);
}

/** Staff take an application in for somebody at the window; answers its number. */
export async function takeIn(page: Page, who: Applicant): Promise<string> {
  await open(page, "/o/qs01/applications/new");
  await send(page, "登记申请", { service: "长者陪诊", channel: "window", ...who.answers, consent: "yes" });
  return numberOfReceipt(page);
}

async function numberOfReceipt(page: Page): Promise<string> {
  const line = page.locator(".receipt__number");
  await expect(line).toBeVisible();
  return (await line.innerText()).match(/QS01\/SQ\/\d+\/\d+/)?.[0] ?? "";
}

/** Finds an application in the queue; answers its address. */
export async function find(page: Page, number: string): Promise<string> {
  await open(page, "/o/qs01/applications?state=submitted");
  const row = page.getByRole("row").filter({ hasText: number });
  await row.getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("*");
  return new URL(page.url()).pathname;
}

/** The agreement is written after it was explained. */
export async function agree(page: Page): Promise<void> {
  await follow(page, "填写服务协议");
  await send(page, "保存协议", {
    rights_and_duties: "机构按计划服务、保守秘密；服务对象如实说明情况，可随时退出。",
    contacts: "本站电话 0990-8123001。",
    sessions: "6",
    mode: "陪诊，每月两次。",
    results: "三个月内按时复诊。",
    risks: "途中可能发生意外，已说明安全措施。",
    explained: "yes",
  });
  await expect(page.getByRole("heading", { name: "下一步" })).toBeVisible();
}

/** The worker assesses the need. */
export async function assess(page: Page, answers: Answers = {}): Promise<void> {
  await follow(page, "写需求评估");
  await send(page, "提交审核", {
    methods: ["interview", "observation"],
    method_evidence: "面谈记录一份；家访记录一份。",
    situation: "独居，行动不便，子女在外地。",
    problems: "看病无人陪同，漏服药物。",
    needs: "每月两次陪诊，提醒服药。",
    goals: "三个月内按时复诊。",
    recommendation: "建议开案，按计划提供服务。",
    ...answers,
  });
}

/** The worker makes a plan and writes down what the team said to it. */
export async function plan(page: Page, from: string, until: string): Promise<void> {
  await follow(page, "制定服务计划");
  await send(page, "提交审核", {
    goals: "三个月内按时复诊。",
    indicators: "复诊率 100%。",
    content: "陪同就医，协助挂号、取药。",
    methods: "个案管理。",
    starts_on: from,
    ends_on: until,
    frequency: "每月两次",
    sessions: "6",
    place: "社区医院",
    staff: "社工一名，志愿者一名。",
    resources: "社区医院、志愿者队伍。",
  });
  await said(page, "服务计划已提交");
  await follow(page, "记录团队讨论");
  await send(page, "提交", { discussion: "参加人：周映雪、李慕安。一致同意，每月复盘一次。" });
}

/** Somebody else approves the paper that waits. */
export async function approve(page: Page, address: string, link: string, button: string): Promise<void> {
  await open(page, address);
  await follow(page, link);
  await send(page, button);
}

/** The worker writes down what was done. */
export async function record(page: Page, address: string): Promise<void> {
  await open(page, address);
  await follow(page, "写服务记录");
  await fillRecord(page);
}

/** The form of a record is filled in and handed in. */
export async function fillRecord(page: Page): Promise<void> {
  await send(page, "提交审核", {
    mode: "visit",
    content: "陪同到社区医院复诊，取药两种。",
    feedback: "服务对象表示满意。",
    effect: "血压稳定，按时服药。",
  });
  await said(page, "服务记录已提交");
}

/** Service is finished, the result told, the case closed. */
export async function close(page: Page, address: string): Promise<void> {
  await open(page, `${address}/finish`);
  await send(page, "确认服务完成");
  await follow(page, "反馈结果");
  await send(page, "记下已反馈", { mode: "face_to_face" });
  await follow(page, "结案");
  await send(page, "提交", {
    summary: "陪诊六次，已能按时复诊。",
    goal_attainment: "reached",
    reason: "goal_reached",
    told_how: "face_to_face",
    satisfaction: "5",
  });
  await awake(page);
}
