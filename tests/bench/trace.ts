/** One event of a trace as Chromium writes it; times in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Time of the processor that the thread had, unlike `dur`, which also counts while others had it. */
  tdur?: number;
  args: { data?: { url?: string } };
}

/** What Chromium has to record for `scriptMillis`. */
export const categories = ['-*', 'devtools.timeline', 'v8'];

/** Compiling and running of scripts. Events that only hand something to listeners are the browser's, and not listed. */
const kinds = new Set([
  'EvaluateScript',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
  'v8.compile',
  'v8.compileModule',
  'v8.evaluateModule',
  'v8.produceCache',
  'v8.produceModuleCache',
  'v8.run',
]);

/**
 * Milliseconds of the processor that scripts had on the main thread of the page that ran the script at `address`, all
 * scripts together: the page must have no other. An event inside another is part of that and not counted again; what
 * the browser did meanwhile, such as collecting garbage, is counted.
 */
export function scriptMillis(events: TraceEvent[], address: string): number {
  const ours = events.find(({ name, args }) => name === 'EvaluateScript' && args.data?.url === address);
  if (!ours) throw new Error(`the trace has no ${address}`);
  const scripts = events
    .filter(({ name, ph, pid, tid }) => ph === 'X' && kinds.has(name) && pid === ours.pid && tid === ours.tid)
    .sort((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0));
  let [end, sum] = [0, 0];
  for (const { name, ts, dur = 0, tdur } of scripts) {
    if (ts < end) continue;
    if (tdur === undefined) throw new Error(`the trace does not tell the processor's time of ${name}`);
    end = ts + dur;
    sum += tdur;
  }
  return sum / 1000;
}
