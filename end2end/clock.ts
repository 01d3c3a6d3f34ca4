// Days and moments as forms take them. The product's days are China's, whatever zone this machine is in.

const CHINA = 8 * 3_600_000;

/** Now, as a clock on a wall in China shows it. */
function wall(): Date {
  return new Date(Date.now() + CHINA);
}

/** A moment so many days from now. */
export function moment(days: number): string {
  const then = wall();
  then.setUTCDate(then.getUTCDate() + days);
  return then.toISOString().slice(0, 16);
}

/** A day so many months from today. */
export function day(months: number): string {
  const then = wall();
  then.setUTCMonth(then.getUTCMonth() + months);
  return then.toISOString().slice(0, 10);
}
